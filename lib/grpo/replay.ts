/**
 * Prioritised replay (Schaul et al. 2016, arXiv:1511.05952): entry i is drawn with probability `P(i) = p_i^α / Σ p^α` and
 * corrected by the importance weight `w_i = (N·P(i))^−β`, divided by the largest. What an entry holds is not its business.
 */

import type { Stream } from "../random/mod.ts";

/** How a buffer keeps and draws. */
export interface ReplayOptions {
  /** Most entries; the one with the lowest priority leaves, the oldest among equals. */
  readonly capacity: number;
  /** α: 0 draws uniformly, 1 in proportion to the priority. */
  readonly alpha: number;
  /** β: 1 corrects the drawing fully, 0 not at all. */
  readonly beta: number;
}

/** One kept experience. */
export interface ReplayEntry<Item> {
  /** Entries with one key are one entry: the newest item, the sum of nothing else. */
  readonly key: string;
  readonly item: Item;
  /** Positive. */
  readonly priority: number;
}

/** A drawn experience with its correction. */
export interface ReplaySample<Item> {
  readonly entry: ReplayEntry<Item>;
  /** w_i in (0, 1]. */
  readonly weight: number;
}

/** The buffer as plain data: part of the checkpoint. Oldest first. */
export type ReplayState<Item> = readonly ReplayEntry<Item>[];

/**
 * Refuses options of a replay that make no sense.
 * @throws RangeError for options that make no buffer
 */
export function checkReplayOptions({ capacity, alpha, beta }: ReplayOptions): void {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity must be a whole number ≥ 1, got ${capacity}`);
  }
  if (!(alpha >= 0)) throw new RangeError(`alpha must be ≥ 0, got ${alpha}`);
  if (!(beta >= 0 && beta <= 1)) throw new RangeError(`beta must lie in [0, 1], got ${beta}`);
}

/**
 * The buffer after more entries. An entry whose key is known replaces the old one.
 * @throws RangeError for a priority that is not positive and finite, naming the key
 */
export function remember<Item>(
  state: ReplayState<Item>,
  entries: readonly ReplayEntry<Item>[],
  options: ReplayOptions,
): ReplayState<Item> {
  checkReplayOptions(options);
  const byKey = new Map(state.map((entry) => [entry.key, entry]));
  for (const entry of entries) {
    if (!(entry.priority > 0 && Number.isFinite(entry.priority))) {
      throw new RangeError(`priority of ${entry.key} must be positive and finite, got ${entry.priority}`);
    }
    byKey.delete(entry.key);
    byKey.set(entry.key, entry);
  }
  const kept = [...byKey.values()];
  if (kept.length <= options.capacity) return kept;
  const order = kept.map((entry, age) => ({ age, priority: entry.priority }))
    .sort((a, b) => a.priority - b.priority || a.age - b.age);
  const leaving = new Set(order.slice(0, kept.length - options.capacity).map(({ age }) => age));
  return kept.filter((_, age) => !leaving.has(age));
}

/** Draws `count` entries with replacement; none from an empty buffer. */
export function drawReplay<Item>(
  state: ReplayState<Item>,
  count: number,
  options: ReplayOptions,
  stream: Stream,
): readonly ReplaySample<Item>[] {
  checkReplayOptions(options);
  if (state.length === 0) return [];
  const powered = state.map(({ priority }) => priority ** options.alpha);
  const total = powered.reduce((sum, p) => sum + p, 0);
  const weights = powered.map((p) => (state.length * p / total) ** -options.beta);
  const largest = Math.max(...weights);
  return Array.from({ length: count }, () => {
    let left = stream.uniform() * total;
    let index = 0;
    while (index < state.length - 1 && (left -= powered[index]) >= 0) index++;
    return { entry: state[index], weight: weights[index] / largest };
  });
}
