/** Functions of one or two float tensors, entry by entry and broadcast; other types are the CPU backend's. */

import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

/** The kernels' numbers of the functions of two floats. */
export const BINARY = {
  Add: 0,
  Sub: 1,
  Multiply: 2,
  RealDiv: 3,
  Maximum: 4,
  Minimum: 5,
  SquaredDifference: 6,
} as const;

/** The kernels' numbers of the functions of one float. */
export const UNARY = {
  Neg: 0,
  Abs: 1,
  Square: 2,
  Sqrt: 3,
  Rsqrt: 4,
  Reciprocal: 5,
  Exp: 6,
  Sigmoid: 7,
  Tanh: 8,
  Relu: 9,
} as const;

/** An axis of the result, and how far apart its entries are in each operand: 0 where it is broadcast. */
interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** A kernel of two floats. */
export function binaryKernel(kind: number): (otherwise: tf.KernelFunc) => tf.KernelFunc {
  return (otherwise) => (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype !== "float32" || b.dtype !== "float32") return otherwise(call);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const backend = call.backend as SimdBackend;
    const out = backend.output(shape);
    if (shape.includes(0)) return out;
    combineInto(backend, kind, a, b, out.pointer, axesOf(shape, a.shape, b.shape));
    return out;
  };
}

/** A kernel of one float. */
export function unaryKernel(kind: number): (otherwise: tf.KernelFunc) => tf.KernelFunc {
  return (otherwise) => (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype !== "float32") return otherwise(call);
    const backend = call.backend as SimdBackend;
    const out = backend.output(x.shape);
    const length = x.shape.reduce((product, size) => product * size, 1);
    backend.arena.kernels.transform(kind, backend.pointerOf(x), out.pointer, length);
    return out;
  };
}

/** The axes of a broadcast result without those of size 1, neighbours joined where both operands step evenly over them. */
function axesOf(shape: readonly number[], shapeA: readonly number[], shapeB: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  let [strideA, strideB] = [1, 1];
  for (let back = 1; back <= shape.length; back++) {
    const size = shape[shape.length - back];
    const [sizeA, sizeB] = [shapeA[shapeA.length - back] ?? 1, shapeB[shapeB.length - back] ?? 1];
    const axis = { size, a: sizeA === 1 ? 0 : strideA, b: sizeB === 1 ? 0 : strideB };
    strideA *= sizeA;
    strideB *= sizeB;
    if (size === 1) continue;
    const inner = axes[0];
    if (inner !== undefined && axis.a === inner.a * inner.size && axis.b === inner.b * inner.size) {
      axes[0] = { ...inner, size: inner.size * size };
    } else {
      axes.unshift(axis);
    }
  }
  return axes;
}

/** Three axes are one call of the kernel; further ones are walked over here. */
function combineInto(
  backend: SimdBackend,
  kind: number,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: number,
  axes: readonly Axis[],
): void {
  const { combine } = backend.arena.kernels;
  const none: Axis = { size: 1, a: 0, b: 0 };
  const [first, second, third] = [none, none, none, ...axes].slice(-3);
  const block = first.size * second.size * third.size;
  const walk = (outer: readonly Axis[], pa: number, pb: number, pc: number): void => {
    const [axis, ...rest] = outer;
    if (axis === undefined) {
      combine(
        kind,
        pa,
        pb,
        pc,
        first.size,
        second.size,
        third.size,
        first.a,
        second.a,
        third.a,
        first.b,
        second.b,
        third.b,
      );
      return;
    }
    const step = rest.reduce((product, { size }) => product * size, block);
    for (let i = 0; i < axis.size; i++) walk(rest, pa + 4 * i * axis.a, pb + 4 * i * axis.b, pc + 4 * i * step);
  };
  walk(axes.slice(0, -3), backend.pointerOf(a), backend.pointerOf(b), out);
}
