// deno-lint-ignore-file no-console
/**
 * A reward component of one's own: `gentleness` pays for interventions that stay near the middle of a variable's domain.
 * One record says its options, what it needs and knows, and how it judges. Inside the library it would be a file in
 * `lib/reward/` and a name in the list of `registry.ts`; from outside it is handed to `createReward` beside the others.
 *
 *     deno run -A examples/reward_component.ts
 *
 * @module
 */

import { z } from "zod";
import { createEnvironment } from "../lib/environment/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { COMPONENTS, createReward, type RewardComponent } from "../lib/reward/mod.ts";
import { LINEAR_DISTRIBUTION, sampleProblem } from "../lib/scm/mod.ts";

const options = { power: z.number().positive().default(2).describe("how fast the reward falls towards the ends") };

/** 1 − |u|^power, u ∈ [−1, 1] being the value on the scale of its domain. */
export const gentleness: RewardComponent<"gentleness", typeof options> = {
  name: "gentleness",
  rewards: "how far the value stays from the ends of its domain",
  weight: 0,
  options,
  needsBeliefs: () => false,
  knows: () => undefined, // an experimenter can compute it
  judge: ({ actions }, { power }) => Float64Array.from(actions.value, (u) => 1 - Math.abs(u) ** power),
};

const ALL = [...COMPONENTS, gentleness] as const;

/** Rewards of setting one variable of a random system to different values: with the component and without it. */
export function rewardsAt(values: readonly number[], weight: number): readonly number[] {
  const reward = createReward<typeof ALL>({
    weights: { optimization: 1, structure: 0, parent: 0, exploration: 0, gentleness: weight },
    outcome: "expected",
    optimization: { form: "optimum" },
    structure: { form: "entropy" },
    parent: { form: "belief" },
    exploration: { regions: 3 },
    gentleness: { power: 2 },
  }, ALL);
  const stream = createStream(2);
  const environment = createEnvironment([sampleProblem(LINEAR_DISTRIBUTION, stream.child("problem"))], {
    observationalRows: 10,
    interventionalRows: 0,
    horizon: 1,
    rowsPerIntervention: 1,
  });
  environment.reset([stream.child("start")]);
  const variable = environment.observation.problems.settable.findIndex((settable) => settable === 1);
  const actions = { variable: Int32Array.from(values, () => variable), value: Float64Array.from(values) };
  const owners = new Int32Array(values.length);
  const outcome = environment.expected(actions, owners);
  const { observation } = environment;
  return [...reward.immediate({ observation, owners, actions, outcome, truth: environment }).total];
}

if (import.meta.main) {
  const values = [-1, -0.5, 0, 0.5, 1];
  console.log("value        ", values.join("  "));
  for (const weight of [0, 1]) {
    console.log(`weight ${weight}     `, rewardsAt(values, weight).map((r) => r.toFixed(3)).join("  "));
  }
}
