/**
 * The response of the target to each variable, over points of its domain: what lets a policy see an optimum inside a domain.
 * Outcomes count as `asinh` of their gain in spreads, since polynomials of polynomials have heavy tails.
 */

import { choleskyInto, solveLowerInto, solveUpperInto } from "../numeric/mod.ts";
import { membersOf, NONE, SEVERAL } from "./sets.ts";
import type { Observation } from "./types.ts";

/** Features of one point of one variable's domain, in order. */
export const RESPONSE_FEATURES = [
  "interventional mean",
  "interventional sd",
  "observational mean",
  "log observational weight",
] as const;

const CHANNELS = RESPONSE_FEATURES.length;
/** Kernel of the Gaussian process of one variable's interventions: constant, line, and bends of this length. */
const CONSTANT = 0.25;
const BEND = 1;
const LINE = 1;
const LENGTH = 0.4;
const NOISE = 0.3;

/** Rows that {@linkcode jointResponsesInto} takes, the newest: its factor costs the cube of their number. */
const MOST_JOINT_ROWS = 384;

/** Buffers for histories of at most `rows` rows, in which no variable was set more than `tried` times. */
export interface ResponseWork {
  readonly place: Float64Array;
  readonly gain: Float64Array;
  readonly factor: Float64Array;
  readonly weight: Float64Array;
  readonly cross: Float64Array;
}

/**
 * Buffers of {@linkcode responseInto}.
 * @param tried most rows in which one variable was set
 */
export function createResponseWork(rows: number, tried: number): ResponseWork {
  return {
    place: new Float64Array(rows),
    gain: new Float64Array(rows),
    factor: new Float64Array(tried * tried),
    weight: new Float64Array(tried),
    cross: new Float64Array(tried),
  };
}

/** A variable of an episode, and at how many points of its domain its response is asked for. */
export interface ResponseQuery {
  readonly observation: Observation;
  readonly episode: number;
  readonly variable: number;
  readonly points: number;
}

/** Where point `p` of a domain lies when the domain is scaled to [−1, 1]. */
const pointOf = (p: number, points: number): number => 2 * p / (points - 1) - 1;

/**
 * The response to a variable at equally spaced points of its domain, both ends among them: posterior mean and standard
 * deviation of a Gaussian process on the rows in which it was set, and the smoothed mean of the observational rows with the
 * weight of the rows near the point.
 * @param out `points` values of each of {@linkcode RESPONSE_FEATURES} behind each other, from `at`
 */
export function responseInto(out: Float32Array, at: number, query: ResponseQuery, work: ResponseWork): void {
  const { points, variable } = query;
  const tried = collectInto(work, query, variable);
  factoriseInto(work, tried, (r, k) => kernel(work.place[r], work.place[k]));
  for (let p = 0; p < points; p++) {
    const u = pointOf(p, points);
    let mean = 0;
    let variance = kernel(u, u);
    for (let r = 0; r < tried; r++) {
      work.cross[r] = kernel(u, work.place[r]);
      mean += work.cross[r] * work.weight[r];
    }
    solveLowerInto(work.factor, tried, work.cross);
    for (let r = 0; r < tried; r++) variance -= work.cross[r] ** 2;
    out[at + p] = mean;
    out[at + points + p] = Math.sqrt(Math.max(variance, 0));
  }
  observedResponseInto(out, at, query, work);
}

/** The smoothed mean of the observational rows and the log weight of those near each point, behind the posterior. */
function observedResponseInto(out: Float32Array, at: number, query: ResponseQuery, work: ResponseWork): void {
  const { observation: { problems, statistics }, points } = query;
  const index = query.episode * problems.width + query.variable;
  const width = problems.high[index] - problems.low[index];
  const seen = collectInto(work, query, NONE);
  const bandwidth = Math.max(1 / (points - 1), 0.3 * 2 * statistics.spread[index] / width);
  for (let p = 0; p < points; p++) {
    const u = pointOf(p, points);
    let total = 0;
    let sum = 0;
    for (let r = 0; r < seen; r++) {
      const distance = (u - work.place[r]) / bandwidth;
      const weight = Math.exp(-0.5 * distance * distance);
      total += weight;
      sum += weight * work.gain[r];
    }
    out[at + 2 * points + p] = sum / (total + 1);
    out[at + 3 * points + p] = Math.log1p(total);
  }
}

/** Whether several variables were set in any row of an episode. */
export function hasSeveral({ history }: Observation, e: number): boolean {
  const from = e * history.capacity;
  return history.set !== undefined && history.intervened.subarray(from, from + history.rows).includes(SEVERAL);
}

/**
 * {@linkcode responseInto} of every variable that can be set, where several were set at once: one Gaussian process over all
 * interventions, `gain = Σᵢ fᵢ(vᵢ)` over the variables that a row sets. The kernel of two rows is the sum over the variables
 * that both set, so that rows which share none say nothing of each other: with one variable a row this is
 * {@linkcode responseInto} for each.
 * @param placeAt where in `out` the features of a variable begin
 */
export function jointResponsesInto(
  out: Float32Array,
  placeAt: (i: number) => number,
  observation: Observation,
  e: number,
  points: number,
): void {
  const { problems, statistics: s, history } = observation;
  const { width } = problems;
  const vector = e * width;
  const target = problems.targets[e];
  const scale = problems.signs[e] / s.spread[vector + target];
  const rows: { readonly row: number; readonly members: readonly number[] }[] = [];
  for (let r = history.rows - 1; r >= 0 && rows.length < MOST_JOINT_ROWS; r--) {
    const row = e * history.capacity + r;
    if (history.intervened[row] !== NONE) rows.push({ row, members: membersOf(history, row, width) });
  }
  rows.reverse();
  const count = rows.length;
  // Places of the variables that a row sets; NaN where one is free, which makes every comparison with it false.
  const place = new Float64Array(count * width).fill(NaN);
  const work = createResponseWork(Math.max(count, history.rows), count);
  rows.forEach(({ row, members }, r) => {
    for (const v of members) {
      const low = problems.low[vector + v];
      place[r * width + v] = 2 * (history.values[row * width + v] - low) / (problems.high[vector + v] - low) - 1;
    }
    work.gain[r] = gainOf(scale * (history.values[row * width + target] - s.centre[vector + target]));
  });
  factoriseInto(work, count, (r, k) => {
    let sum = 0;
    for (const v of rows[r].members) {
      const other = place[k * width + v];
      if (other === other) sum += kernel(place[r * width + v], other);
    }
    return sum;
  });
  for (let i = 0; i < problems.sizes[e]; i++) {
    if (problems.settable[vector + i] === 0) continue;
    const at = placeAt(i);
    for (let p = 0; p < points; p++) {
      const u = pointOf(p, points);
      let mean = 0;
      let variance = kernel(u, u);
      for (let r = 0; r < count; r++) {
        const own = place[r * width + i];
        let sum = own === own ? kernel(u, own) : 0;
        mean += sum * work.weight[r];
        for (let k = 0; k < r; k++) sum -= work.factor[r * count + k] * work.cross[k];
        work.cross[r] = sum / work.factor[r * count + r];
        variance -= work.cross[r] ** 2;
      }
      out[at + p] = mean;
      out[at + points + p] = Math.sqrt(Math.max(variance, 0));
    }
    observedResponseInto(out, at, { observation, episode: e, variable: i, points }, work);
  }
}

/** The target's distance from its mean in spreads as it counts. */
const gainOf = (distance: number): number => Math.asinh(Math.max(-1e12, Math.min(1e12, distance)));

/** Values of the features of one variable. */
export const responseChannels = (points: number): number => CHANNELS * points;

/** Place of the variable and gain of the rows in which `set` was intervened on (−1: observational ones); returns their number. */
function collectInto(work: ResponseWork, { observation, episode, variable }: ResponseQuery, set: number): number {
  const { problems, statistics: s, history } = observation;
  const { width } = problems;
  const vector = episode * width;
  const low = problems.low[vector + variable];
  const across = problems.high[vector + variable] - low;
  const target = problems.targets[episode];
  const centre = s.centre[vector + target];
  const scale = problems.signs[episode] / s.spread[vector + target];
  let count = 0;
  for (let r = 0; r < history.rows; r++) {
    if (history.intervened[episode * history.capacity + r] !== set) continue;
    const row = (episode * history.capacity + r) * width;
    work.place[count] = 2 * (history.values[row + variable] - low) / across - 1;
    work.gain[count++] = gainOf(scale * (history.values[row + target] - centre));
  }
  return count;
}

function kernel(u: number, v: number): number {
  const distance = (u - v) / LENGTH;
  return CONSTANT + LINE * u * v + BEND * Math.exp(-0.5 * distance * distance);
}

/** Cholesky factor of K + σ²I (Rasmussen & Williams 2006, algorithm 2.1), and (K + σ²I)⁻¹ y in `weight`. */
function factoriseInto(
  { gain, factor, weight }: ResponseWork,
  count: number,
  covariance: (r: number, k: number) => number,
): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) factor[i * count + j] = covariance(i, j) + (i === j ? NOISE : 0);
    weight[i] = gain[i];
  }
  choleskyInto(factor, count);
  solveLowerInto(factor, count, weight);
  solveUpperInto(factor, count, weight);
}
