/** Dense layers on the simd backend: one operation each, with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { type SimdBackend, simdBackend, tensorOf } from "./backend.ts";
import { multiplyInto } from "./matmul.ts";
import type { Activation, Product } from "../layers.ts";

const LINEAR = 0;
const RELU = 1;
/** The kernels' numbers of the activations that are not piecewise linear. */
const CURVES: Partial<Record<Activation, number>> = { gelu: 2, tanh: 3 };

/**
 * `activation(Σ xᵢ·kernelᵢ + bias + shared)`; `shared.x·shared.kernel` has a row for each group of equally many rows.
 * @returns `[rows, outputs]`
 */
export function simdDenseSum(
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: Activation,
): tf.Tensor2D {
  const all = shared === null ? products : [...products, shared];
  const inputs = [
    ...all.map(({ kernel }) => kernel),
    ...all.flatMap(({ x, constant }) => constant ? [] : [x]),
    ...(bias === null ? [] : [bias]),
  ];
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const { y, slope } = forward(backend, products, bias, shared, activation);
    // What a variable holds stays until the gradient is computed; only other tensors need saving, which costs a clone each.
    const needed = [...all.flatMap(({ x, kernel }) => [x, kernel]), ...(activation === "linear" ? [] : [slope ?? y])];
    save(needed.filter((tensor) => !(tensor instanceof tf.Variable)));
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => {
        let next = 0;
        const saved = needed.map((tensor) => tensor instanceof tf.Variable ? tensor : kept[next++]);
        return backward(simdBackend(), dy, saved, all, shared !== null, bias !== null, activation);
      },
    };
  });
  return operation(...inputs) as tf.Tensor2D;
}

/** The layer's values and, for activations that are not piecewise linear, their derivatives. */
function forward(
  backend: SimdBackend,
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: Activation,
): { readonly y: tf.Tensor; readonly slope: tf.Tensor | null } {
  const rows = products[0].x.shape[0];
  const columns = products[0].kernel.shape[1];
  const out = backend.output([rows, columns]);
  products.forEach(({ x, kernel }, p) => {
    const depth = kernel.shape[0];
    multiplyInto(
      backend,
      backend.pointerOf(x),
      backend.pointerOf(kernel),
      out.pointer,
      rows,
      columns,
      depth,
      false,
      false,
      p > 0,
    );
  });
  let groupValues: Float32Array | null = null;
  let groupRows = 1;
  if (shared !== null) {
    const groups = shared.x.shape[0];
    groupRows = rows / groups;
    groupValues = backend.arena.allocate(groups * columns);
    const depth = shared.kernel.shape[0];
    multiplyInto(
      backend,
      backend.pointerOf(shared.x),
      backend.pointerOf(shared.kernel),
      groupValues.byteOffset,
      groups,
      columns,
      depth,
      false,
      false,
    );
  }
  if (bias !== null || groupValues !== null || activation === "relu") {
    backend.arena.kernels.addBias(
      out.pointer,
      bias === null ? 0 : backend.pointerOf(bias),
      groupValues?.byteOffset ?? 0,
      rows,
      columns,
      groupRows,
      activation === "relu" ? RELU : LINEAR,
    );
  }
  backend.arena.free(groupValues);
  const kind = CURVES[activation];
  if (kind === undefined) return { y: tensorOf(out), slope: null };
  const slope = backend.output([rows, columns]);
  backend.arena.kernels.activate(out.pointer, slope.pointer, rows * columns, kind);
  return { y: tensorOf(out), slope: tensorOf(slope) };
}

/** Gradients in the order of the operation's inputs: kernels, x's that are not constant, bias. */
function backward(
  backend: SimdBackend,
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  all: readonly Product[],
  lastIsShared: boolean,
  hasBias: boolean,
  activation: Activation,
): tf.Tensor[] {
  const { arena } = backend;
  const [rows, columns] = dy.shape;
  let dzView: Float32Array | null = null;
  let dz = backend.pointerOf(dy);
  if (activation !== "linear") {
    dzView = arena.allocate(rows * columns);
    const gradient = activation === "relu" ? arena.kernels.reluGradient : arena.kernels.multiplyEntries;
    gradient(dz, backend.pointerOf(saved[saved.length - 1]), dzView.byteOffset, rows * columns);
    dz = dzView.byteOffset;
  }
  let sharedView: Float32Array | null = null;
  const kernels: tf.Tensor[] = [];
  const xs: tf.Tensor[] = [];
  all.forEach(({ constant }, p) => {
    const [x, kernel] = [saved[2 * p], saved[2 * p + 1]];
    const isShared = lastIsShared && p === all.length - 1;
    const count = x.shape[0];
    const depth = kernel.shape[0];
    let gradient = dz;
    if (isShared) {
      sharedView = arena.allocate(count * columns);
      arena.kernels.sumRows(dz, sharedView.byteOffset, rows, columns, rows / count);
      gradient = sharedView.byteOffset;
    }
    const dk = backend.output([depth, columns]);
    multiplyInto(backend, backend.pointerOf(x), gradient, dk.pointer, depth, columns, count, true, false);
    kernels.push(tensorOf(dk));
    if (constant) return;
    const dx = backend.output([count, depth]);
    multiplyInto(backend, gradient, backend.pointerOf(kernel), dx.pointer, count, depth, columns, false, true);
    xs.push(tensorOf(dx));
  });
  const biases: tf.Tensor[] = [];
  if (hasBias) {
    const db = backend.output([columns]);
    arena.kernels.sumRows(dz, db.pointer, rows, columns, Math.max(1, rows));
    biases.push(tensorOf(db));
  }
  arena.free(dzView);
  arena.free(sharedView);
  return [...kernels, ...xs, ...biases];
}
