/** The algebra of tensors, for every backend: each operation is a differentiable one of TensorFlow.js. */

import * as tf from "@tensorflow/tfjs-core";
import { layerNorm } from "../attention.ts";
import { denseSum, pairMessages, poolVariables } from "../layers.ts";
import type { Parameters } from "../parameters.ts";
import type { Algebra, NamedProduct } from "./algebra.ts";

/**
 * The algebra with the parameters of a network.
 * @param constants tables whose gradient nobody needs
 */
export function tensorAlgebra(parameters: Parameters, constants: ReadonlySet<tf.Tensor>): Algebra<tf.Tensor2D> {
  const named = <T extends tf.Tensor>(name: string) => parameters.get(name) as unknown as T;
  const product = ({ x, kernel }: NamedProduct<tf.Tensor2D>) => ({
    x,
    kernel: named<tf.Tensor2D>(kernel),
    constant: constants.has(x),
  });
  return {
    sumLayer: ({ products, bias, shared, activation }) =>
      denseSum(
        products.map(product),
        bias === null ? null : named<tf.Tensor1D>(bias),
        shared === undefined ? null : product(shared),
        activation,
      ),
    pairMessages(receiver, sender, pair, present) {
      const [count, n] = present.shape;
      const channels = receiver.shape[1];
      const rows = (x: tf.Tensor2D) => tf.reshape(x, [count, n, channels]) as tf.Tensor3D;
      const cells = tf.reshape(pair, [count, n, n, channels]) as tf.Tensor4D;
      return tf.reshape(pairMessages(rows(receiver), rows(sender), cells, present), [count * n, 2 * channels]);
    },
    pool(x, present) {
      const [count, n] = present.shape;
      return poolVariables(tf.reshape(x, [count, n, x.shape[1]]) as tf.Tensor3D, present);
    },
    add: (a, b) => tf.add(a, b),
    scale: (x, factor) => tf.mul(x, factor),
    scaleGroups(x, scales) {
      const [groups, columns] = scales.shape;
      const grouped = tf.reshape(x, [groups, x.shape[0] / groups, columns]);
      return tf.reshape(tf.mul(grouped, tf.reshape(scales, [groups, 1, columns])), x.shape);
    },
    layerNorm: (x, scale, shift) => layerNorm(x, named<tf.Tensor1D>(scale), named<tf.Tensor1D>(shift)),
    concat: (parts) => tf.concat([...parts], 1),
  };
}
