/** What the main thread and a worker of a run's pool say to each other. */

import type { BatchTotals, Coefficients, ShardCollection, ShardGradient } from "../grpo/mod.ts";
import type { EpisodeRecords } from "../evaluation/mod.ts";
import type { Config } from "../config/mod.ts";

/** How a worker begins: its answer is `[]`. */
export interface WorkerStart {
  readonly kind: "start";
  readonly config: Config;
  /** Shards that this worker computes. */
  readonly indices: readonly number[];
  /** All trained parameters behind each other; the worker reads them at the beginning of each request. */
  readonly parameters: SharedArrayBuffer;
  /** The KL reference, if there is one. */
  readonly reference: SharedArrayBuffer | null;
}

export interface CollectRequest {
  readonly kind: "collect";
  readonly update: number;
  readonly stage: number;
  readonly klCoefficient: number;
}

export interface GradientRequest {
  readonly kind: "gradients";
  readonly epoch: number;
  readonly minibatch: number;
  readonly totals: BatchTotals;
  readonly coefficients: Coefficients;
}

/** Asks for the policy's episodes on some of the validation problems. */
export interface ValidateRequest {
  readonly kind: "validate";
  readonly indices: readonly number[];
}

export type WorkerRequest = WorkerStart | CollectRequest | GradientRequest | ValidateRequest | {
  readonly kind: "reference";
};

/** The answers of a worker, by what they are to; those of shards are in the order of its shards. */
export type WorkerReply =
  | null
  | { readonly collected: readonly ShardCollection[] }
  | { readonly gradients: readonly ShardGradient[] }
  | { readonly records: EpisodeRecords };
