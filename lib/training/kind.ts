import type { RunConfig, RunKind } from "../runs/mod.ts";
import type { Learner } from "./learner.ts";

/** A kind of training: everything that tells it apart from the others. */
export interface TrainingKind<Config extends RunConfig, Learned extends Learner = Learner> extends RunKind<Config> {
  /** Updates of a training. */
  updates(config: Config): number;
  /** Metrics that runs are compared by; searches judge by the first. */
  readonly metrics: readonly string[];
  /**
   * The learner of a config, on the tensor backend in use.
   * @param from fresh parameters, or those that the learner will be handed with a checkpoint
   * @throws {ConfigError} or {@linkcode RangeError} if the config cannot be trained
   */
  createLearner(config: Config, from: "start" | "checkpoint"): Promise<Learned>;
}
