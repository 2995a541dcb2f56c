/** How candidates are rewarded: at once, for what they teach, and for what can be done after them. */

import { createEnvironment, type Environment, type Observation, type Problem } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Reward, Rewards } from "../reward/mod.ts";
import { followBeliefs } from "../surrogate/mod.ts";
import { decisionValues } from "./rollout_metrics.ts";
import type { InterventionActions, RolloutOptions } from "./types.ts";

/** Where candidates are judged. */
export interface CandidateStates {
  readonly environment: Environment;
  /** `[candidates]` the episode in whose state each stands. */
  readonly owners: Int32Array;
  readonly reward: Reward;
}

/** Rewards of candidates, and how good their expected outcomes are. */
export interface Judged extends Rewards {
  /** `[candidates]` normalised values. */
  readonly value: Float64Array;
  /** Components of the next step's reward, where it is credited too. */
  readonly later?: { readonly steps: number; readonly components: Rewards["components"] };
}

/**
 * Judges candidates before any of them is carried out: all components but that of structure.
 * @param noise of the outcome of candidate k, where rewards are of sampled outcomes
 */
export function judge(
  { environment, owners, reward }: CandidateStates,
  observation: Observation,
  actions: InterventionActions,
  noise: (k: number) => Stream,
): Judged {
  const expected = environment.expected(actions, owners);
  const outcome = reward.outcome === "expected" ? expected : environment.sampled(actions, owners, noise);
  return {
    ...reward.immediate({ observation, owners, actions, outcome, truth: environment }),
    value: decisionValues(environment, owners, expected),
  };
}

/** Rewards with the structure component, where there are beliefs after the candidates. */
export function withLearning(
  states: CandidateStates,
  judged: Judged,
  before: Observation,
  { beliefs }: Observation,
): Judged {
  if (beliefs === undefined) return judged;
  const { environment, owners, reward } = states;
  return { ...judged, ...reward.learned(judged, { observation: before, after: beliefs, owners, truth: environment }) };
}

/**
 * Rewards with the credit for what a candidate's outcome teaches; see {@linkcode RolloutOptions.lookahead}.
 * @param later rewards of the best action after each candidate
 */
export function withLater(immediate: Judged, later: Judged, steps: number): Judged {
  return {
    ...immediate,
    total: immediate.total.map((reward, k) => (reward + steps * later.total[k]) / (1 + steps)),
    later: { steps, components: later.components },
  };
}

/** A copy of each state for each of its candidates, in which the candidate is carried out. */
export interface Branch {
  readonly states: CandidateStates;
  /** What is seen after each candidate. */
  after(state: Observation, candidates: InterventionActions, noise: (k: number) => Stream): Observation;
}

/** Copies for the candidates of `owners`, in groups as the options say. */
export function createBranch(
  problems: readonly Problem[],
  owners: Int32Array,
  { episode, reward, surrogate }: RolloutOptions,
  stream: Stream,
): Branch {
  const copies = Array.from(owners, (owner) => problems[owner]);
  const environment = createEnvironment(copies, episode);
  const streams = () => copies.map((_, k) => stream.child("branch beliefs").child(k));
  return {
    states: { environment, owners: Int32Array.from(copies, (_, k) => k), reward },
    after(state, candidates, noise) {
      environment.adopt(state, owners);
      environment.step(candidates, copies.map((_, k) => noise(k)));
      return followBeliefs(surrogate, copies, environment.observation.problems, streams)(environment.observation);
    },
  };
}
