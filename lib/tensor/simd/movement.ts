/** Concatenation, tiling and transposition of float tensors; other types are the CPU backend's. */

import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The kernel `Concat`. */
export function concatKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const inputs = Object.values(call.inputs) as tf.TensorInfo[];
    if (inputs.some(({ dtype }) => dtype !== "float32")) return otherwise(call);
    const { axis } = call.attrs as unknown as { axis: number };
    const [at] = tf.util.parseAxisParam(axis, inputs[0].shape);
    const shapes = inputs.map(({ shape }) => shape);
    tf.backend_util.assertParamsConsistent(shapes, at);
    const shape = tf.backend_util.computeOutShape(shapes, at);
    const backend = call.backend as SimdBackend;
    const out = backend.output(shape);
    const rows = sizeOf(shape.slice(0, at));
    const pitch = 4 * sizeOf(shape.slice(at));
    let to = out.pointer;
    for (const input of inputs) {
      const run = 4 * sizeOf(input.shape.slice(at));
      backend.arena.kernels.copyRows(backend.pointerOf(input), run, to, pitch, rows, run);
      to += run;
    }
    return out;
  };
}

/** The kernel `Tile`: repeats one axis after the other, the last first. */
export function tileKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype !== "float32") return otherwise(call);
    const { reps } = call.attrs as unknown as { reps: number[] };
    const backend = call.backend as SimdBackend;
    const { arena } = backend;
    const out = backend.output(x.shape.map((size, d) => size * reps[d]));
    if (out.shape.includes(0)) return out;
    const repeated = reps.flatMap((count, d) => count > 1 ? [d] : []);
    let from = backend.pointerOf(x);
    let scratch: Float32Array | null = null;
    let inner = [...x.shape];
    for (let r = repeated.length - 1; r >= 0; r--) {
      const d = repeated[r];
      const [rows, run] = [sizeOf(inner.slice(0, d)), 4 * sizeOf(inner.slice(d))];
      const next: Float32Array | null = r === 0 ? null : arena.allocate(rows * run / 4 * reps[d]);
      const to = next?.byteOffset ?? out.pointer;
      for (let copy = 0; copy < reps[d]; copy++) {
        arena.kernels.copyRows(from, run, to + copy * run, run * reps[d], rows, run);
      }
      arena.free(scratch);
      [from, scratch] = [to, next];
      inner = inner.map((size, e) => e === d ? size * reps[d] : size);
    }
    if (repeated.length === 0) arena.kernels.copyRows(from, 0, out.pointer, 0, 1, 4 * sizeOf(x.shape));
    return out;
  };
}

/** The kernel `Transpose`. */
export function transposeKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    const { perm } = call.attrs as unknown as { perm: number[] };
    if (x.dtype !== "float32") return otherwise(call);
    const backend = call.backend as SimdBackend;
    const { arena } = backend;
    const shape = perm.map((d) => x.shape[d]);
    const out = backend.output(shape);
    if (shape.includes(0)) return out;
    const axes = joinedAxes(x.shape, perm);
    const from = backend.pointerOf(x);
    if (axes.length === 2 && axes[0].stride === 1) {
      arena.kernels.transpose(from, out.pointer, axes[1].size, axes[0].size);
      return out;
    }
    const none = { size: 1, stride: 0 };
    const [n, s] = [[none, none, none, none, ...axes].slice(-4), axes.slice(0, -4)];
    const block = n.reduce((product, { size }) => product * size, 1);
    const walk = (outer: readonly { size: number; stride: number }[], source: number, target: number): void => {
      const [axis, ...rest] = outer;
      if (axis === undefined) {
        arena.kernels.gather4(
          source,
          target,
          n[0].size,
          n[1].size,
          n[2].size,
          n[3].size,
          n[0].stride,
          n[1].stride,
          n[2].stride,
          n[3].stride,
        );
        return;
      }
      const step = rest.reduce((product, { size }) => product * size, block);
      for (let i = 0; i < axis.size; i++) walk(rest, source + 4 * i * axis.stride, target + 4 * i * step);
    };
    walk(s, from, out.pointer);
    return out;
  };
}

/** The axes of a transposed tensor with their strides in the source, without those of size 1, even neighbours joined. */
function joinedAxes(shape: readonly number[], perm: readonly number[]): { size: number; stride: number }[] {
  const strides = shape.map((_, d) => sizeOf(shape.slice(d + 1)));
  const axes: { size: number; stride: number }[] = [];
  for (const d of perm) {
    if (shape[d] === 1) continue;
    const last = axes.at(-1);
    if (last !== undefined && last.stride === shape[d] * strides[d]) {
      axes[axes.length - 1] = { size: last.size * shape[d], stride: strides[d] };
    } else axes.push({ size: shape[d], stride: strides[d] });
  }
  return axes;
}
