/**
 * Generation with a key–value cache. Each sequence keeps its own rotated keys and values; a call feeds any number of new
 * tokens to any of the sequences and returns the logits after the last of each. The matrix products run on the tensor
 * backend, all rows of all sequences at once; the rest is plain typed-array code. Logits equal those of `gptHidden` with the
 * tied head up to rounding.
 */

import * as tf from "@tensorflow/tfjs-core";
import { GELU_CUBIC, GELU_SCALE, NORM_EPSILON } from "./layers.ts";
import { gptDropout, type GptOptions, type GptWeights, rotaryTables } from "./gpt.ts";

/** Tokens to append to one sequence. */
export interface Feed {
  readonly sequence: number;
  readonly tokens: readonly number[];
}

/** The vectors of the network, read once: they are used element by element. */
interface Vectors {
  readonly embedding: Float32Array;
  readonly blocks: readonly {
    readonly attentionScale: Float32Array;
    readonly attentionShift: Float32Array;
    readonly forwardScale: Float32Array;
    readonly forwardShift: Float32Array;
  }[];
  readonly finalScale: Float32Array;
  readonly finalShift: Float32Array;
}

/** A batch of sequences being generated with fixed weights. Make a new one after every change of the weights. */
export class Decoder {
  readonly #weights: GptWeights;
  readonly #options: GptOptions;
  readonly #capacity: number;
  readonly #vectors: Vectors;
  /** `[layer]` `[sequences, capacity, width]` */
  readonly #keys: readonly Float32Array[];
  readonly #values: readonly Float32Array[];
  readonly #lengths: Int32Array;
  readonly #rotary: { readonly cos: Float32Array; readonly sin: Float32Array };
  readonly #dropout: readonly Float32Array[] | null;

  /**
   * @param sequences how many sequences
   * @param capacity most tokens of a sequence
   * @param dropout the key of the dropped channels; null drops none
   */
  constructor(
    weights: GptWeights,
    options: GptOptions,
    sequences: number,
    capacity: number,
    dropout: number | null = null,
  ) {
    this.#weights = weights;
    this.#options = options;
    this.#capacity = capacity;
    const read = (variable: tf.Variable) => variable.dataSync<"float32">();
    this.#vectors = {
      embedding: read(weights.embedding),
      blocks: weights.blocks.map((block) => ({
        attentionScale: read(block.attentionScale),
        attentionShift: read(block.attentionShift),
        forwardScale: read(block.forwardScale),
        forwardShift: read(block.forwardShift),
      })),
      finalScale: read(weights.finalScale),
      finalShift: read(weights.finalShift),
    };
    const cache = () => weights.blocks.map(() => new Float32Array(sequences * capacity * options.width));
    this.#keys = cache();
    this.#values = cache();
    this.#lengths = new Int32Array(sequences);
    this.#rotary = rotaryTables(capacity, options.width / options.heads);
    this.#dropout = gptDropout(options, capacity, dropout);
  }

  /** Drops the channels of rows of a place of the network, in place. */
  #dropInto(x: Float32Array, site: number, position: readonly number[]): Float32Array {
    if (this.#dropout === null) return x;
    const scales = this.#dropout[site];
    const { width } = this.#options;
    position.forEach((p, row) => {
      for (let c = 0; c < width; c++) x[row * width + c] *= scales[p * width + c];
    });
    return x;
  }

  /** Tokens of a sequence so far. */
  length(sequence: number): number {
    return this.#lengths[sequence];
  }

  /** Makes sequence `to` a copy of `from`: a prompt shared by a group is encoded once. */
  copy(from: number, to: number): void {
    const size = this.#capacity * this.#options.width;
    const used = this.#lengths[from] * this.#options.width;
    for (const cache of [...this.#keys, ...this.#values]) cache.copyWithin(to * size, from * size, from * size + used);
    this.#lengths[to] = this.#lengths[from];
  }

  /**
   * Appends tokens and returns the logits after the last token of each feed, `[feeds, VOCABULARY_SIZE]`.
   * @throws RangeError if a sequence outgrows the capacity, appears twice, or a feed is empty
   */
  append(feeds: readonly Feed[]): Float32Array {
    const { width } = this.#options;
    const sequence: number[] = [];
    const position: number[] = [];
    const last: number[] = [];
    const tokens: number[] = [];
    const seen = new Set<number>();
    for (const feed of feeds) {
      const start = this.#lengths[feed.sequence];
      if (feed.tokens.length === 0) throw new RangeError(`sequence ${feed.sequence} is fed no token`);
      if (seen.has(feed.sequence)) throw new RangeError(`sequence ${feed.sequence} is fed twice in one call`);
      if (start + feed.tokens.length > this.#capacity) {
        throw new RangeError(
          `sequence ${feed.sequence} would grow to ${
            start + feed.tokens.length
          } tokens; the capacity is ${this.#capacity}`,
        );
      }
      seen.add(feed.sequence);
      feed.tokens.forEach((token, i) => {
        sequence.push(feed.sequence);
        position.push(start + i);
        tokens.push(token);
      });
      last.push(tokens.length - 1);
    }
    const rows = tokens.length;
    const x = new Float32Array(rows * width);
    tokens.forEach((token, r) =>
      x.set(this.#vectors.embedding.subarray(token * width, (token + 1) * width), r * width)
    );
    this.#dropInto(x, 0, position);
    const normal = new Float32Array(rows * width);
    this.#weights.blocks.forEach((block, layer) => {
      const vectors = this.#vectors.blocks[layer];
      normaliseInto(normal, x, vectors.attentionScale, vectors.attentionShift, width);
      const projected = product(normal, rows, block.queryKeyValue);
      const attended = this.#attend(projected, layer, sequence, position);
      addInto(x, this.#dropInto(product(attended, rows, block.attentionOut), 1 + 2 * layer, position));
      normaliseInto(normal, x, vectors.forwardScale, vectors.forwardShift, width);
      const hidden = product(normal, rows, block.forwardIn);
      geluInto(hidden);
      addInto(x, this.#dropInto(product(hidden, rows, block.forwardOut), 2 + 2 * layer, position));
    });
    for (const feed of feeds) this.#lengths[feed.sequence] += feed.tokens.length;
    const ends = new Float32Array(feeds.length * width);
    last.forEach((row, f) => ends.set(x.subarray(row * width, (row + 1) * width), f * width));
    normaliseInto(ends, ends, this.#vectors.finalScale, this.#vectors.finalShift, width);
    return product(ends, feeds.length, this.#weights.embedding, true);
  }

  /** Rotates and stores the new keys and values, and attends to all that are stored, row by row. */
  #attend(
    projected: Float32Array,
    layer: number,
    sequence: readonly number[],
    position: readonly number[],
  ): Float32Array {
    const { width, heads } = this.#options;
    const headWidth = width / heads;
    const keys = this.#keys[layer];
    const values = this.#values[layer];
    const scale = 1 / Math.sqrt(headWidth);
    const result = new Float32Array(sequence.length * width);
    const scores = new Float64Array(this.#capacity);
    for (let row = 0; row < sequence.length; row++) {
      const from = row * 3 * width;
      const base = sequence[row] * this.#capacity * width;
      const stored = base + position[row] * width;
      this.#rotateInto(projected, from, position[row]);
      this.#rotateInto(projected, from + width, position[row]);
      keys.set(projected.subarray(from + width, from + 2 * width), stored);
      values.set(projected.subarray(from + 2 * width, from + 3 * width), stored);
      for (let head = 0; head < heads; head++) {
        const shift = head * headWidth;
        let highest = -Infinity;
        for (let p = 0; p <= position[row]; p++) {
          const key = base + p * width + shift;
          let score = 0;
          for (let i = 0; i < headWidth; i++) score += projected[from + shift + i] * keys[key + i];
          scores[p] = score * scale;
          if (scores[p] > highest) highest = scores[p];
        }
        let total = 0;
        for (let p = 0; p <= position[row]; p++) {
          scores[p] = Math.exp(scores[p] - highest);
          total += scores[p];
        }
        const out = row * width + shift;
        for (let p = 0; p <= position[row]; p++) {
          const weight = scores[p] / total;
          const value = base + p * width + shift;
          for (let i = 0; i < headWidth; i++) result[out + i] += weight * values[value + i];
        }
      }
    }
    return result;
  }

  #rotateInto(x: Float32Array, from: number, position: number): void {
    const { width, heads } = this.#options;
    const half = width / heads / 2;
    const { cos, sin } = this.#rotary;
    for (let head = 0; head < heads; head++) {
      const start = from + head * 2 * half;
      for (let i = 0; i < half; i++) {
        const low = x[start + i];
        const high = x[start + half + i];
        const c = cos[position * half + i];
        const s = sin[position * half + i];
        x[start + i] = low * c - high * s;
        x[start + half + i] = high * c + low * s;
      }
    }
  }
}

/** Row-wise product of `[rows, inner]` with a weight matrix (or its transpose) on the tensor backend. */
function product(x: Float32Array, rows: number, weight: tf.Variable, transposed = false): Float32Array {
  // Not in tf.tidy: it would search the returned array, element by element, for tensors to keep.
  const left = tf.tensor2d(x, [rows, x.length / rows]);
  const result = tf.matMul(left, weight as unknown as tf.Tensor2D, false, transposed);
  const values = result.dataSync<"float32">();
  left.dispose();
  result.dispose();
  return values;
}

function normaliseInto(
  out: Float32Array,
  x: Float32Array,
  scale: Float32Array,
  shift: Float32Array,
  width: number,
): void {
  for (let from = 0; from < x.length; from += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += x[from + i];
    mean /= width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += (x[from + i] - mean) ** 2;
    const inverse = 1 / Math.sqrt(variance / width + NORM_EPSILON);
    for (let i = 0; i < width; i++) out[from + i] = (x[from + i] - mean) * inverse * scale[i] + shift[i];
  }
}

function addInto(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] += y[i];
}

function geluInto(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    // ½(1 + tanh u) = 1 / (1 + e^{−2u}), several times faster than Math.tanh.
    x[i] = value / (1 + Math.exp(-2 * GELU_SCALE * (value + GELU_CUBIC * value * value * value)));
  }
}
