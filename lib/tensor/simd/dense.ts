/** Dense layers on the simd backend: a layer, or a chain of them, is one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { type SimdBackend, simdBackend, tensorOf } from "./backend.ts";
import { multiplyInto } from "./matmul.ts";
import type { Activation, DenseLayer, Product } from "../contracts.ts";

const LINEAR = 0;
const RELU = 1;
/** The kernels' numbers of the activations that are not piecewise linear. */
const CURVES: Partial<Record<Activation, number>> = { gelu: 2, tanh: 3 };

/** The first layer of a chain. */
interface SumLayer {
  readonly products: readonly Product[];
  readonly shared: Product | null;
  readonly bias: tf.Tensor1D | null;
  readonly activation: Activation;
}

/** What a layer leaves: its values and, for activations that are not piecewise linear, their derivatives. */
interface Values {
  readonly y: tf.Tensor;
  readonly slope: tf.Tensor | null;
}

/** See `denseSum` in ../layers.ts. */
export function simdDenseSum(
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: Activation,
  following: readonly DenseLayer[],
): tf.Tensor2D {
  const first: SumLayer = { products, shared, bias, activation };
  const all = shared === null ? products : [...products, shared];
  const biasOf = (layer: { readonly bias: tf.Tensor1D | null }) => layer.bias === null ? [] : [layer.bias];
  const inputs = [
    ...all.map(({ kernel }) => kernel),
    ...all.flatMap(({ x, constant }) => constant ? [] : [x]),
    ...biasOf(first),
    ...following.flatMap((layer) => [layer.kernel, ...biasOf(layer)]),
  ];
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const values = [sumForward(backend, first)];
    for (const { kernel, bias: own, activation: curve } of following) {
      const x = values[values.length - 1].y as tf.Tensor2D;
      const layer = { products: [{ x, kernel, constant: false }], shared: null, bias: own, activation: curve };
      values.push(sumForward(backend, layer));
    }
    const layers = [first, ...following];
    const tensors = new Set<tf.Tensor>([
      ...all.flatMap(({ x, kernel }) => [x, kernel]),
      ...following.map(({ kernel }) => kernel),
      // The last layer's values are nobody's input.
      ...values.slice(0, -1).map(({ y }) => y),
      ...values.flatMap(({ y, slope }, l) => layers[l].activation === "linear" ? [] : [slope ?? y]),
    ]);
    // What a variable holds stays until the gradient is computed; the others need saving, which costs a clone each.
    const saved = [...tensors].filter((tensor) => !(tensor instanceof tf.Variable));
    save(saved);
    return {
      value: values[values.length - 1].y,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => {
        const own = simdBackend();
        const at = (tensor: tf.Tensor) =>
          own.pointerOf(tensor instanceof tf.Variable ? tensor : kept[saved.indexOf(tensor)]);
        return backward(own, dy, first, following, values, at);
      },
    };
  });
  return operation(...inputs) as tf.Tensor2D;
}

function sumForward(backend: SimdBackend, { products, shared, bias, activation }: SumLayer): Values {
  const { arena } = backend;
  const rows = products[0].x.shape[0];
  const columns = products[0].kernel.shape[1];
  const out = backend.output([rows, columns]);
  const multiply = ({ x, kernel }: Product, into: number, accumulate: boolean) => {
    const [count, depth] = x.shape;
    const [px, pk] = [backend.pointerOf(x), backend.pointerOf(kernel)];
    multiplyInto(backend, px, pk, into, count, columns, depth, false, false, accumulate);
  };
  products.forEach((product, p) => multiply(product, out.pointer, p > 0));
  const groups = shared === null ? rows : shared.x.shape[0];
  const groupValues = shared === null ? null : arena.allocate(groups * columns);
  if (shared !== null && groupValues !== null) multiply(shared, groupValues.byteOffset, false);
  if (bias !== null || groupValues !== null || activation === "relu") {
    const biasPointer = bias === null ? 0 : backend.pointerOf(bias);
    const kind = activation === "relu" ? RELU : LINEAR;
    const each = groups === 0 ? 1 : rows / groups;
    arena.kernels.addBias(out.pointer, biasPointer, groupValues?.byteOffset ?? 0, rows, columns, each, kind);
  }
  arena.free(groupValues);
  const curve = CURVES[activation];
  if (curve === undefined) return { y: tensorOf(out), slope: null };
  const slope = backend.output([rows, columns]);
  arena.kernels.activate(out.pointer, slope.pointer, rows * columns, curve);
  return { y: tensorOf(out), slope: tensorOf(slope) };
}

/**
 * Gradients in the order of the operation's inputs: the first layer's kernels, its x's that are not constant, its bias, then
 * kernel and bias of each following layer.
 * @param at where the values of a tensor of the forward pass are
 */
function backward(
  backend: SimdBackend,
  dy: tf.Tensor,
  first: SumLayer,
  following: readonly DenseLayer[],
  values: readonly Values[],
  at: (tensor: tf.Tensor) => number,
): tf.Tensor[] {
  const { arena } = backend;
  const rows = dy.shape[0];
  /** The gradient before the activation: a block of its own, or the given one where nothing changes it. */
  const beforeActivation = (gradient: number, l: number, activation: Activation): [number, Float32Array | null] => {
    if (activation === "linear") return [gradient, null];
    const { y, slope } = values[l];
    const block = arena.allocate(y.size);
    const kernel = activation === "relu" ? arena.kernels.reluGradient : arena.kernels.multiplyEntries;
    kernel(gradient, at(slope ?? y), block.byteOffset, y.size);
    return [block.byteOffset, block];
  };
  let gradient = backend.pointerOf(dy);
  let block: Float32Array | null = null;
  const tail: tf.Tensor[] = [];
  for (let l = following.length; l > 0; l--) {
    const { kernel, bias, activation } = following[l - 1];
    const [depth, columns] = kernel.shape;
    const [dz, dzBlock] = beforeActivation(gradient, l, activation);
    if (bias !== null) tail.unshift(columnSums(backend, dz, rows, columns));
    tail.unshift(transposedProduct(backend, at(values[l - 1].y), dz, depth, columns, rows));
    const dx = arena.allocate(rows * depth);
    multiplyInto(backend, dz, at(kernel), dx.byteOffset, rows, depth, columns, false, true);
    arena.free(dzBlock);
    arena.free(block);
    block = dx;
    gradient = dx.byteOffset;
  }
  const [dz, dzBlock] = beforeActivation(gradient, 0, first.activation);
  const head = sumBackward(backend, dz, rows, first, at);
  arena.free(dzBlock);
  arena.free(block);
  return [...head, ...tail];
}

/** Gradients of the first layer from the one before its activation. */
function sumBackward(
  backend: SimdBackend,
  dz: number,
  rows: number,
  { products, shared, bias }: SumLayer,
  at: (tensor: tf.Tensor) => number,
): tf.Tensor[] {
  const { arena } = backend;
  const columns = products[0].kernel.shape[1];
  const kernels: tf.Tensor[] = [];
  const xs: tf.Tensor[] = [];
  const addGradients = ({ x, kernel, constant }: Product, gradient: number) => {
    const [count, depth] = x.shape;
    kernels.push(transposedProduct(backend, at(x), gradient, depth, columns, count));
    if (constant) return;
    const dx = backend.output([count, depth]);
    multiplyInto(backend, gradient, at(kernel), dx.pointer, count, depth, columns, false, true);
    xs.push(tensorOf(dx));
  };
  products.forEach((product) => addGradients(product, dz));
  if (shared !== null) {
    const groups = shared.x.shape[0];
    const sums = arena.allocate(groups * columns);
    if (groups > 0) arena.kernels.sumRows(dz, sums.byteOffset, rows, columns, rows / groups);
    addGradients(shared, sums.byteOffset);
    arena.free(sums);
  }
  return [...kernels, ...xs, ...(bias === null ? [] : [columnSums(backend, dz, rows, columns)])];
}

/** xᵀ · gradient, `[depth, columns]`. */
function transposedProduct(
  backend: SimdBackend,
  x: number,
  gradient: number,
  depth: number,
  columns: number,
  rows: number,
): tf.Tensor {
  const out = backend.output([depth, columns]);
  multiplyInto(backend, x, gradient, out.pointer, depth, columns, rows, true, false);
  return tensorOf(out);
}

function columnSums(backend: SimdBackend, x: number, rows: number, columns: number): tf.Tensor {
  const out = backend.output([columns]);
  if (rows === 0) backend.values(out).fill(0);
  else backend.arena.kernels.sumRows(x, out.pointer, rows, columns, rows);
  return tensorOf(out);
}
