/** Messages between rows and pooling over rows on the simd backend: one operation each, with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";

/** See `pairMessages` in ../layers.ts; channels must be a multiple of 4. */
export function simdPairMessages(
  receiver: tf.Tensor3D,
  sender: tf.Tensor3D,
  pair: tf.Tensor4D,
  present: tf.Tensor2D,
): tf.Tensor3D {
  const [views, n, channels] = receiver.shape;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [a, b, e] = given as tf.Tensor[];
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const out = backend.output([views, n, 2 * channels]);
    backend.arena.kernels.pairMessages(
      backend.pointerOf(a),
      backend.pointerOf(b),
      backend.pointerOf(e),
      backend.pointerOf(present),
      out.pointer,
      views,
      n,
      channels,
    );
    const y = tensorOf(out);
    save([a, b, e, present, y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const [da, db, de] = [own.output(a.shape), own.output(b.shape), own.output(e.shape)];
        const [pa, pb, pe, pp, py] = saved.map((tensor) => own.pointerOf(tensor));
        own.arena.kernels.pairMessagesGradient(
          pa,
          pb,
          pe,
          pp,
          py,
          own.pointerOf(dy),
          da.pointer,
          db.pointer,
          de.pointer,
          views,
          n,
          channels,
        );
        return [da, db, de].map(tensorOf);
      },
    };
  });
  return operation(receiver, sender, pair) as tf.Tensor3D;
}

/** See `poolVariables` in ../layers.ts; channels must be a multiple of 4. */
export function simdPoolVariables(h: tf.Tensor3D, present: tf.Tensor2D): tf.Tensor2D {
  const [views, n, channels] = h.shape;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const x = given[0] as tf.Tensor;
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const out = backend.output([views, 2 * channels]);
    const { kernels } = backend.arena;
    kernels.poolVariables(backend.pointerOf(x), backend.pointerOf(present), out.pointer, views, n, channels);
    const y = tensorOf(out);
    save([x, present, y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const dx = own.output(x.shape);
        const [px, pp, py] = saved.map((tensor) => own.pointerOf(tensor));
        own.arena.kernels.poolVariablesGradient(px, pp, py, own.pointerOf(dy), dx.pointer, views, n, channels);
        return [tensorOf(dx)];
      },
    };
  });
  return operation(h) as tf.Tensor2D;
}
