/** Matrix products in all transpose forms. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Output, SimdBackend } from "./backend.ts";

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Floats of scratch that the kernel for a transposed left side needs, and the columns that it handles best. */
const ACROSS = { scratch: 64 * 128, columns: 16 };

/** `c (+)= op(a) · op(b)` for one pair of matrices given by byte offsets: op(a) `[m, k]`, op(b) `[k, n]`. */
export function multiplyInto(
  { arena }: SimdBackend,
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
  accumulate = false,
): void {
  const { gemm, gemmAcross, transpose } = arena.kernels;
  const scratch: Float32Array[] = [];
  const space = (length: number): number => {
    const block = arena.allocate(length);
    scratch.push(block);
    return block.byteOffset;
  };
  const turned = (x: number, rows: number, columns: number): number => {
    const out = space(rows * columns);
    transpose(x, out, rows, columns);
    return out;
  };
  if (!transposeA) {
    gemm(a, transposeB ? turned(b, n, k) : b, c, m, n, k, accumulate);
  } else if (n < m && n < ACROSS.columns && !accumulate) {
    // The transposed product has the wider rows.
    const mirrored = space(n * m);
    gemm(transposeB ? b : turned(b, k, n), a, mirrored, n, m, k, false);
    transpose(mirrored, c, n, m);
  } else {
    gemmAcross(a, transposeB ? turned(b, n, k) : b, c, space(ACROSS.scratch), m, n, k, accumulate);
  }
  scratch.forEach((block) => arena.free(block));
}

/** The kernel `BatchMatMul` for floats; `otherwise` multiplies the rest. */
export function batchMatMulKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype !== "float32" || b.dtype !== "float32") return otherwise(call);
    const { transposeA, transposeB } = call.attrs as unknown as Transposed;
    return batchMatMul(call.backend as SimdBackend, a, b, transposeA, transposeB);
  };
}

/** The kernel `_FusedMatMul` for floats, with a bias for each column and ReLU or no activation. */
export function fusedMatMulKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b, bias } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo };
    const { transposeA, transposeB, activation } = call.attrs as unknown as Transposed & { activation: string | null };
    const isFloat = [a, b, ...(bias === undefined ? [] : [bias])].every(({ dtype }) => dtype === "float32");
    const isKnown = activation === null || activation === "linear" || activation === "relu";
    const columns = b.shape.at(transposeB ? -2 : -1) as number;
    const isPerColumn = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === columns);
    if (!isFloat || !isKnown || !isPerColumn) return otherwise(call);
    const backend = call.backend as SimdBackend;
    const out = batchMatMul(backend, a, b, transposeA, transposeB);
    const rows = out.shape.slice(0, -1).reduce((x, y) => x * y, 1);
    const biasPointer = bias === undefined ? 0 : backend.pointerOf(bias);
    backend.arena.kernels.addBias(out.pointer, biasPointer, 0, rows, columns, 1, activation === "relu" ? 1 : 0);
    return out;
  };
}

/** `[..., m, n]` of a `[..., m, k]` and b `[..., k, n]` (before transposing), batch dimensions broadcast. */
function batchMatMul(
  backend: SimdBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): Output {
  const [m, k] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const n = transposeB ? b.shape.at(-2) as number : b.shape.at(-1) as number;
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const rank = Math.max(batchA.length, batchB.length);
  const padded = (shape: number[]) => [...Array(rank - shape.length).fill(1), ...shape] as number[];
  const [shapeA, shapeB] = [padded(batchA), padded(batchB)];
  const batch = shapeA.map((size, d) => Math.max(size, shapeB[d]) * (size === 0 || shapeB[d] === 0 ? 0 : 1));
  const out = backend.output([...batch, m, n]);
  const [pa, pb] = [backend.pointerOf(a), backend.pointerOf(b)];
  const count = batch.reduce((x, y) => x * y, 1);
  for (let item = 0; item < count; item++) {
    const offsetA = flatIndex(item, batch, shapeA) * m * k * 4;
    const offsetB = flatIndex(item, batch, shapeB) * k * n * 4;
    multiplyInto(backend, pa + offsetA, pb + offsetB, out.pointer + item * m * n * 4, m, n, k, transposeA, transposeB);
  }
  return out;
}

/** Index into a batch of `shape` (1 where it is broadcast) of item `item` of `batch`. */
function flatIndex(item: number, batch: readonly number[], shape: readonly number[]): number {
  let index = 0;
  let stride = 1;
  for (let d = batch.length - 1, rest = item; d >= 0; d--) {
    const coordinate = rest % batch[d];
    rest = Math.floor(rest / batch[d]);
    if (shape[d] > 1) index += coordinate * stride;
    stride *= shape[d];
  }
  return index;
}
