/**
 * One WebAssembly memory with an arena. Blocks come in size classes, four to a power of two, and a freed block is used
 * again by the next request of its class. The memory is shared: growing it leaves every view of it valid.
 */

import { type Build, detectBuild, type Kernels, loadKernels, PAGES } from "./kernels.ts";

/** Where the arena begins: the kernels keep nothing below it but their stack-free constants. */
const BASE = 4096;
const PAGE = 65536;
/** Bytes behind the last block: kernels read whole vectors at the ends of rows. */
const MARGIN = 64;

export interface Arena {
  readonly kernels: Kernels;
  /** Bytes that are in use, and bytes that the memory has. */
  readonly used: number;
  readonly capacity: number;
  /**
   * A view of `length` floats of undefined content.
   * @throws RangeError if the memory cannot grow any further
   */
  allocate(length: number): Float32Array;
  /** Whether a view is a block of this arena. */
  owns(view: unknown): boolean;
  /** Whether a view looks into the memory, as a block or a part of one. */
  sees(view: ArrayBufferView): boolean;
  /** Gives a block back; a view that is not a block is left alone. */
  free(view: unknown): void;
}

/** The size class of a number of bytes: the smallest of 16, 20, 24, 28, 32, 40, … × 2^k that holds it, in 16-byte units. */
export function blockSize(bytes: number): number {
  const needed = Math.max(64, bytes);
  const power = 2 ** (31 - Math.clz32(needed));
  const step = power / 4;
  return Math.ceil((power + Math.ceil((needed - power) / step) * step) / 16) * 16;
}

export function createArena(build: Build = detectBuild()): Arena {
  const memory = new WebAssembly.Memory({ initial: PAGES.initial, maximum: PAGES.maximum, shared: true });
  const kernels = loadKernels(memory, build);
  /** Blocks that are free, by size, with the views that they were used through. */
  const free = new Map<number, Float32Array[]>();
  /** Sizes of the blocks in use. */
  const sizes = new Map<Float32Array, number>();
  let end = BASE;
  let used = 0;

  /** A new block at the end of what is used of the memory. */
  function extend(size: number): number {
    const pointer = end;
    const missing = pointer + size + MARGIN - memory.buffer.byteLength;
    if (missing > 0) grow(missing);
    end += size;
    return pointer;
  }

  function grow(missing: number): void {
    // Half as much again, so that a growing network does not ask page by page.
    const pages = Math.max(Math.ceil(missing / PAGE), Math.floor(memory.buffer.byteLength / PAGE / 2));
    const left = PAGES.maximum - memory.buffer.byteLength / PAGE;
    if (Math.ceil(missing / PAGE) > left) {
      throw new RangeError(`The simd backend's memory is full (${PAGES.maximum / 16} MiB): use smaller batches`);
    }
    memory.grow(Math.min(pages, left));
  }

  return {
    kernels,
    get used() {
      return used;
    },
    get capacity() {
      return memory.buffer.byteLength;
    },
    allocate(length) {
      const size = blockSize(4 * length);
      const known = free.get(size)?.pop();
      // The pointer first: taking it may grow the memory, whose `buffer` is then another object.
      const pointer = known?.byteOffset ?? extend(size);
      const view = known?.length === length ? known : new Float32Array(memory.buffer, pointer, length);
      sizes.set(view, size);
      used += size;
      return view;
    },
    owns: (view) => view instanceof Float32Array && sizes.has(view),
    // Growing replaces the buffer object, so that only the kind of buffer tells.
    sees: (view) => view.buffer instanceof SharedArrayBuffer,
    free(view) {
      if (!(view instanceof Float32Array)) return;
      const size = sizes.get(view);
      if (size === undefined) return;
      sizes.delete(view);
      used -= size;
      const list = free.get(size);
      if (list === undefined) free.set(size, [view]);
      else list.push(view);
    },
  };
}
