/** Splittable random streams over Philox4x32-10. */

import { fillBlocks, MAX_BLOCKS, words } from "./philox.ts";
import { LAYER_HEIGHTS, LAYER_LIMITS, SIGNED_SCALES, TAIL_START } from "./ziggurat.ts";

/**
 * A sequence of random numbers that is named by a seed and a path of names. Two streams with different paths are
 * independent, and a child depends on its parent's name alone, never on how many numbers the parent has given.
 */
export interface Stream {
  /** What names the stream, in 128 bits: {@linkcode streamOf} makes the same stream of it, from its first number on. */
  readonly identity: StreamIdentity;
  /**
   * The stream of this name below this one.
   * @param name a text, or a whole number of at most 53 bits; `child(1)` and `child("1")` differ
   * @throws RangeError for a number that is not a safe integer ≥ 0
   */
  child(name: string | number): Stream;
  /** Uniform on 0 … 2³² − 1. */
  uint32(): number;
  /** Uniform on [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** Uniform on [low, high). */
  uniformIn(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /**
   * Uniform on 0 … bound − 1, without bias.
   * @throws RangeError unless bound is a whole number from 1 to 2³²
   */
  integer(bound: number): number;
  /** −1 or 1 with equal probability. */
  sign(): 1 | -1;
  /** The same numbers as calls of {@linkcode normal}, faster. Fills `out[start … end − 1]`. */
  fillNormalInto(out: Float64Array, start?: number, end?: number): void;
  /** The same numbers as calls of {@linkcode uniform}, faster. Fills `out[start … end − 1]`. */
  fillUniformInto(out: Float64Array, start?: number, end?: number): void;
  /** A uniformly random order of 0 … n − 1 (Fisher & Yates). */
  permutation(n: number): Int32Array;
  /**
   * A uniformly random element.
   * @throws RangeError for an empty list
   */
  choice<T>(list: readonly T[]): T;
}

/** Four words of 32 bits. */
export type StreamIdentity = readonly [number, number, number, number];

/** Words kept by a stream between draws: 64 bytes, four blocks. */
const KEPT = 16;
/** High counter words with the top bit set never meet the counters of draws: they belong to names. */
const NUMBER_NAME = 0x80000000;
const TEXT_NAME = 0xc0000000;
const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/** 53 random bits as a fraction in [0, 1). */
function fraction(a: number, b: number): number {
  return ((a >>> 5) * 67108864 + (b >>> 6)) / TWO_53;
}

/** Whether a point at x and a share `u` of the layer's height lies under the normal density. */
function underCurve(layer: number, x: number, u: number): boolean {
  const height = LAYER_HEIGHTS[layer] + u * (LAYER_HEIGHTS[layer + 1] - LAYER_HEIGHTS[layer]);
  return height < Math.exp(-0.5 * x * x);
}

class PhiloxStream implements Stream {
  /** Number of words drawn so far. */
  #position = 0;
  /** The words `[#position − #position mod 16, … + 16)`, once one of them was drawn. */
  #kept: Int32Array | undefined;
  readonly #c2: number;
  readonly #c3: number;
  readonly #k0: number;
  readonly #k1: number;

  /** The identity of a stream is 128 bits: the upper half of the counter, and the key. */
  constructor(c2: number, c3: number, k0: number, k1: number) {
    this.#c2 = c2;
    this.#c3 = c3;
    this.#k0 = k0;
    this.#k1 = k1;
  }

  get identity(): StreamIdentity {
    return [this.#c2, this.#c3, this.#k0, this.#k1];
  }

  child(name: string | number): Stream {
    if (typeof name === "string") return this.#textChild(name);
    if (!Number.isSafeInteger(name) || name < 0) {
      throw new RangeError(`Cannot name a random stream ${name}: a number must be a whole number from 0 to 2^53 - 1`);
    }
    return this.#derive(name % TWO_32, NUMBER_NAME + Math.floor(name / TWO_32));
  }

  /** Two UTF-16 units a block; the number of units left makes the encoding free of prefixes. */
  #textChild(name: string): PhiloxStream {
    const unit = (i: number) => i < name.length ? name.charCodeAt(i) : 0;
    let stream = this.#derive(unit(0) + 65536 * unit(1), TEXT_NAME + name.length);
    for (let i = 2; i < name.length; i += 2) {
      stream = stream.#derive(unit(i) + 65536 * unit(i + 1), TEXT_NAME + name.length - i);
    }
    return stream;
  }

  #derive(low: number, high: number): PhiloxStream {
    fillBlocks(1, low, high, this.#c2, this.#c3, this.#k0, this.#k1);
    return new PhiloxStream(words[0], words[1], words[2], words[3]);
  }

  /** Leaves up to `count` words from `position`, a multiple of 16, in the kernel's buffer; returns how many. */
  #generate(position: number, count: number): number {
    const block = position / 4;
    const low = block % TWO_32;
    const blocks = Math.min(4 * Math.ceil(count / KEPT), MAX_BLOCKS, TWO_32 - low);
    fillBlocks(blocks, low, Math.floor(block / TWO_32), this.#c2, this.#c3, this.#k0, this.#k1);
    return 4 * blocks;
  }

  /** The next word as a signed integer. */
  #word(): number {
    const at = this.#position % KEPT;
    if (at === 0 || this.#kept === undefined) {
      this.#generate(this.#position - at, KEPT);
      this.#kept ??= new Int32Array(KEPT);
      for (let i = 0; i < KEPT; i++) this.#kept[i] = words[i];
    }
    this.#position++;
    return this.#kept[at];
  }

  /** After a fill: the kept words stay only if they are still those around the position. */
  #moveTo(position: number): void {
    if (Math.floor(position / KEPT) !== Math.floor(this.#position / KEPT)) this.#kept = undefined;
    this.#position = position;
  }

  uint32(): number {
    return this.#word() >>> 0;
  }

  uniform(): number {
    const a = this.#word();
    return fraction(a, this.#word());
  }

  uniformIn(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  normal(): number {
    const a = this.#word();
    const b = this.#word();
    const layer = a & 255;
    const magnitude = (a >>> 11) * TWO_32 + (b >>> 0);
    const x = magnitude * SIGNED_SCALES[a & 511];
    if (magnitude < LAYER_LIMITS[layer]) return x;
    if (layer === 0) return Math.sign(x) * this.#normalTail();
    return underCurve(layer, x, this.uniform()) ? x : this.normal();
  }

  /** Marsaglia (1964): exponential proposals beyond the start of the tail. 1 − u is never 0. */
  #normalTail(): number {
    for (;;) {
      const beyond = -Math.log(1 - this.uniform()) / TAIL_START;
      if (-2 * Math.log(1 - this.uniform()) > beyond * beyond) return TAIL_START + beyond;
    }
  }

  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`Cannot draw an integer below ${bound}: the bound must be a whole number from 1 to 2^32`);
    }
    const limit = TWO_32 - TWO_32 % bound;
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % bound;
  }

  sign(): 1 | -1 {
    return this.#word() < 0 ? -1 : 1;
  }

  fillNormalInto(out: Float64Array, start = 0, end = out.length): void {
    let filled = start;
    while (filled < end) {
      const offset = this.#position % KEPT;
      const base = this.#position - offset;
      const available = this.#generate(base, offset + 2 * (end - filled));
      let at = offset;
      let tail = false;
      while (filled < end && at + 1 < available) {
        const a = words[at];
        const layer = a & 255;
        const magnitude = (a >>> 11) * TWO_32 + (words[at + 1] >>> 0);
        const x = magnitude * SIGNED_SCALES[a & 511];
        if (magnitude < LAYER_LIMITS[layer]) {
          out[filled++] = x;
          at += 2;
          continue;
        }
        tail = layer === 0 || at + 3 >= available;
        if (tail) break;
        if (underCurve(layer, x, fraction(words[at + 2], words[at + 3]))) out[filled++] = x;
        at += 4;
      }
      this.#moveTo(base + at);
      // The tail needs any number of words, and the buffer's last word may be odd: such normals are drawn one by one.
      if (filled < end && (tail || at + 1 === available)) out[filled++] = this.normal();
    }
  }

  fillUniformInto(out: Float64Array, start = 0, end = out.length): void {
    let filled = start;
    while (filled < end) {
      const offset = this.#position % KEPT;
      const base = this.#position - offset;
      const available = this.#generate(base, offset + 2 * (end - filled));
      let at = offset;
      for (; filled < end && at + 1 < available; at += 2) out[filled++] = fraction(words[at], words[at + 1]);
      this.#moveTo(base + at);
      if (filled < end && at + 1 === available) out[filled++] = this.uniform();
    }
  }

  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  choice<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Cannot choose from an empty list");
    return list[this.integer(list.length)];
  }
}

/**
 * The stream at the root of a seed.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @throws RangeError for any other number
 *
 * @example
 * ```ts
 * const noise = createStream(7).child("rollout").child(3);
 * const x = noise.normal();
 * ```
 */
export function createStream(seed: number): Stream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot seed a random stream with ${seed}: it must be a whole number from 0 to 2^53 - 1`);
  }
  return new PhiloxStream(0, 0, 0, 0).child(seed);
}

/** The stream of an identity, from its first number on: how a stream is handed to another thread. */
export function streamOf(identity: StreamIdentity): Stream {
  return new PhiloxStream(...identity);
}
