/**
 * What the neural surrogate sees of an episode: correlations, regressions and the effects of interventions for each ordered
 * pair of variables, from the {@linkcode RegimeSums} alone. Every number is unchanged if a variable is measured in other units
 * (up to the sign where the unit is negative), and none depends on the order of the variables.
 */

import { offsetsOf } from "../../environment/mod.ts";
import { invertSubsetInto, joinRegimesInto, type RegimeSums, type RowSums } from "../../numeric/mod.ts";
import { type CommonViews, commonViews, type EpisodeRows, unitsInto } from "./episodes.ts";

/** Features of i → j that are the same in both directions. */
const SYMMETRIC = ["correlation", "partial correlation"] as const;
/** Features of i → j that differ from those of j → i. */
const DIRECTED = [
  "partial correlation where j was not set",
  "t of i in the regression of j",
  "coefficient of i in the regression of j",
  "slope of j under do(i)",
  "z of the slope of j under do(i)",
  "log variance of j under do(i)",
  "z of the mean of j under do(i)",
  "correlation under do(i)",
  "partial correlation given the variables that move j",
  "t given the variables that move j",
  "i was set",
] as const;

/** Names of the features of an ordered pair (i, j): both ways of everything that has a direction. */
export const FORM_PAIR_FEATURES: readonly string[] = [
  ...SYMMETRIC,
  ...DIRECTED,
  ...DIRECTED.map((name) => `reversed: ${name}`),
];

/** Features of a variable behind those of its pair with the target. */
const OWN = [
  "is the target",
  "log rows in which it was set",
  "log rows",
  "log observational rows",
  "log variables",
  "slope of the target, from observation and intervention",
] as const;

/** Names of the features of a variable: its pair with the target, and its own. */
export const FORM_NODE_FEATURES: readonly string[] = [
  ...FORM_PAIR_FEATURES.map((name) => `with the target: ${name}`),
  ...OWN,
];

const S = SYMMETRIC.length;
const D = DIRECTED.length;
const SYMMETRIC_AT = offsetsOf(SYMMETRIC);
const DIRECTED_AT = offsetsOf(DIRECTED);
const OWN_AT = offsetsOf(OWN);
export const PAIRS: number = FORM_PAIR_FEATURES.length;
export const NODES: number = FORM_NODE_FEATURES.length;

/** What the network over statistics sees besides. */
export interface StatisticsFormViews extends CommonViews {
  /** `[count, width, FORM_NODE_FEATURES]` */
  readonly nodes: Float32Array;
  /** `[count, width, width, FORM_PAIR_FEATURES]` */
  readonly pairs: Float32Array;
}

/** An evidence |z| from which a variable counts as moving another one. */
const MOVES = 2;
const LIMIT = 8;

const bounded = (x: number): number => x > LIMIT ? LIMIT : x < -LIMIT ? -LIMIT : x;

/** The views of a batch of episodes, padded to `width` variables: at least as many as the largest episode has. */
export function statisticsFormViews(batch: readonly EpisodeRows[], width: number): StatisticsFormViews {
  const count = batch.length;
  const views: StatisticsFormViews = {
    ...commonViews(batch, width),
    nodes: new Float32Array(count * width * NODES),
    pairs: new Float32Array(count * width * width * PAIRS),
  };
  const work = createWork(width);
  batch.forEach(({ sums, target }, e) => {
    unitsInto(work.mean, work.spread, sums);
    observationalInto(work, sums);
    effectsInto(work, sums);
    regressionsInto(work, sums);
    writePairsInto(views, e, work, sums.size);
    writeNodesInto(views, e, work, sums, target);
  });
  return views;
}

/** Results of one episode of n variables; matrices are `[n, n]`. */
interface Work {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
  readonly correlation: Float64Array;
  readonly partial: Float64Array;
  /** One matrix for each directed feature, (i, j) for i → j. */
  readonly directed: readonly Float64Array[];
  readonly gram: Float64Array;
  readonly inverse: Float64Array;
  readonly indices: Int32Array;
  readonly moves: Uint8Array;
}

function createWork(width: number): Work {
  const square = () => new Float64Array(width * width);
  return {
    mean: new Float64Array(width),
    spread: new Float64Array(width),
    correlation: square(),
    partial: square(),
    directed: DIRECTED.map(square),
    gram: square(),
    inverse: square(),
    indices: new Int32Array(width),
    moves: new Uint8Array(width * width),
  };
}

/** Correlation of the rows summed in `gram` (cross products, n²), ridged by one row; `gram` is overwritten. */
function correlateInto(gram: Float64Array, n: number, mean: (i: number) => number, rows: number): void {
  const ridge = 1 / Math.max(rows, 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) gram[i * n + j] = gram[i * n + j] / Math.max(rows, 1) - mean(i) * mean(j);
  }
  const scale = Float64Array.from({ length: n }, (_, i) => {
    const variance = gram[i * n + i];
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) gram[i * n + j] = i === j ? 1 + ridge : gram[i * n + j] * scale[i] * scale[j];
  }
}

function observationalInto(work: Work, { size: n, count, sum, cross }: RegimeSums): void {
  const rows = count[0];
  const { gram, inverse, indices, correlation, partial } = work;
  if (rows < 3) {
    correlation.fill(0, 0, n * n);
    partial.fill(0, 0, n * n);
    return;
  }
  gram.set(cross.subarray(0, n * n));
  correlateInto(gram, n, (i) => sum[i] / rows, rows);
  for (let i = 0; i < n; i++) indices[i] = i;
  invertSubsetInto(inverse, gram, n, indices, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      correlation[i * n + j] = gram[i * n + j];
      partial[i * n + j] = -inverse[i * n + j] / Math.sqrt(inverse[i * n + i] * inverse[j * n + j]);
    }
  }
}

/** What the rows in which i was set say about its effect on j. */
function effectsInto(work: Work, { size: n, count, sum, cross }: RegimeSums): void {
  const { mean, spread, directed, moves } = work;
  const slopes = directed[DIRECTED_AT["slope of j under do(i)"]];
  const slopeZ = directed[DIRECTED_AT["z of the slope of j under do(i)"]];
  const variances = directed[DIRECTED_AT["log variance of j under do(i)"]];
  const meanZ = directed[DIRECTED_AT["z of the mean of j under do(i)"]];
  const within = directed[DIRECTED_AT["correlation under do(i)"]];
  const wasSet = directed[DIRECTED_AT["i was set"]];
  for (let i = 0; i < n; i++) {
    const rows = count[i + 1];
    const at = (i + 1) * n;
    const centred = (a: number, b: number) =>
      (cross[(at + a) * n + b] - mean[a] * sum[at + b] - mean[b] * sum[at + a] + rows * mean[a] * mean[b]) /
      (spread[a] * spread[b]);
    const svv = rows > 0 ? centred(i, i) : 0;
    const meanV = rows > 0 ? (sum[at + i] / rows - mean[i]) / spread[i] : 0;
    for (let j = 0; j < n; j++) {
      const cell = i * n + j;
      const svx = rows > 0 ? centred(i, j) : 0;
      wasSet[cell] = rows > 0 ? 1 : 0;
      moves[cell] = rows > 0 ? 0 : 1;
      if (rows === 0 || i === j) {
        slopes[cell] =
          slopeZ[cell] =
          variances[cell] =
          meanZ[cell] =
          within[cell] =
            0;
        continue;
      }
      const sxx = centred(j, j);
      const b = svx / (svv + 0.1);
      const residual = Math.max(0, sxx - 2 * b * svx + b * b * svv);
      const variance = (residual + 1) / (rows + 1);
      const meanX = (sum[at + j] / rows - mean[j]) / spread[j];
      const varV = svv - rows * meanV * meanV;
      const varX = sxx - rows * meanX * meanX;
      const z = b * Math.sqrt(svv / variance);
      const shift = meanX / Math.sqrt(1 / rows + 1 / Math.max(1, count[0]));
      slopes[cell] = Math.asinh(b);
      slopeZ[cell] = Math.asinh(z);
      variances[cell] = Math.log(variance);
      meanZ[cell] = Math.asinh(shift);
      within[cell] = (svx - rows * meanV * meanX) / Math.sqrt((varV + 0.1) * (varX + 0.1));
      if (Math.abs(z) > MOVES || Math.abs(shift) > MOVES) moves[cell] = 1;
    }
  }
}

/** Regressions of each j on all others, and on those that may move it, over the rows in which j was not set. */
function regressionsInto(work: Work, sums: RegimeSums): void {
  const { size: n, count, sum, cross, rows, several } = sums;
  const { gram, inverse, indices, directed, moves } = work;
  const partials = directed[DIRECTED_AT["partial correlation where j was not set"]];
  const ts = directed[DIRECTED_AT["t of i in the regression of j"]];
  const coefficients = directed[DIRECTED_AT["coefficient of i in the regression of j"]];
  const movedPartials = directed[DIRECTED_AT["partial correlation given the variables that move j"]];
  const movedTs = directed[DIRECTED_AT["t given the variables that move j"]];
  const totalCross = new Float64Array(n * n);
  const totalSum = new Float64Array(n);
  joinRegimesInto(totalSum, totalCross, sums, -1);
  for (let j = 0; j < n; j++) {
    const own = (j + 1) * n;
    // Rows of several variables are in the total: those in which j was one of them are not in what is free of it.
    const excess = (pick: (own: RowSums) => number) =>
      several === null ? 0 : pick(several.all) - pick(several.without[j]);
    const free = rows - count[j + 1] - excess((own) => own.rows);
    for (let k = 0; k < n * n; k++) gram[k] = totalCross[k] - cross[own * n + k] - excess((of) => of.cross[k]);
    correlateInto(gram, n, (i) => (totalSum[i] - sum[own + i] - excess((of) => of.sum[i])) / Math.max(free, 1), free);
    for (const restricted of [false, true]) {
      let used = 0;
      let place = 0;
      for (let i = 0; i < n; i++) {
        if (i === j) place = used;
        if (i === j || !restricted || moves[i * n + j] === 1) indices[used++] = i;
      }
      invertSubsetInto(inverse, gram, n, indices, used);
      const precision = inverse[place * used + place];
      const degrees = Math.max(1, free - used - 1);
      const [partialOut, tOut] = restricted ? [movedPartials, movedTs] : [partials, ts];
      for (let i = 0; i < n; i++) partialOut[i * n + j] = tOut[i * n + j] = 0;
      for (let a = 0; a < used; a++) {
        const cell = indices[a] * n + j;
        if (a === place) continue;
        const r = -inverse[a * used + place] / Math.sqrt(inverse[a * used + a] * precision);
        partialOut[cell] = r;
        tOut[cell] = Math.asinh(r * Math.sqrt(degrees / Math.max(1e-6, 1 - r * r)));
        if (!restricted) coefficients[cell] = Math.asinh(-inverse[a * used + place] / precision);
      }
    }
  }
}

function writePairInto(out: Float32Array, at: number, work: Work, forth: number, back: number): void {
  out[at + SYMMETRIC_AT["correlation"]] = bounded(work.correlation[forth]);
  out[at + SYMMETRIC_AT["partial correlation"]] = bounded(work.partial[forth]);
  for (let f = 0; f < D; f++) {
    out[at + S + f] = bounded(work.directed[f][forth]);
    out[at + S + D + f] = bounded(work.directed[f][back]);
  }
}

function writePairsInto(views: StatisticsFormViews, e: number, work: Work, n: number): void {
  const { width, pairs } = views;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j) writePairInto(pairs, ((e * width + i) * width + j) * PAIRS, work, i * n + j, j * n + i);
    }
  }
}

function writeNodesInto(views: StatisticsFormViews, e: number, work: Work, sums: RegimeSums, target: number): void {
  const { width, nodes, slope } = views;
  const { size: n, count, rows, several } = sums;
  for (let i = 0; i < n; i++) {
    const index = e * width + i;
    const at = index * NODES;
    if (i !== target) writePairInto(nodes, at, work, i * n + target, target * n + i);
    const own = at + PAIRS;
    nodes[own + OWN_AT["is the target"]] = i === target ? 1 : 0;
    nodes[own + OWN_AT["log rows in which it was set"]] = Math.log1p(count[i + 1] + (several?.setRows[i] ?? 0));
    nodes[own + OWN_AT["log rows"]] = Math.log(Math.max(1, rows) / 100);
    nodes[own + OWN_AT["log observational rows"]] = Math.log1p(count[0]) - 3;
    nodes[own + OWN_AT["log variables"]] = Math.log(n / 8);
    nodes[own + OWN_AT["slope of the target, from observation and intervention"]] = bounded(slope[index]);
  }
}
