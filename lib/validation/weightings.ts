/** What each weighting of the reward teaches: one table over training seeds and held-out problems. */

import { type Say, sayParts } from "../runs/mod.ts";
import {
  collectResults,
  evaluate,
  heldOutProblems,
  type MethodResults,
  summarise,
  summariseStructure,
} from "../evaluation/mod.ts";
import { createStream } from "../random/mod.ts";
import type { RewardWeights } from "../reward/mod.ts";
import { createExactSurrogate } from "../surrogate/mod.ts";
import { MIXED, observable } from "./fixtures.ts";
import { type Effort, EPISODE, learn, type Learned } from "./learn.ts";
import type { Measured, ValidationSubject } from "./types.ts";

/** The weightings of the founding documents, and each component alone. */
export const WEIGHTINGS: Readonly<Record<string, RewardWeights>> = {
  balanced: { optimization: 1, structure: 0.5, parent: 0.3, exploration: 0.1 },
  production: { optimization: 0.9, structure: 0, parent: 0.1, exploration: 0 },
  "optimization alone": { optimization: 1, structure: 0, parent: 0, exploration: 0 },
  "structure alone": { optimization: 0, structure: 1, parent: 0, exploration: 0 },
  "parent alone": { optimization: 0, structure: 0, parent: 1, exploration: 0 },
  "exploration alone": { optimization: 0, structure: 0, parent: 0, exploration: 1 },
};

/** Problems that every weighting is judged on. */
export const JUDGED_PROBLEMS = 256;

/** What the policies of one weighting reach, with 95 % intervals over seeds and problems. */
export interface WeightingResult {
  readonly name: string;
  readonly normalisedValue: Measured;
  /** Share of interventions on a direct parent of the target. */
  readonly parentRate: Measured;
  /** F1 at ½, and surprise (nats a variable) of the exact posterior's belief about the parents, after the last intervention. */
  readonly f1: Measured;
  readonly logLoss: Measured;
}

/**
 * Trains small policies with every weighting and judges them, sampling as in training, on the same problems. Training
 * uses the privileged forms, then once the observable ones; the untrained policy comes last. Judging uses beliefs from the
 * data alone.
 * @param say called before each weighting with its place
 */
export async function compareWeightings(
  subject: ValidationSubject,
  effort: Effort,
  say: Say = () => {},
): Promise<WeightingResult[]> {
  const results: WeightingResult[] = [];
  const next = sayParts(say, Object.keys(WEIGHTINGS).length + 1);
  for (const [name, weights] of Object.entries(WEIGHTINGS)) {
    next(`training: ${name}`);
    results.push(await judged(name, subject, weights, effort));
  }
  next("training: balanced, observable");
  results.push(await judged("balanced, observable", observable(subject), WEIGHTINGS.balanced, effort));
  results.push(await judged("untrained", subject, WEIGHTINGS.balanced, { ...effort, updates: 0 }));
  next();
  return results;
}

async function judged(
  name: string,
  subject: ValidationSubject,
  weights: RewardWeights,
  { seeds, updates }: Effort,
): Promise<WeightingResult> {
  const stream = createStream(0).child("weightings");
  const problems = heldOutProblems(MIXED, "test", JUDGED_PROBLEMS, stream);
  const learned: Learned[] = [];
  for (let seed = 0; seed < seeds; seed++) learned.push(await learn(subject, weights, seed, updates));
  const records = learned.map(({ policy }) =>
    evaluate(policy, problems, {
      method: name,
      episode: EPISODE,
      stream: stream.child("episodes"),
      mode: "sample",
      surrogate: createExactSurrogate(),
    })
  );
  learned.forEach(({ policy }) => policy.dispose());
  return summary(collectResults(name, records));
}

function summary(results: MethodResults): WeightingResult {
  const { meanValue, parentRate } = summarise(results);
  const structure = summariseStructure(results);
  if (structure === null) throw new RangeError(`${results.method} was judged without beliefs`);
  const { f1, logLoss } = structure.metrics;
  return { name: results.method, normalisedValue: meanValue, parentRate, f1, logLoss };
}
