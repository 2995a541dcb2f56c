/** Chains of known optimum, and states in the middle of an episode. */

import { createEnvironment, type Observation, type Problem } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, outcomeModel, STANDARD_NOISE } from "../../lib/scm/mod.ts";

/** X0 → … → X(n−1), all weights 1.5, noise 1, domains ±5; the last variable is to be minimised. */
export function chainProblem(n: number): Problem {
  const variables = Array.from({ length: n }, (_, i) => ({
    name: `X${i}`,
    parents: i === 0 ? [] : [`X${i - 1}`],
    mechanism: { kind: "linear" as const, intercept: 0, weights: i === 0 ? [] : [1.5] },
    noise: STANDARD_NOISE,
    domain: i === n - 1 ? null : { kind: "interval" as const, low: -5, high: 5 },
  }));
  const scm = createScm({ name: `chain-${n}`, variables, target: `X${n - 1}`, objective: "minimize" });
  return { scm, outcomes: outcomeModel(scm) };
}

/** The state after a few interventions in each of the problems. */
export function someObservation(problems: readonly Problem[], steps = 3): Observation {
  const environment = createEnvironment(problems, {
    observationalRows: 8,
    interventionalRows: 0,
    horizon: steps + 2,
    rowsPerIntervention: 1,
  });
  const root = createStream(11);
  environment.reset(problems.map((_, e) => root.child("start").child(e)));
  for (let t = 0; t < steps; t++) {
    const { problems: known } = environment.observation;
    const variable = Int32Array.from(problems, (_, e) => {
      const settable = [...Array(known.width).keys()].filter((v) => known.settable[e * known.width + v] === 1);
      return settable[(t + e) % settable.length];
    });
    const value = Float64Array.from(problems, (_, e) => t % 2 === 0 ? -1 : 0.5 - 0.1 * e);
    environment.step({ variable, value }, problems.map((_, e) => root.child("step").child(t).child(e)));
  }
  return environment.observation;
}
