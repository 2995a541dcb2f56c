/** Observations with known contents, and ways to play them. */

import { createEnvironment, type EpisodeOptions, type Observation, type Problem } from "../../lib/environment/mod.ts";
import type { Policy } from "../../lib/policy/types.ts";
import { createStream } from "../../lib/random/mod.ts";

export const OPTIONS: EpisodeOptions = {
  observationalRows: 20,
  interventionalRows: 0,
  horizon: 40,
  rowsPerIntervention: 1,
};

/** An intervention of every episode: variable and scaled value. */
export type Move = readonly [variable: number, value: number];

/** The state after the given interventions; every episode has its own streams below `seed`. */
export function after(problems: readonly Problem[], moves: readonly Move[], seed = 1, options = OPTIONS): Observation {
  const environment = createEnvironment(problems, options);
  const root = createStream(seed);
  environment.reset(problems.map((_, e) => root.child(e)));
  moves.forEach(([variable, value], t) =>
    environment.step(
      {
        variable: new Int32Array(problems.length).fill(variable),
        value: new Float64Array(problems.length).fill(value),
      },
      problems.map((_, e) => root.child(e).child(t)),
    )
  );
  return environment.observation;
}

/** Plays a policy for `steps` steps; every action as [variable, value], `[steps][episodes]`. */
export function playOut(policy: Policy, problems: readonly Problem[], steps: number, seed = 1, options = OPTIONS) {
  const environment = createEnvironment(problems, options);
  const root = createStream(seed);
  environment.reset(problems.map((_, e) => root.child(e)));
  const actions: Move[][] = [];
  for (let t = 0; t < steps; t++) {
    const { variable, value } = policy.act(
      environment.observation,
      problems.map((_, e) => root.child("choice").child(e).child(t)),
      "sample",
    );
    environment.step({ variable, value }, problems.map((_, e) => root.child("noise").child(e).child(t)));
    actions.push([...variable].map((v, e) => [v, value[e]] as const));
  }
  return { actions, observation: environment.observation };
}
