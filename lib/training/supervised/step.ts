/** One gradient step of an amortised posterior on states whose truth is known. */

import * as tf from "@tensorflow/tfjs-core";
import { readOutputs, responseLoss, type ResponseNetwork, type ResponseOutputs } from "../../surrogate/mod.ts";
import { computeNow, type NamedAdam } from "../../tensor/mod.ts";
import { labelledStep } from "../labelled_step.ts";
import type { Believe, LabelledStates } from "./collect.ts";

/** The losses of a batch before the step, and the gradient's norm. */
export interface SupervisedStep {
  readonly likelihood: number;
  readonly answer: number;
  readonly gradientNorm: number;
}

/** @throws TrainingError if the loss or its gradient is not finite; the parameters are then those of before */
export function supervisedStep(
  network: ResponseNetwork,
  { views, labels }: LabelledStates,
  optimizer: NamedAdam,
  learningRate: number,
  clipNorm: number,
): Promise<SupervisedStep> {
  const losses = () => responseLoss(network.forward(views), views, labels);
  return labelledStep(network.parameters, losses, optimizer, { learningRate, clipNorm, owner: "the posterior's" });
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
