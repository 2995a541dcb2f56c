/** What the main thread and a worker of the shard pool say to each other. */

import type { BatchTotals, Coefficients, ShardCollection, ShardGradient } from "../grpo/mod.ts";
import type { Config } from "../config/mod.ts";

/** Every request is answered by one {@linkcode WorkerReply} with its number. */
export type WorkerRequest =
  | {
    readonly kind: "start";
    readonly config: Config;
    /** Shards that this worker computes. */
    readonly indices: readonly number[];
    /** All trained parameters behind each other; the worker reads them at the beginning of each request. */
    readonly parameters: SharedArrayBuffer;
    /** The KL reference, if there is one. */
    readonly reference: SharedArrayBuffer | null;
  }
  | {
    readonly kind: "collect";
    readonly update: number;
    readonly stage: number;
    readonly klCoefficient: number;
  }
  | {
    readonly kind: "gradients";
    readonly epoch: number;
    readonly minibatch: number;
    readonly totals: BatchTotals;
    readonly coefficients: Coefficients;
  }
  | { readonly kind: "reference" };

export type WorkerReply =
  | { readonly kind: "done" }
  | { readonly kind: "collected"; readonly parts: readonly ShardCollection[] }
  | { readonly kind: "gradients"; readonly parts: readonly ShardGradient[] }
  /** An error, with the name of its class: `TrainingError` is told apart from a fault of the program. */
  | { readonly kind: "error"; readonly name: string; readonly message: string };
