/**
 * The `simd` backend: TensorFlow.js's CPU backend whose float tensors live, as soon as a kernel of ours needs them, in one
 * WebAssembly memory. Kernels that we do not have are the CPU backend's.
 */

import * as tf from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { type Build, detectBuild } from "./kernels.ts";
import { type Arena, createArena } from "./memory.ts";

/** The values behind a tensor, as the CPU backend keeps them. */
interface Entry {
  values?: unknown;
  refCount: number;
}

/** A new tensor in the arena and where its values are. */
export type Output = tf.TensorInfo & { readonly pointer: number };

export class SimdBackend extends MathBackendCPU {
  /** Which kernels it computes with. */
  readonly build: Build;
  readonly arena: Arena;
  /** The block that `output` hands to `write`. */
  #fresh: Float32Array | null = null;

  constructor(build: Build = detectBuild()) {
    super();
    this.build = build;
    this.arena = createArena(build);
  }

  /** A new float tensor in the arena, of undefined content. */
  output(shape: readonly number[]): Output {
    const view = this.arena.allocate(shape.reduce((a, b) => a * b, 1));
    this.#fresh = view;
    const info = super.makeTensorInfo([...shape], "float32", view);
    return { ...info, pointer: view.byteOffset };
  }

  /** The byte offset of a float tensor's values, moving them into the arena if they are not there. */
  pointerOf(info: tf.TensorInfo): number {
    const entry = this.data.get(info.dataId) as unknown as Entry;
    const values = entry.values;
    if (this.arena.owns(values)) return (values as Float32Array).byteOffset;
    if (info.dtype !== "float32") throw new RangeError(`A simd kernel cannot take a tensor of type ${info.dtype}`);
    const view = this.arena.allocate((values as Float32Array).length);
    view.set(values as Float32Array);
    entry.values = view;
    return view.byteOffset;
  }

  /** The values themselves, for code that reads or writes them at once and keeps nothing. */
  values(info: tf.TensorInfo): Float32Array {
    this.pointerOf(info);
    return (this.data.get(info.dataId) as unknown as Entry).values as Float32Array;
  }

  /** A copy: the block may be used again as soon as the tensor is disposed of. */
  override readSync(dataId: object): tf.BackendValues {
    const values = super.readSync(dataId);
    return this.arena.owns(values) ? (values as Float32Array).slice() : values;
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  /** CPU kernels may hand out another tensor's values or a part of them: each block of the arena has one tensor alone. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const isForeign = values !== this.#fresh && ArrayBuffer.isView(values) && this.arena.sees(values);
    this.#fresh = null;
    return super.write(isForeign ? (values as Float32Array).slice() : values, shape, dtype);
  }

  override disposeData(dataId: object, force = false): boolean {
    const values = this.data.has(dataId) ? (this.data.get(dataId) as unknown as Entry).values : undefined;
    const disposed = super.disposeData(dataId, force);
    if (!this.data.has(dataId)) this.arena.free(values);
    return disposed;
  }
}

/** The name under which the backend is registered. */
export const SIMD = "simd";

/** The running backend. */
export function simdBackend(): SimdBackend {
  return tf.backend() as SimdBackend;
}

/** The tensor of an output. */
export function tensorOf(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}
