/**
 * The surrogate's side of joint training. The policy's updates and the surrogate's gradient steps take turns; the policy sees
 * the surrogate that is being trained, and the surrogate learns from the policy's own rows, from simulated ones, or both.
 */

import type { EpisodeOptions, Problem } from "../../environment/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { type BeliefSource, drawBatch, type EpisodeDistribution, type LabelledRows } from "../../surrogate/mod.ts";
import type { NamedTensors } from "../../runs/mod.ts";
import type { Pause } from "../learner.ts";
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

/** One surrogate phase. */
export interface SurrogatePhase {
  /** Plays the own episodes. */
  readonly policy: Policy;
  /** Gradient steps. */
  readonly steps: number;
  /** Episodes of a batch. */
  readonly batch: number;
  /** Share of a batch that comes from the policy's own episodes; the rest is simulated. */
  readonly ownShare: number;
  readonly pause?: Pause;
}

/** Where the rows of a surrogate phase come from. */
export interface PhaseContext {
  readonly episode: EpisodeOptions;
  /** Simulated rows. */
  readonly distribution: EpisodeDistribution;
  /** Fresh training problems. */
  problems(count: number, stream: Stream): readonly Problem[];
}

/**
 * The gradient steps of one surrogate phase; returns the mean loss. Deterministic in `stream`.
 * @throws TrainingError if the loss or its gradient is not finite
 */
export async function surrogatePhase(
  surrogate: TrainableSurrogate,
  { episode, distribution, problems }: PhaseContext,
  { policy, steps, batch, ownShare, pause }: SurrogatePhase,
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
