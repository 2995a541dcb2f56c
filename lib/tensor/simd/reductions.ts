/** Sums, means, extremes and softmax of float tensors; other types are the CPU backend's. */

import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

/** The kernels' numbers of the reductions; a mean is a scaled sum. */
const KINDS = { Sum: 0, Mean: 0, Max: 1, Min: 2 } as const;

/** `Max` names its axes unlike the others. */
type ReductionAttributes =
  & { readonly keepDims?: boolean }
  & ({ readonly axis: number | number[] } | { readonly reductionIndices: number | number[] });

/** A kernel that reduces over axes. */
export function reductionKernel(name: keyof typeof KINDS): (otherwise: tf.KernelFunc) => tf.KernelFunc {
  return (otherwise) => (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype !== "float32" || x.shape.includes(0)) return otherwise(call);
    const attributes = call.attrs as unknown as ReductionAttributes;
    const { keepDims } = attributes;
    const axes = tf.util.parseAxisParam("axis" in attributes ? attributes.axis : attributes.reductionIndices, x.shape);
    const shape = x.shape.flatMap((size, d) => axes.includes(d) ? (keepDims === true ? [1] : []) : [size]);
    const backend = call.backend as SimdBackend;
    const out = backend.output(shape);
    const length = shape.reduce((a, b) => a * b, 1);
    reduceInto(backend, KINDS[name], backend.pointerOf(x), x.shape, axes, out.pointer);
    if (name === "Mean") {
      const count = x.shape.reduce((a, b) => a * b, 1) / length;
      backend.arena.kernels.scaleInto(out.pointer, out.pointer, 1 / count, length);
    }
    return out;
  };
}

/** Reduces over one group of neighbouring axes after the other, the last first. */
function reduceInto(
  backend: SimdBackend,
  kind: number,
  x: number,
  shape: readonly number[],
  axes: readonly number[],
  out: number,
): void {
  const { arena } = backend;
  const groups = groupsOf(shape, axes);
  let from = x;
  let scratch: Float32Array | null = null;
  for (let g = groups.length - 1; g >= 0; g--) {
    // Behind a group lies what is left of the groups that were reduced before it.
    const { outer, count } = groups[g];
    const inner = groups[g].inner / groups.slice(g + 1).reduce((product, group) => product * group.count, 1);
    const next: Float32Array | null = g === 0 ? null : arena.allocate(outer * inner);
    const to = next?.byteOffset ?? out;
    arena.kernels.reduce(kind, from, to, outer, count, inner);
    arena.free(scratch);
    [from, scratch] = [to, next];
  }
  if (groups.length === 0) arena.kernels.copyRows(x, 0, out, 0, 1, 4 * shape.reduce((a, b) => a * b, 1));
}

/** Runs of neighbouring axes to reduce, with the numbers of entries before, in and behind each. */
function groupsOf(shape: readonly number[], axes: readonly number[]) {
  const groups: { outer: number; count: number; inner: number }[] = [];
  let outer = 1;
  let before = false;
  const total = shape.reduce((a, b) => a * b, 1);
  shape.forEach((size, d) => {
    const reduced = axes.includes(d);
    if (reduced && before) groups[groups.length - 1].count *= size;
    else if (reduced) groups.push({ outer, count: size, inner: 0 });
    outer *= size;
    before = reduced;
  });
  return groups.map((group) => ({ ...group, inner: total / group.outer / group.count }));
}

/** The kernel `Softmax` over the last axis. */
export function softmaxKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { logits } = call.inputs as { logits: tf.TensorInfo };
    const { dim } = call.attrs as unknown as { dim: number };
    if (logits.dtype !== "float32" || logits.shape.includes(0) || dim !== logits.shape.length - 1) {
      return otherwise(call);
    }
    const backend = call.backend as SimdBackend;
    const out = backend.output(logits.shape);
    const columns = logits.shape[dim];
    const rows = logits.shape.slice(0, -1).reduce((a, b) => a * b, 1);
    backend.arena.kernels.softmax(backend.pointerOf(logits), out.pointer, rows, columns);
    return out;
  };
}
