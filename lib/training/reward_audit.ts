/** The reward audit of a run while it trains, and the config's claims on what rewards may know. */

import { join } from "node:path";
import {
  AUDIT_WINDOW,
  type AuditFinding,
  auditMetrics,
  auditRewards,
  type ComponentName,
  type LoggedRewards,
  needsBeliefs,
  privilegedKnowledge,
} from "../reward/mod.ts";
import { surrogateKind } from "../surrogate/mod.ts";
import { type Config, configError } from "../config/mod.ts";
import { readJsonLines, type Run, RUN_FILES } from "../runs/mod.ts";

export interface RewardAudit {
  /** Takes in the metrics of the next update. `warnings` are the findings that the user has not been told of. */
  judge(metrics: LoggedRewards): { readonly metrics: Record<string, number>; readonly warnings: readonly string[] };
}

/**
 * Judges every update together with those before it.
 * @param update updates done before, whose metrics the run has logged: a resumed run judges as if it had not stopped
 */
export function createRewardAudit(run: Run, update: number): RewardAudit {
  const { weights } = run.config.reward;
  const told = new Set<string>();
  const recent = update === 0 ? [] : loggedRewards(run.folder).slice(-AUDIT_WINDOW);
  return {
    judge(metrics) {
      recent.push(metrics);
      if (recent.length > AUDIT_WINDOW) recent.shift();
      const findings = auditRewards(recent, weights);
      // A few updates can look odd by chance: the user hears of what a whole window says.
      const news = recent.length < AUDIT_WINDOW ? [] : findings.filter((finding) => !told.has(nameOf(finding)));
      news.forEach((finding) => told.add(nameOf(finding)));
      return { metrics: auditMetrics(findings), warnings: news.map(describeFinding) };
    },
  };
}

/** The verdict on the last window of a run's updates. */
export function auditRun(folder: string, config: Config): readonly AuditFinding[] {
  return auditRewards(loggedRewards(folder), config.reward.weights);
}

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

function loggedRewards(folder: string): LoggedRewards[] {
  const rows = readJsonLines(join(folder, RUN_FILES.metrics)).rows as readonly LoggedRewards[];
  return rows.filter((row) => "reward" in row);
}

const nameOf = ({ issue, subject }: AuditFinding) => `${issue} ${subject}`;
