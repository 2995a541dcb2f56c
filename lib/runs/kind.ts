/** What a run needs to know of its config, whatever it is a run of. */

import type { ConfigSource, Override } from "../config/mod.ts";

/** The part of a config that every kind of run has. */
export interface RunConfig {
  /** Names the folder of the runs under `results/`. */
  readonly name: string;
  readonly seed: number;
  readonly runtime: { readonly backend: string };
  readonly checkpoint: {
    /** Updates between two checkpoints. */
    readonly every: number;
    /** Newest checkpoints that are kept, besides the best one. */
    readonly keep: number;
  };
  readonly logging: {
    readonly tensorboard: boolean;
    readonly wandb: { readonly enabled: boolean; readonly project: string; readonly entity: string | null };
  };
}

/** A kind of run: how its configs are read, and the command that starts and resumes it. */
export interface RunKind<Config extends RunConfig> {
  /** Stored in the run folder. */
  readonly name: string;
  /** What is learned, for messages: "a policy". */
  readonly learned: string;
  /** Starts and resumes runs: `deno task <task>`. */
  readonly task: string;
  /**
   * Checks and completes a config by the kind's schema.
   * @throws {ConfigError}
   */
  resolve(source: ConfigSource, overrides: readonly Override[]): Config;
}
