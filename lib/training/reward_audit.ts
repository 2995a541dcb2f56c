/** What the reward audit says to the user, and the config's claims on what rewards may know. */

import { type AuditFinding, type ComponentName, needsBeliefs, privilegedKnowledge } from "../reward/mod.ts";
import { surrogateKind } from "../surrogate/mod.ts";
import type { Config } from "../config/mod.ts";
import { configError } from "../input/mod.ts";

/** `reward audit, parent_gaming: …` */
export function describeFinding({ issue, message }: AuditFinding): string {
  return `reward audit, ${issue}: ${message}`;
}

/**
 * Finds out before a training whether its rewards can be computed.
 * @throws ConfigError if a weighted component needs beliefs that nothing gives
 */
export function checkReward({ reward, surrogate }: Config): void {
  const component = needsBeliefs(reward);
  if (component === null || surrogate.kind !== "none") return;
  throw configError(
    `reward.weights.${component}`,
    "",
    `the ${component} reward needs beliefs about the target's parents: choose surrogate.kind, ${
      component === "parent" ? "set reward.parent.form=membership (privileged), " : ""
    }or set its weight to 0`,
  );
}

/** What a run's rewards know of the true SCM, by component; see {@linkcode privilegedKnowledge}. */
export function rewardKnowledge({ reward, surrogate }: Config): Readonly<Partial<Record<ComponentName, string>>> {
  return privilegedKnowledge(reward, surrogateKind(surrogate.kind)?.privileged ?? false);
}
