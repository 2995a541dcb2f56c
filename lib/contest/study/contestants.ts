/** The contestants of a study: models, whose policies are read when their turn comes, and baselines. */

import { evaluate } from "../../evaluation/mod.ts";
import { openPolicy, type TunedBaselines } from "../../training/mod.ts";
import { baselineContestants, baselineNames, settingsIn } from "../contestants.ts";
import type { Contestant } from "../types.ts";
import type { Model } from "./models.ts";
import type { ComparisonSettings } from "./settings.ts";

/**
 * Every model with one policy for each training seed, then the baselines that the settings ask for and the bounds.
 * @throws ConfigError for a baseline that does not exist, naming the nearest
 */
export function studyContestants(
  models: readonly Model[],
  { baselines, mode }: Pick<ComparisonSettings, "baselines" | "mode">,
  tuned: TunedBaselines,
): readonly Contestant[] {
  const untrained = baselineContestants(baselineNames(baselines, "comparison.baselines"), tuned);
  return [...models.map((model) => modelContestant(model, mode)), ...untrained];
}

/** A policy holds memory of the backend: there is one at a time. */
function modelContestant({ label, runs }: Model, mode: ComparisonSettings["mode"]): Contestant {
  return {
    name: label,
    role: "policy",
    sources: runs.map(({ path }) => ({ kind: "trained", name: label, path, mode }) as const),
    play: (arena) =>
      runs.map(({ path }) => {
        const { policy, surrogate } = openPolicy(path);
        const beliefs = surrogate === undefined ? {} : { surrogate };
        const records = evaluate(policy, arena.problems, { ...settingsIn(arena), ...beliefs, method: label, mode });
        policy.dispose();
        return records;
      }),
  };
}
