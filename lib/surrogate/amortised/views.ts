/** What the network sees of a batch of states: features of every cell of the grid, every variable and every pair. */

import { type Observation, type StatisticsViews, statisticsViews } from "../../environment/mod.ts";
import { logImprovement } from "../../numeric/mod.ts";
import type { EpisodeResponses } from "./episode.ts";
import { type Average, averageProcesses, type Grid, KERNEL_CLASSES, MEANS, NOISE_COUNT } from "./grid.ts";

/** Names of the features of a cell, in order. Gains are in units of what is at stake in the episode. */
export const CELL_FEATURES = [
  "mean",
  "log sd",
  "gap to the incumbent in sds",
  "gap to the best mean",
  "log expected improvement",
  "line",
  "curve",
  "additive",
  "log sd of the curve",
  "log sd of the additive curve",
  "log density of rows",
  "observation less the mean",
  "log sd within members",
  "log readings near",
  "mean reading near less the mean",
  "mean reading near",
  "value",
  "distance from the middle",
  "end of the domain",
  "standardised value",
  "mean without a prior",
  "mean around the line",
  "mean around the curve",
  "mean around the additive curve",
  "log sd without a prior",
  "log sd around the line",
  "log sd around the curve",
  "log sd around the additive curve",
  "log expected improvement without a prior",
  "is the incumbent",
] as const;

/** Names of the features of a variable that stand behind those of `statisticsViews`. */
export const VARIABLE_FEATURES = [
  ...Array.from({ length: MEANS }, (_, s) => `weight of prior mean ${s}`),
  ...KERNEL_CLASSES.map((look) => `weight of ${look} kernels`),
  ...Array.from({ length: NOISE_COUNT }, (_, s) => `weight of noise ${s}`),
  ...Array.from({ length: MEANS }, (_, s) => `own evidence of prior mean ${s}`),
  ...Array.from({ length: MEANS }, (_, s) => `the others' evidence of prior mean ${s}`),
  "log readings",
  "tried last",
  "log width of the domain",
  "best mean",
  "log sd there",
  "noise around the curve",
  "observed curves disagree",
  "log steps left",
  "share of steps left",
  "log unit",
  "log variables that can be set",
] as const;

const CELL = CELL_FEATURES.length;
const OWN = VARIABLE_FEATURES.length;
/** Bandwidth of what is near, in the scaled domain. */
const NEAR = 0.12;
const LEAST_UNIT = 0.1;

/** A batch of states, padded to `width` variables. */
export interface ResponseViews extends StatisticsViews {
  readonly cells: number;
  /** `[count, width, cells, CELL_FEATURES]` */
  readonly cell: Float32Array;
  /** `[count, width, cells]` the averaged processes' mean and standard deviation, warped gains; 0 and 1 where nothing can be set. */
  readonly mean: Float32Array;
  readonly sd: Float32Array;
  /** `[count]` what is at stake: root mean square of all that is believed, warped gains. */
  readonly unit: Float32Array;
  /** `[count]` share of the interventions that are left. */
  readonly left: Float32Array;
}

/** Features of a variable: `channels` of the statistics and {@linkcode VARIABLE_FEATURES}. */
export function variableChannels(statistics: number): number {
  return statistics + OWN;
}

/** Features of a cell. */
export const CELL_CHANNELS = CELL;

/** The views of every episode of a batch. @param track see `createResponseTracker` */
export function responseViews(
  observation: Observation,
  grid: Grid,
  track: (observation: Observation, e: number) => EpisodeResponses,
): ResponseViews {
  const plain = statisticsViews(observation);
  const { count, width } = plain;
  const cells = grid.cells.length;
  const channels = plain.channels + OWN;
  const nodes = new Float32Array(count * width * channels);
  for (let k = 0; k < count * width; k++) {
    nodes.set(plain.nodes.subarray(k * plain.channels, (k + 1) * plain.channels), k * channels);
  }
  const views: ResponseViews = {
    ...plain,
    channels,
    nodes,
    cells,
    cell: new Float32Array(count * width * cells * CELL),
    mean: new Float32Array(count * width * cells),
    sd: new Float32Array(count * width * cells).fill(1),
    unit: new Float32Array(count),
    left: new Float32Array(count).fill(Math.max(0, 1 - observation.step / observation.horizon)),
  };
  for (let e = 0; e < count; e++) {
    episodeInto(views, plain.channels, e, grid, track(observation, e), observation.horizon - observation.step);
  }
  return views;
}

/** What the averaged processes alone say of a batch of states. */
export type ProcessViews = Pick<ResponseViews, "count" | "width" | "cells" | "settable" | "mean" | "sd" | "left">;

/** The part of {@linkcode responseViews} that needs no features. */
export function processViews(
  observation: Observation,
  { cells: { length: cells } }: Grid,
  track: (observation: Observation, e: number) => EpisodeResponses,
): ProcessViews {
  const { episodes: count, width, settable } = observation.problems;
  const mean = new Float32Array(count * width * cells);
  const sd = new Float32Array(count * width * cells).fill(1);
  for (let e = 0; e < count; e++) {
    const { variables, processes } = track(observation, e);
    averageProcesses(processes).forEach((average, i) => {
      mean.set(average.mean, (e * width + variables[i]) * cells);
      sd.set(average.sd, (e * width + variables[i]) * cells);
    });
  }
  const left = new Float32Array(count).fill(Math.max(0, 1 - observation.step / observation.horizon));
  return { count, width, cells, settable: Float32Array.from(settable), mean, sd, left };
}

/** Everything of one episode that its features are made of. */
interface Believed {
  readonly responses: EpisodeResponses;
  readonly averages: readonly Average[];
  readonly unit: number;
  /** Greatest mean at a cell near a reading, or 0. */
  readonly incumbent: number;
  readonly best: number;
}

function episodeInto(
  views: ResponseViews,
  behind: number,
  e: number,
  grid: Grid,
  responses: EpisodeResponses,
  steps: number,
): void {
  const { width, cells, channels } = views;
  const averages = averageProcesses(responses.processes);
  const believed = { responses, averages, ...summary(averages, responses, cells) };
  views.unit[e] = believed.unit;
  const others = new Float64Array(MEANS);
  for (const { own } of averages) for (let s = 0; s < MEANS; s++) others[s] += own[s];
  responses.variables.forEach((v, i) => {
    const index = e * width + v;
    views.mean.set(averages[i].mean, index * cells);
    views.sd.set(averages[i].sd, index * cells);
    cellsInto(views.cell, index * cells * CELL, grid, believed, i);
    variableInto(views.nodes, index * channels + behind, believed, i, others, [steps, views.left[e]]);
  });
}

function summary(averages: readonly Average[], { readings }: EpisodeResponses, cells: number) {
  let [square, best, incumbent] = [0, 0, 0];
  averages.forEach(({ mean, sd }, i) => {
    for (let p = 0; p < cells; p++) {
      square += (mean[p] * mean[p] + sd[p] * sd[p]) / (cells * averages.length);
      best = Math.max(best, mean[p]);
    }
    for (const { at } of readings[i]) incumbent = Math.max(incumbent, mean[nearestCell(at, cells)]);
  });
  return { unit: Math.max(LEAST_UNIT, Math.sqrt(square)), best, incumbent };
}

function nearestCell(at: number, cells: number): number {
  return Math.round((at + 1) * (cells - 1) / 2);
}

function cellsInto(
  out: Float32Array,
  from: number,
  { cells: grid }: Grid,
  { responses, averages, unit, incumbent, best }: Believed,
  i: number,
): void {
  const { mean, sd, within, each, eachSd, byMean } = averages[i];
  const { curves: [line, curve, additive], density, standardised } = responses.observed[i];
  const near = readingsNear(grid, responses.readings[i]);
  const least = 1e-3 * unit;
  const log = (x: number) => Math.log(Math.max(least, x) / unit);
  const logExpected = (centre: number, s: number) =>
    Math.max(-4, Math.log(s / unit) + Math.max(-30, logImprovement((centre - incumbent) / s))) / 2;
  for (let p = 0, at = from; p < grid.length; p++, at += CELL) {
    const s = Math.max(least, sd[p]);
    const u = grid[p];
    const trusted = 1 - byMean[0];
    const observed = trusted > 0
      ? (byMean[1] * line.mean[p] + byMean[2] * curve.mean[p] + byMean[3] * additive.mean[p]) / trusted
      : 0;
    const { count, outcome } = near[p];
    out.set([
      Math.asinh(mean[p] / unit),
      log(sd[p]),
      Math.asinh((mean[p] - incumbent) / s),
      Math.asinh((mean[p] - best) / unit),
      logExpected(mean[p], s),
      Math.asinh(line.mean[p] / unit),
      Math.asinh(curve.mean[p] / unit),
      Math.asinh(additive.mean[p] / unit),
      log(curve.sd[p]),
      log(additive.sd[p]),
      0.5 * Math.log1p(density[p]),
      Math.asinh((observed - mean[p]) / unit),
      log(within[p]),
      Math.log1p(count),
      count > 0 ? Math.asinh((outcome - mean[p]) / unit) * count / (1 + count) : 0,
      count > 0 ? Math.asinh(outcome / unit) * count / (1 + count) : 0,
      u,
      Math.abs(u),
      u ** 8,
      Math.asinh(standardised[p]),
      Math.asinh(each[0][p] / unit),
      Math.asinh(each[1][p] / unit),
      Math.asinh(each[2][p] / unit),
      Math.asinh(each[3][p] / unit),
      log(eachSd[0][p]),
      log(eachSd[1][p]),
      log(eachSd[2][p]),
      log(eachSd[3][p]),
      logExpected(each[0][p], Math.max(least, eachSd[0][p])),
      mean[p] === incumbent && incumbent > 0 ? 1 : 0,
    ], at);
  }
}

/** Kernel-weighted number and mean outcome of the readings around each cell. */
function readingsNear(grid: Float64Array, readings: EpisodeResponses["readings"][number]) {
  return Array.from(grid, (u) => {
    let [count, sum] = [0, 0];
    for (const reading of readings) {
      const z = (reading.at - u) / NEAR;
      const weight = reading.count * Math.exp(-0.5 * z * z);
      count += weight;
      sum += weight * reading.mean;
    }
    return count > 1e-3 ? { count, outcome: sum / count } : { count: 0, outcome: 0 };
  });
}

function variableInto(
  out: Float32Array,
  at: number,
  { responses, averages, unit }: Believed,
  i: number,
  total: Float64Array,
  [steps, left]: readonly [number, number],
): void {
  const { mean, sd, byMean, byLook, byNoise, own } = averages[i];
  const { curves: [line, curve, additive], standardised } = responses.observed[i];
  const best = mean.indexOf(mean.reduce((a, b) => Math.max(a, b)));
  let apart = 0;
  for (let p = 0; p < mean.length; p++) {
    apart += (Math.abs(line.mean[p] - curve.mean[p]) + Math.abs(additive.mean[p] - curve.mean[p])) / mean.length;
  }
  const rows = responses.readings[i].reduce((sum, { count }) => sum + count, 0);
  out.set([
    ...byMean,
    ...byLook,
    ...byNoise,
    ...own.map((evidence) => Math.asinh(evidence) / 2),
    ...own.map((evidence, s) => Math.asinh(total[s] - evidence) / 2),
    Math.log1p(rows),
    responses.last === i ? 1 : 0,
    0.5 * Math.log(Math.max(1e-3, standardised[standardised.length - 1] - standardised[0])),
    Math.asinh(mean[best] / unit),
    Math.log(Math.max(1e-3 * unit, sd[best]) / unit),
    curve.noise,
    Math.asinh(apart / unit),
    0.3 * Math.log1p(Math.max(0, steps)),
    left,
    0.5 * Math.log(unit),
    0.5 * Math.log(averages.length),
  ], at);
}

/** The states `indices` of a batch. */
export function gatherResponseViews(views: ResponseViews, indices: Int32Array): ResponseViews {
  const { count, width, channels, cells } = views;
  const take = (data: Float32Array) => {
    const length = data.length / count;
    const taken = new Float32Array(indices.length * length);
    indices.forEach((index, k) => taken.set(data.subarray(index * length, (index + 1) * length), k * length));
    return taken;
  };
  const own = { count: indices.length, width, channels, cells };
  return { ...own, ...eachArray(views, (data) => take(data)) };
}

/**
 * Batches of one width and grid behind each other.
 * @throws RangeError if widths or grids differ
 */
export function concatResponseViews(batches: readonly ResponseViews[]): ResponseViews {
  const { width, channels, cells } = batches[0];
  const odd = batches.find((batch) => batch.width !== width || batch.cells !== cells);
  if (odd !== undefined) {
    throw new RangeError(`Cannot join views of ${width} variables × ${cells} cells and ${odd.width} × ${odd.cells}`);
  }
  const join = (_: Float32Array, name: ArrayName) => {
    const joined = new Float32Array(batches.reduce((total, batch) => total + batch[name].length, 0));
    batches.reduce((at, batch) => (joined.set(batch[name], at), at + batch[name].length), 0);
    return joined;
  };
  const count = batches.reduce((total, batch) => total + batch.count, 0);
  return { count, width, channels, cells, ...eachArray(batches[0], join) };
}

const ARRAYS = ["nodes", "pairs", "present", "settable", "cell", "mean", "sd", "unit", "left"] as const;
type ArrayName = typeof ARRAYS[number];

function eachArray(
  views: ResponseViews,
  make: (data: Float32Array, name: ArrayName) => Float32Array,
): Pick<ResponseViews, ArrayName> {
  return Object.fromEntries(ARRAYS.map((name) => [name, make(views[name], name)])) as unknown as Pick<
    ResponseViews,
    ArrayName
  >;
}
