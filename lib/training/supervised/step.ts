/** One gradient step of an amortised posterior on states whose truth is known. */

import * as tf from "@tensorflow/tfjs-core";
import { TrainingError } from "../../grpo/mod.ts";
import { readOutputs, responseLoss, type ResponseNetwork, type ResponseOutputs } from "../../surrogate/mod.ts";
import { computeNow } from "../../tensor/mod.ts";
import type { SessionOptimizer } from "../optimizer.ts";
import type { Believe, LabelledStates } from "./collect.ts";

/** The losses of a batch before the step, and the gradient's norm. */
export interface SupervisedStep {
  readonly likelihood: number;
  readonly answer: number;
  readonly gradientNorm: number;
}

/** @throws TrainingError if the loss or its gradient is not finite; the parameters are then those of before */
export async function supervisedStep(
  network: ResponseNetwork,
  { views, labels }: LabelledStates,
  optimizer: SessionOptimizer,
  learningRate: number,
  clipNorm: number,
): Promise<SupervisedStep> {
  const parts: tf.Scalar[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const { total, likelihood, answer } = responseLoss(network.forward(views), views, labels);
    parts.push(tf.keep(tf.clone(likelihood)), tf.keep(tf.clone(answer)));
    return total;
  }, network.parameters.list as tf.Variable[]);
  const losses = await Promise.all([value, ...parts].map((scalar) => scalar.data<"float32">()));
  const [loss, likelihood, answer] = losses.map(([number]) => number);
  const gradients = await Promise.all(
    network.parameters.list.map(async (p) => Float32Array.from(await grads[p.name].data<"float32">())),
  );
  tf.dispose([value, grads, parts]);
  if (!Number.isFinite(loss) || gradients.some((gradient) => !gradient.every(Number.isFinite))) {
    throw new TrainingError(`the posterior's loss (${loss}) or its gradient is not finite`);
  }
  const { gradientNorm } = await optimizer.apply(gradients, learningRate, clipNorm);
  return { likelihood, answer, gradientNorm };
}

/** Cells of the grids in one pass that nothing is learned from. */
const MOST_CELLS = 40_000;

/** Everything that a network says of states, `[count · width · cells]` each, without gradients. */
export function readStates(
  network: ResponseNetwork,
  views: LabelledStates["views"],
): Readonly<Record<keyof ResponseOutputs, Float32Array>> {
  const names = ["mean", "sd", "answer", "action"] as const;
  if (views.count * views.width * views.cells > 8 * MOST_CELLS) {
    throw new RangeError(`Cannot read ${views.count} states at once`);
  }
  const all = computeNow(() => {
    const read = readOutputs(network.forward(views), views);
    return tf.stack(names.map((name) => read[name]));
  });
  const each = all.length / names.length;
  return Object.fromEntries(names.map((name, k) => [name, all.slice(k * each, (k + 1) * each)])) as Record<
    keyof ResponseOutputs,
    Float32Array
  >;
}

/** The posterior of a network. */
export function believeBy(network: ResponseNetwork): Believe {
  return (views) => readStates(network, views);
}
