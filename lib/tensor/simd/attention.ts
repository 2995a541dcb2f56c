/** Attention and layer norm on the simd backend: one operation each, with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import type { AttentionOptions } from "../contracts.ts";
import { type SimdBackend, simdBackend, tensorOf } from "./backend.ts";

/** See `attention` in ../attention.ts. */
export function simdAttention(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  { heads, mask, bias, causal }: AttentionOptions,
): tf.Tensor3D {
  const [batch, queries, width] = query.shape;
  const keys = key.shape[1];
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const sizes = [batch, heads, queries, keys, headWidth] as const;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const out = backend.output(query.shape);
    const weights = backend.output([batch, heads, queries, keys]);
    const [q, k, v] = [query, key, value].map((x) => backend.pointerOf(x));
    withScratch(backend, 2 * headWidth * (queries + keys), (scratch) => {
      backend.arena.kernels.attention(
        q,
        k,
        v,
        mask === undefined ? 0 : backend.pointerOf(mask),
        bias === undefined ? 0 : backend.pointerOf(bias),
        weights.pointer,
        out.pointer,
        scratch,
        ...sizes,
        causal === true,
        scale,
      );
    });
    save([query, key, value, tensorOf(weights)]);
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const [dq, dk, dv] = [query, key, value].map(({ shape }) => own.output(shape));
        const dbias = bias === undefined ? null : own.output([batch, heads, queries, keys]);
        const [pq, pk, pv, pw] = saved.map((x) => own.pointerOf(x));
        const slope = own.pointerOf(dy);
        const cells = dbias === null ? queries * keys : 0;
        withScratch(own, 3 * headWidth * (queries + keys) + queries * keys + cells, (scratch) => {
          own.arena.kernels.attentionGradient(
            pq,
            pk,
            pv,
            pw,
            slope,
            dq.pointer,
            dk.pointer,
            dv.pointer,
            dbias?.pointer ?? scratch,
            dbias === null,
            scratch + 4 * cells,
            ...sizes,
            scale,
          );
        });
        return [dq, dk, dv, ...(dbias === null ? [] : [dbias])].map(tensorOf);
      },
    };
  });
  return operation(query, key, value, ...(bias === undefined ? [] : [bias])) as tf.Tensor3D;
}

/** Calls a function with the byte offset of `length` floats that are its own until it returns. */
function withScratch(backend: SimdBackend, length: number, use: (pointer: number) => void): void {
  const scratch = backend.arena.allocate(length);
  use(scratch.byteOffset);
  backend.arena.free(scratch);
}

/** See `layerNorm` in ../attention.ts. */
export function simdLayerNorm(x: tf.Tensor2D, scale: tf.Tensor1D, shift: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  const [rows, columns] = x.shape;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const [out, moments] = [backend.output([rows, columns]), backend.output([rows, 2])];
    backend.arena.kernels.layerNorm(
      backend.pointerOf(x),
      backend.pointerOf(scale),
      backend.pointerOf(shift),
      out.pointer,
      moments.pointer,
      rows,
      columns,
      epsilon,
    );
    save([x, scale, tensorOf(moments)]);
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const [dx, dscale, dshift] = [own.output([rows, columns]), own.output([columns]), own.output([columns])];
        const [px, pscale, pmoments] = saved.map((tensor) => own.pointerOf(tensor));
        own.arena.kernels.layerNormGradient(
          px,
          pscale,
          pmoments,
          own.pointerOf(dy),
          dx.pointer,
          dscale.pointer,
          dshift.pointer,
          rows,
          columns,
        );
        return [dx, dscale, dshift].map(tensorOf);
      },
    };
  });
  return operation(x, scale, shift) as tf.Tensor2D;
}
