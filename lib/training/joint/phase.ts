/**
 * The surrogate's side of joint training. The policy's updates and the surrogate's gradient steps take turns; the policy sees
 * the surrogate that is being trained, and the surrogate learns from the policy's own rows, from simulated ones, or both.
 */

import type { EpisodeOptions, Problem } from "../../environment/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { type BeliefSource, drawBatch, type EpisodeDistribution, type LabelledRows } from "../../surrogate/mod.ts";
import type { NamedTensors } from "../../runs/mod.ts";
import { collectRows } from "./collect.ts";

/** A surrogate that learns from labelled rows: the neural one, or any other that can be stepped, saved and restored. */
export interface TrainableSurrogate {
  /** The live surrogate: its beliefs change with every step. */
  readonly source: BeliefSource;
  /** One gradient step; returns the mean loss of the batch before it, nats a variable. */
  step(episodes: readonly LabelledRows[]): Promise<number>;
  /** Everything that it needs to go on as if it had not stopped. */
  tensors(): Promise<NamedTensors>;
  /** @throws RangeError if they belong to another surrogate */
  restore(tensors: NamedTensors): void;
}

/** Batches of the policy's own episodes that one phase plays; more steps meet them again. */
const POOL = 8;

/** How the two phases take turns. */
export interface PhaseOptions {
  /** Episodes of a policy phase. */
  readonly policyEpisodes: number;
  /** Gradient steps of a surrogate phase. */
  readonly surrogateSteps: number;
  /** Gradient steps before the first policy phase, on simulated rows. */
  readonly warmupSteps: number;
  /** Share of a batch that comes from the policy's own episodes; the rest is simulated. */
  readonly ownShare: number;
  /** Episodes of a batch. */
  readonly batch: number;
}

/** What a surrogate phase needs to know of the run. */
export interface PhaseContext {
  readonly policy: Policy;
  readonly episode: EpisodeOptions;
  /** Simulated rows. */
  readonly distribution: EpisodeDistribution;
  /** Fresh training problems. */
  problems(count: number, stream: Stream): readonly Problem[];
}

/**
 * Policy updates after which a surrogate phase is due, for updates of so many episodes.
 * @throws RangeError if a policy phase is shorter than one update
 */
export function updatesPerPhase(policyEpisodes: number, episodesPerUpdate: number): number {
  if (policyEpisodes < episodesPerUpdate) {
    throw new RangeError(
      `Cannot train the policy for ${policyEpisodes} episodes: one update takes ${episodesPerUpdate}; ` +
        `set phase.policy_episodes to at least that`,
    );
  }
  return Math.floor(policyEpisodes / episodesPerUpdate);
}

/**
 * One surrogate phase of `steps` gradient steps; returns the mean loss. Deterministic in `stream`.
 * @throws TrainingError if the loss or its gradient is not finite
 */
export async function surrogatePhase(
  surrogate: TrainableSurrogate,
  { policy, episode, distribution, problems }: PhaseContext,
  steps: number,
  { batch, ownShare, pause }: Pick<PhaseOptions, "batch" | "ownShare"> & { readonly pause?: () => Promise<void> },
  stream: Stream,
): Promise<number> {
  const own = Math.round(batch * ownShare);
  const pool = collectRows(
    policy,
    surrogate.source,
    own === 0 ? [] : problems(own * Math.min(steps, POOL), stream.child("problems")),
    episode,
    stream.child("episodes"),
  );
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const collected = Array.from({ length: own }, (_, k) => pool[(step * own + k) % pool.length]);
    const simulated = batch === own
      ? []
      : drawBatch(distribution, Infinity, batch - own, stream.child("step").child(step));
    sum += await surrogate.step([...collected, ...simulated]);
    await pause?.();
  }
  return steps === 0 ? NaN : sum / steps;
}
