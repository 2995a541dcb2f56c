/** Short trainings of small policies, and what the policies then earn on problems that they have not met. */

import type { EpisodeOptions, Problem } from "../environment/mod.ts";
import { estimateDifference } from "../evaluation/mod.ts";
import {
  createLocalPool,
  DEFAULT_TRAINER,
  initialTrainerState,
  type TrainerOptions,
  trainUpdate,
  type UpdateMetrics,
} from "../grpo/mod.ts";
import { interventionRoller, type RolloutOptions } from "../episodes/mod.ts";
import { createStream, type Stream } from "../random/mod.ts";
import type { ComponentName, RewardWeights } from "../reward/mod.ts";
import { type BeliefSource, createExactSurrogate } from "../surrogate/mod.ts";
import { createVariableAdam } from "../tensor/mod.ts";
import { FORMS, mixedProblems } from "./fixtures.ts";
import type { Measured, ValidatedPolicy, ValidationSubject } from "./types.ts";

/** How long and how often trainings are repeated. */
export interface Effort {
  /** Training seeds of every arm. */
  readonly seeds: number;
  /** Updates of a training. */
  readonly updates: number;
}

/** A trained policy and what its training logged. */
export interface Learned {
  readonly policy: ValidatedPolicy;
  readonly history: readonly UpdateMetrics[];
}

const GROUP_SIZE = 6;
const PROBLEMS_PER_UPDATE = 10;
const HELD_OUT = 64;

/** Short episodes: what is learned must be learned from little. */
export const EPISODE: EpisodeOptions = {
  observationalRows: 8,
  interventionalRows: 0,
  horizon: 5,
  rowsPerIntervention: 1,
};

function trainerOptions(updates: number): TrainerOptions {
  return {
    ...DEFAULT_TRAINER,
    updates,
    minibatches: 2,
    shards: 1,
    entropy: { kind: "constant", start: 0.02, end: 0.02, warmup: 0 },
    learningRate: { kind: "linear", start: 5e-3, end: 5e-4, warmup: 0.1 },
  };
}

/** Beliefs are asked for only where structure is rewarded. */
function rolloutOptions(subject: ValidationSubject, weights: RewardWeights): RolloutOptions {
  const surrogate: BeliefSource = createExactSurrogate();
  return {
    kind: "step",
    groupSize: GROUP_SIZE,
    episode: EPISODE,
    reward: subject.createReward({ ...FORMS, weights }),
    commonRandomNumbers: false,
    lookahead: 0,
    ...(weights.structure > 0 ? { surrogate } : {}),
  };
}

/** Problems of a training or an evaluation. */
export type DrawProblems = (count: number, stream: Stream) => readonly Problem[];

/** Trains a fresh policy. Deterministic in the seed. */
export async function learn(
  subject: ValidationSubject,
  weights: RewardWeights,
  seed: number,
  updates: number,
  draw: DrawProblems = mixedProblems,
): Promise<Learned> {
  const root = createStream(seed).child("validation");
  const policy = subject.createPolicy(root.child("policy"));
  const options = trainerOptions(updates);
  const roller = interventionRoller(
    (stream) => draw(PROBLEMS_PER_UPDATE, stream),
    rolloutOptions(subject, weights),
  );
  const pool = createLocalPool({ policy, options }, () => roller, root.child("training"), async () => {});
  const adam = createVariableAdam(policy.parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const optimizer = {
    apply: (gradients: readonly Float32Array[], rate: number, clip: number) => adam.step(gradients, rate, clip),
  };
  const history: UpdateMetrics[] = [];
  let state = initialTrainerState(options);
  while (state.update < updates) {
    const result = await trainUpdate(pool, optimizer, options, state, 0);
    history.push(result.metrics);
    state = result.state;
  }
  adam.dispose();
  return { policy, history };
}

/**
 * What a policy earns by one component of the library's reward, on problems of a stream of their own: the mean over an
 * episode's decisions, `[problems]`.
 * @param judge whose reward judges; the library's, so that a tampered reward cannot praise itself
 */
export function earned(
  judge: ValidationSubject,
  policy: ValidatedPolicy,
  name: ComponentName,
  draw: DrawProblems = mixedProblems,
): Float64Array {
  const weights = { optimization: 0, structure: 0, parent: 0, exploration: 0, [name]: 1 };
  const options: RolloutOptions = { ...rolloutOptions(judge, weights), kind: "trajectory", groupSize: 2 };
  const roller = interventionRoller<ReturnType<ValidatedPolicy["viewsOf"]>, ValidatedPolicy>(
    (stream) => draw(HELD_OUT, stream),
    options,
  );
  const rollout = roller(policy, createStream(0).child("validation").child("held out"));
  const sums = new Float64Array(HELD_OUT);
  const count = new Float64Array(HELD_OUT);
  rollout.reward.forEach((reward, d) => {
    const problem = rollout.group[rollout.member[d]];
    sums[problem] += reward;
    count[problem]++;
  });
  return sums.map((sum, problem) => sum / count[problem]);
}

/** The paired difference of two arms, seed by seed and problem by problem, with a 95 % interval over both. */
export function difference(first: readonly Float64Array[], second: readonly Float64Array[]): Measured {
  const { value, low, high } = estimateDifference(first, second);
  return { value, low, high };
}
