/** Fused layers on the simd backend: each is one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { type SimdBackend, simdBackend } from "./backend.ts";
import { multiplyInto } from "./matmul.ts";
import type { Product } from "../layers.ts";

const LINEAR = 0;
const RELU = 1;

function tensorOf(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * `activation(Σ xᵢ·kernelᵢ + bias + shared)`; `shared.x·shared.kernel` has a row for each group of equally many rows.
 * @returns `[rows, outputs]`
 */
export function simdDenseSum(
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: "linear" | "relu",
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
    const y = forward(backend, products, bias, shared, activation);
    save([...all.flatMap(({ x, kernel }) => [x, kernel]), y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(simdBackend(), dy, saved, all, shared !== null, bias !== null, activation),
    };
  });
  return operation(...inputs) as tf.Tensor2D;
}

function forward(
  backend: SimdBackend,
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: "linear" | "relu",
): tf.Tensor {
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
  return tensorOf(out);
}

/** Gradients in the order of the operation's inputs: kernels, x's that are not constant, bias. */
function backward(
  backend: SimdBackend,
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  all: readonly Product[],
  lastIsShared: boolean,
  hasBias: boolean,
  activation: "linear" | "relu",
): tf.Tensor[] {
  const { arena } = backend;
  const y = saved[saved.length - 1];
  const [rows, columns] = y.shape;
  let dzView: Float32Array | null = null;
  let dz = backend.pointerOf(dy);
  if (activation === "relu") {
    dzView = arena.allocate(rows * columns);
    arena.kernels.reluGradient(dz, backend.pointerOf(y), dzView.byteOffset, rows * columns);
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

/** See `jointCategorical` in ../layers.ts: log-probabilities and, behind them, the entropy of each row. */
export function simdJointCategorical(
  scores: tf.Tensor3D,
  settable: Float32Array,
  columns: Int32Array,
  perRow: number,
): tf.Tensor2D {
  const [rows, variables, outputs] = scores.shape;
  const levels = outputs - 1;
  const width = variables * levels;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const backend = simdBackend();
    const values = backend.values(given[0] as tf.Tensor);
    const logProb = new Float64Array(rows * width);
    const entropy = new Float64Array(rows);
    const out = backend.output([rows, perRow + 1]);
    const result = backend.values(out);
    for (let r = 0; r < rows; r++) {
      const total = jointLogSoftmaxInto(
        logProb,
        r * width,
        values,
        r * variables * outputs,
        settable,
        r * variables,
        variables,
        levels,
      );
      for (let i = 0; i < width; i++) {
        const x = logProb[r * width + i] -= total;
        if (x !== -Infinity) entropy[r] -= Math.exp(x) * x;
      }
      for (let k = 0; k < perRow; k++) result[r * (perRow + 1) + k] = logProb[r * width + columns[r * perRow + k]];
      result[r * (perRow + 1) + perRow] = entropy[r];
    }
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const upstream = own.values(dy);
        const gradient = own.output([rows, variables, outputs]);
        const into = own.values(gradient).fill(0);
        const joint = new Float64Array(width);
        for (let r = 0; r < rows; r++) {
          let sum = 0;
          joint.fill(0);
          for (let k = 0; k < perRow; k++) {
            const g = upstream[r * (perRow + 1) + k];
            joint[columns[r * perRow + k]] += g;
            sum += g;
          }
          const dEntropy = upstream[r * (perRow + 1) + perRow];
          for (let i = 0; i < width; i++) {
            const x = logProb[r * width + i];
            if (x === -Infinity) continue;
            const p = Math.exp(x);
            const g = joint[i] - sum * p - dEntropy * p * (x + entropy[r]);
            const at = (r * variables + Math.floor(i / levels)) * outputs;
            into[at] += g;
            into[at + 1 + i % levels] += g;
          }
        }
        return [tensorOf(gradient)];
      },
    };
  });
  return operation(scores) as tf.Tensor2D;
}

/** Joint logits of one row into `out`, −∞ where a variable cannot be set; returns the logarithm of their sum of exponentials. */
function jointLogSoftmaxInto(
  out: Float64Array,
  at: number,
  scores: Float32Array,
  from: number,
  settable: Float32Array,
  mask: number,
  variables: number,
  levels: number,
): number {
  let highest = -Infinity;
  for (let i = 0; i < variables; i++) {
    const own = from + i * (levels + 1);
    for (let k = 0; k < levels; k++) {
      const logit = settable[mask + i] > 0 ? scores[own] + scores[own + 1 + k] : -Infinity;
      out[at + i * levels + k] = logit;
      if (logit > highest) highest = logit;
    }
  }
  let sum = 0;
  for (let i = 0; i < variables * levels; i++) sum += Math.exp(out[at + i] - highest);
  return highest + Math.log(sum);
}
