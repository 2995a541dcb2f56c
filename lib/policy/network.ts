/** What the networks of learned policies have in common. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Parameters } from "../tensor/mod.ts";

/** A network over views of type `Views`, whatever the number of their variables. */
export interface ViewNetwork<Views> {
  readonly parameters: Parameters;
  /**
   * `[views, width, outputs]`, differentiable in the parameters.
   * @param dropout `[views]` keys of the dropped channels; null drops none
   */
  forward(views: Views, dropout: Uint32Array | null): tf.Tensor3D;
}

/** Outputs start near 0; the factor lets them reach decisive logits within few steps of Adam. */
export const OUTPUT_SCALE = 10;
export const OUTPUT_DEVIATION = 0.01;

/** @throws RangeError if one of the sizes `names` is no whole number ≥ 1 */
export function checkSizes<Name extends string>(sizes: Readonly<Record<Name, number>>, names: readonly Name[]): void {
  for (const name of names) {
    if (!Number.isInteger(sizes[name]) || sizes[name] < 1) {
      throw new RangeError(`Cannot build a network with ${name} = ${sizes[name]}: it must be a whole number ≥ 1`);
    }
  }
}
