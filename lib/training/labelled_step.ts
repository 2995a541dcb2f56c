/** One gradient step of a network on examples whose truth is known. */

import * as tf from "@tensorflow/tfjs-core";
import { TrainingError } from "../grpo/mod.ts";
import { type NamedAdam, type Parameters } from "../tensor/mod.ts";

/** How far a step goes. */
export interface StepOptions {
  readonly learningRate: number;
  /** Largest norm of the gradient. */
  readonly clipNorm: number;
  /** Whose loss it is, for errors, e.g. `the surrogate's`. */
  readonly owner: string;
}

/**
 * A step down the gradient of `losses().total`. Returns every loss before the step, and the gradient's norm.
 * @throws TrainingError if the loss or its gradient is not finite; the parameters are then those of before
 */
export async function labelledStep<Name extends string>(
  { list }: Parameters,
  losses: () => Readonly<Record<Name | "total", tf.Scalar>>,
  optimizer: NamedAdam,
  { learningRate, clipNorm, owner }: StepOptions,
): Promise<Readonly<Record<Name | "total" | "gradientNorm", number>>> {
  const parts = new Map<string, tf.Scalar>();
  const { value, grads } = tf.variableGrads(() => {
    const named = losses();
    for (const [name, loss] of Object.entries<tf.Scalar>(named)) parts.set(name, tf.keep(tf.clone(loss)));
    return named.total;
  }, list as tf.Variable[]);
  try {
    const values = Object.fromEntries(
      await Promise.all([...parts].map(async ([name, loss]) => [name, (await loss.data<"float32">())[0]] as const)),
    ) as Record<Name | "total", number>;
    const gradients = await Promise.all(list.map((parameter) => grads[parameter.name].data<"float32">()));
    if (!Number.isFinite(values.total) || gradients.some((gradient) => !gradient.every(Number.isFinite))) {
      throw new TrainingError(`${owner} loss (${values.total}) or its gradient is not finite`);
    }
    const { gradientNorm } = await optimizer.apply(gradients, learningRate, clipNorm);
    return { ...values, gradientNorm };
  } finally {
    tf.dispose([value, grads, ...parts.values()]);
  }
}
