/** The interface of the networks that the neural surrogate can be made of. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Parameters } from "../../tensor/mod.ts";
import type { CommonViews, EpisodeRows } from "./episodes.ts";

/** Outputs of each variable: logit of being a parent, correction of the effect's slope, log of the slope's uncertainty. */
export const OUTPUTS = 3;
/** Range of the log of an effect's uncertainty, and where it starts; units of the standard deviations. */
export const LOG_SD = { low: -5, high: 2, start: -1 };

/** A batch of episodes as one network sees it. */
export interface PreparedBatch {
  readonly views: CommonViews;
  /** `[count, width, OUTPUTS]`, differentiable in the parameters. */
  forward(): tf.Tensor3D;
}

/** A network: equivariant to the order of the variables, for any number of variables and rows. */
export interface SurrogateForm {
  readonly parameters: Parameters;
  /** What the network sees of a batch of episodes, padded to `width` variables. */
  prepare(episodes: readonly EpisodeRows[], width: number): PreparedBatch;
}
