/** Weights of the loss's terms from update to update: scheduled, or moved by what the updates measure. */

import type { Coefficients } from "./batch.ts";
import type { TrainerOptions } from "./options.ts";
import { scheduled } from "./schedule.ts";

/**
 * What one update hands to the next besides parameters and moments: plain data, part of the checkpoint, so that a resumed
 * run repeats itself.
 */
export interface TrainerState {
  /** Updates done. */
  readonly update: number;
  /** Where the coefficients that are adapted have got to; those that are not stay where they started. */
  readonly adapted: Coefficients;
}

/** The state before the first update. */
export function initialTrainerState({ entropy, kl }: TrainerOptions): TrainerState {
  return { update: 0, adapted: { entropy: entropy.start, kl: kl.coefficient } };
}

/**
 * A state as a checkpoint has kept it.
 * @throws RangeError if it is none: the checkpoint is damaged, or of a version that kept none
 */
export function readTrainerState(saved: unknown): TrainerState {
  const state = saved as Partial<TrainerState> | null | undefined;
  const { entropy, kl } = state?.adapted ?? {};
  const isCount = Number.isSafeInteger(state?.update) && (state?.update ?? -1) >= 0;
  if (!isCount || !Number.isFinite(entropy) || !Number.isFinite(kl)) {
    throw new RangeError("the checkpoint does not say how far the trainer's coefficients had got: begin a new run");
  }
  return { update: state?.update ?? 0, adapted: { entropy: entropy ?? 0, kl: kl ?? 0 } };
}

/** The coefficients of the next update. */
export function coefficientsAt({ update, adapted }: TrainerState, { entropy, updates }: TrainerOptions): Coefficients {
  return entropy.kind === "adaptive" ? adapted : { ...adapted, entropy: scheduled(entropy, update, updates) };
}

/** The state after an update in which a mean entropy (nats a decision) and a mean KL to the reference were measured. */
export function nextTrainerState(
  { update, adapted }: TrainerState,
  options: TrainerOptions,
  measured: { readonly entropy: number; readonly kl: number },
): TrainerState {
  return {
    update: update + 1,
    adapted: {
      entropy: adaptedEntropy(adapted.entropy, options, measured.entropy),
      kl: adaptedKl(adapted.kl, options, measured.kl),
    },
  };
}

function adaptedEntropy(coefficient: number, { entropy }: TrainerOptions, measured: number): number {
  if (entropy.kind !== "adaptive") return coefficient;
  const { target, rate, min, max } = entropy;
  return Math.min(max, Math.max(min, coefficient * Math.exp(rate * (target - measured))));
}

function adaptedKl(coefficient: number, { kl: { adaptive } }: TrainerOptions, measured: number): number {
  if (adaptive === null) return coefficient;
  if (measured > adaptive.high) return coefficient * adaptive.factor;
  return measured < adaptive.low ? coefficient / adaptive.factor : coefficient;
}
