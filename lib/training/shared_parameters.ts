/** Parameters in memory that all threads of a run share, behind each other in their fixed order. */

import * as tf from "@tensorflow/tfjs-core";

/** Memory for parameters of these shapes. */
export function sharedParameters(parameters: readonly tf.Variable[]): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * parameters.reduce((total, { size }) => total + size, 0));
}

/** Copies the variables' values into the shared memory. */
export async function readParametersInto(shared: SharedArrayBuffer, parameters: readonly tf.Variable[]): Promise<void> {
  const all = new Float32Array(shared);
  let offset = 0;
  for (const parameter of parameters) {
    all.set(await parameter.data<"float32">(), offset);
    offset += parameter.size;
  }
}

/** Copies the shared memory into the variables. */
export function assignParameters(shared: SharedArrayBuffer, parameters: readonly tf.Variable[]): void {
  const all = new Float32Array(shared);
  let offset = 0;
  for (const parameter of parameters) {
    const value = tf.tensor(all.slice(offset, offset + parameter.size), parameter.shape);
    parameter.assign(value);
    value.dispose();
    offset += parameter.size;
  }
}
