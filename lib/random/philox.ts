/** Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". */

import { philoxModule } from "./kernel.ts";

interface Kernel {
  readonly memory: WebAssembly.Memory;
  fill(blocks: number, low: number, high: number, c2: number, c3: number, k0: number, k1: number): void;
}

const kernel = new WebAssembly.Instance(new WebAssembly.Module(philoxModule())).exports as unknown as Kernel;

/** The most blocks that one call of {@linkcode fillBlocks} yields: 16 KiB of output, which stays in the first-level cache. */
export const MAX_BLOCKS = 1024;

/**
 * Where {@linkcode fillBlocks} leaves its words, four a block, as signed 32-bit integers. Every call overwrites it: read
 * the words before anything else draws.
 */
export const words = new Int32Array(kernel.memory.buffer, 0, 4 * MAX_BLOCKS);

/**
 * Encrypts the counters `(low + i, high, c2, c3)` for i < blocks with the key `(k0, k1)` and leaves the blocks in
 * {@linkcode words}. `low + i` wraps without a carry; a multiple of four blocks is written.
 *
 * @param blocks 1 to {@linkcode MAX_BLOCKS}
 */
export const fillBlocks: Kernel["fill"] = kernel.fill;

/**
 * One block of Philox4x32-10, as the published test vectors state it.
 *
 * @param counter four unsigned 32-bit words
 * @param key two unsigned 32-bit words
 * @returns four unsigned 32-bit words
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Uint32Array {
  fillBlocks(1, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return Uint32Array.from(words.subarray(0, 4));
}
