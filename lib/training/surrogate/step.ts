/** One gradient step of a surrogate's network on labelled episodes. */

import * as tf from "@tensorflow/tfjs-core";
import { TrainingError } from "../../grpo/mod.ts";
import { episodeRows, type LabelledRows, labelsOf, type SurrogateForm, surrogateLoss } from "../../surrogate/mod.ts";
import type { SessionOptimizer } from "../optimizer.ts";

/** Losses of the batch before the step, and the gradient's norm. */
export interface SurrogateStep {
  readonly loss: number;
  readonly parentsLoss: number;
  readonly effectsLoss: number;
  readonly gradientNorm: number;
}

/**
 * @throws TrainingError if the loss or its gradient is not finite; the parameters are then those of before
 */
export async function surrogateStep(
  form: SurrogateForm,
  episodes: readonly LabelledRows[],
  optimizer: SessionOptimizer,
  learningRate: number,
  clipNorm: number,
): Promise<SurrogateStep> {
  const width = Math.max(...episodes.map(({ size }) => size));
  const batch = form.prepare(episodes.map(episodeRows), width);
  const labels = labelsOf(episodes, batch.views);
  const parts: tf.Scalar[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const { total, parents, effects } = surrogateLoss(batch.forward(), batch.views, labels);
    parts.push(tf.keep(tf.clone(parents)), tf.keep(tf.clone(effects)));
    return total;
  }, form.parameters.list as tf.Variable[]);
  const losses = await Promise.all([value, ...parts].map((scalar) => scalar.data<"float32">()));
  const [loss, parentsLoss, effectsLoss] = losses.map(([number]) => number);
  const gradients = await Promise.all(form.parameters.list.map((p) => grads[p.name].data<"float32">()));
  if (!Number.isFinite(loss) || gradients.some((gradient) => !gradient.every(Number.isFinite))) {
    throw new TrainingError(`the surrogate's loss (${loss}) or its gradient is not finite`);
  }
  const { gradientNorm } = await optimizer.apply(gradients, learningRate, clipNorm);
  tf.dispose([value, grads, parts]);
  return { loss, parentsLoss, effectsLoss, gradientNorm };
}
