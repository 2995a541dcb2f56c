/**
 * A small network's result and gradients on a backend. As a program it prints them, or the error: a process of its own can load
 * packages that the lock does not name.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, dense, poolVariables, useBackend } from "../../lib/tensor/mod.ts";
import { pairMessages } from "../../lib/tensor/layers.ts";
import { randomInput, uniformsFrom } from "./support.ts";

/** The network's value, then its gradients. */
export async function computeOn(backend: BackendName): Promise<Float32Array[]> {
  const uniform = uniformsFrom(61);
  const inputs = [[6, 5], [5, 8], [8], [2, 3, 3, 8]].map((shape) => randomInput(uniform, shape));
  await useBackend(backend);
  const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape]));
  const present = tf.tensor2d([1, 1, 1, 1, 1, 0], [2, 3]);
  const network = (...given: tf.Tensor[]) => {
    const h = dense(given[0] as tf.Tensor2D, given[1] as tf.Tensor2D, given[2] as tf.Tensor1D, "gelu");
    const states = tf.reshape(h, [2, 3, 8]) as tf.Tensor3D;
    const messages = pairMessages(states, states, given[3] as tf.Tensor4D, present);
    return tf.sum(tf.tanh(poolVariables(messages, present))) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(network)(tensors);
  const results = await Promise.all([value, ...grads].map((x) => x.data<"float32">()));
  tf.dispose([value, ...grads, ...tensors, present]);
  return results;
}

/** What the program prints. */
export type Printed = { readonly results: number[][] } | { readonly message: string; readonly caused: boolean };

if (import.meta.main) {
  const printed: Printed = await computeOn(Deno.args[0] as BackendName).then(
    (results) => ({ results: results.map((x) => Array.from(x)) }),
    (error: Error) => ({ message: error.message, caused: error.cause instanceof Error }),
  );
  // deno-lint-ignore no-console
  console.log(JSON.stringify(printed));
}
