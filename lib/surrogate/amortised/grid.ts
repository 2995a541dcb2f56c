/**
 * Exact Gaussian processes on a grid, averaged over kernels, noises and prior means, updated by one row at a time (a
 * conditional Gaussian: Rasmussen & Williams 2006, equations 2.25 and 2.26, one observation after the other).
 */

import { normalisedWeights } from "../../numeric/mod.ts";

/** A covariance `constant² + linear²(¼ + uu′) + smooth²·Matérn₅⸝₂(|u − u′| / length)` over scaled values. */
interface GridKernel {
  readonly constant: number;
  readonly linear: number;
  readonly smooth: number;
  readonly length: number;
  readonly logPrior: number;
}

/** What kernels look like, for sums of their weights. */
export const KERNEL_CLASSES = ["flat", "straight", "long", "middle", "short"] as const;

const KERNELS: readonly (GridKernel & { readonly look: number })[] = [
  { constant: 0.05, linear: 0, smooth: 0, length: 1, logPrior: 0, look: 0 },
  ...[0.6, 2.5, 6].map((linear) => ({ constant: 0, linear, smooth: 0, length: 1, logPrior: 0, look: 1 })),
  ...[1.2, 0.45, 0.18].flatMap((length, k) =>
    [0.7, 2].map((smooth) => ({ constant: 0, linear: 0, smooth, length, logPrior: 0, look: 2 + k }))
  ),
  { constant: 0, linear: 0, smooth: 1.2, length: 0.08, logPrior: -1.5, look: 4 },
];
/** Standard deviations of one row, in those of the target. */
const NOISES = [0.05, 0.15, 0.4, 1];
export const NOISE_COUNT = NOISES.length;
const COVARIANCES = KERNELS.length * NOISES.length;
/** Prior means: none, then the sources of observation. */
export const MEANS = 4;
const MEMBERS = MEANS * COVARIANCES;
/** Share of the other variables' evidence that counts for a variable's own weights. */
const SHARING = 0.3;

/** Covariances at the cells of a grid, which all variables share. */
export interface Grid {
  /** `[cells]` from −1 to 1. */
  readonly cells: Float64Array;
  /** `[kernels][cells, cells]` */
  readonly covariances: readonly Float64Array[];
}

/** A grid of `count` equally spaced cells, ≥ 2. */
export function createGrid(count: number): Grid {
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(`Cannot use a grid of ${count} cells: it must be a whole number ≥ 2`);
  }
  const cells = Float64Array.from({ length: count }, (_, k) => -1 + 2 * k / (count - 1));
  const covariances = KERNELS.map(({ constant, linear, smooth, length }) => {
    const matrix = new Float64Array(count * count);
    cells.forEach((a, p) =>
      cells.forEach((b, q) => {
        const r = Math.sqrt(5) / length * Math.abs(a - b);
        const matern = (1 + r + r * r / 3) * Math.exp(-r);
        matrix[p * count + q] = constant ** 2 + linear ** 2 * (0.25 + a * b) + smooth ** 2 * matern;
      })
    );
    return matrix;
  });
  return { cells, covariances };
}

/** What several rows at one setting showed: their mean, number and squared deviations from the mean. */
export interface Readings {
  /** Scaled to [−1, 1]; between cells, what is seen is the interpolation of its neighbours. */
  readonly at: number;
  readonly mean: number;
  readonly count: number;
  readonly scatter: number;
}

/** What is known of a variable's response before any reading, `[cells]`, and how well, `[cells, cells]`; null: nothing is added. */
export interface GridPrior {
  readonly mean: Float64Array;
  readonly covariance: Float64Array | null;
}

/** The processes of one variable. Its arrays change with {@linkcode addReadingsInto}. */
export interface GridProcess {
  readonly cells: number;
  /** `[means]` */
  readonly priors: readonly GridPrior[];
  /** `[means, kernels, noises]` log marginal likelihood of the readings, without constants. */
  readonly evidence: Float64Array;
  /** `[means, kernels, noises, cells]` posterior means. */
  readonly means: Float32Array;
  /** `[means, kernels, noises, cells]` posterior variances. */
  readonly variances: Float32Array;
  /** For each reading `[means, kernels, noises, cells]`: what it took from the covariance, as an outer product. */
  readonly taken: Float32Array[];
}

/** Before any reading. @param priors `[means]`; the first says nothing */
export function createProcess({ cells, covariances }: Grid, priors: readonly GridPrior[]): GridProcess {
  const count = cells.length;
  const means = new Float32Array(MEMBERS * count);
  const variances = new Float32Array(MEMBERS * count);
  for (let m = 0; m < MEMBERS; m++) {
    const { mean, covariance } = priors[Math.floor(m / COVARIANCES)];
    means.set(mean, m * count);
    const matrix = covariances[Math.floor(m % COVARIANCES / NOISES.length)];
    for (let p = 0, at = 0; p < count; p++, at += count + 1) {
      variances[m * count + p] = matrix[at] + (covariance?.[at] ?? 0);
    }
  }
  return { cells: count, priors, evidence: new Float64Array(MEMBERS), means, variances, taken: [] };
}

/** Evidence of a member that rounding has broken, where a reading is nearly certain beforehand: it counts for nothing from then on. */
const BROKEN = -1e30;

/** Conditions every member on readings. O(members · cells · readings so far). */
export function addReadingsInto(process: GridProcess, { covariances }: Grid, readings: Readings): void {
  const { cells, priors, evidence, means, variances, taken } = process;
  const { at, mean, count, scatter } = readings;
  const place = Math.max(0, Math.min(cells - 1, (at + 1) * (cells - 1) / 2));
  const left = Math.min(cells - 2, Math.floor(place));
  const share = place - left;
  const between = (data: Float64Array | Float32Array, first: number, step: number) =>
    (1 - share) * data[first] + share * data[first + step];
  const columns = new Float32Array(MEMBERS * cells);
  const prior = new Float64Array(cells);
  const start = new Float64Array(cells);
  for (let c = 0; c < MEMBERS; c++) {
    const noise = NOISES[c % NOISES.length] ** 2;
    if (c % COVARIANCES === 0) {
      const { covariance } = priors[Math.floor(c / COVARIANCES)];
      for (let p = 0; p < cells; p++) prior[p] = covariance === null ? 0 : between(covariance, left * cells + p, cells);
    }
    if (c % NOISES.length === 0) {
      const matrix = covariances[Math.floor(c % COVARIANCES / NOISES.length)];
      for (let p = 0; p < cells; p++) start[p] = prior[p] + between(matrix, left * cells + p, cells);
    }
    const first = c * cells;
    const column = columns.subarray(first, first + cells);
    column.set(start);
    for (const before of taken) {
      const known = between(before, first + left, 1);
      for (let p = 0; p < cells; p++) column[p] -= known * before[first + p];
    }
    const total = Math.max(0, between(column, left, 1)) + noise / count;
    const residual = mean - between(means, first + left, 1);
    const gain = residual / total;
    const scale = 1 / Math.sqrt(total);
    for (let p = 0; p < cells; p++) {
      means[first + p] += gain * column[p];
      column[p] *= scale;
      variances[first + p] = Math.max(0, variances[first + p] - column[p] * column[p]);
    }
    const after = evidence[c] - (0.5 * (residual * gain + Math.log(total)) + 0.5 * scatter / noise +
      0.5 * (count - 1) * Math.log(noise));
    evidence[c] = Number.isFinite(after) ? after : BROKEN;
  }
  taken.push(columns);
}

/** The average over all members, `[cells]` where nothing else is said. */
export interface Average {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** Deviation within members: what is not known once kernel, noise and prior are. */
  readonly within: Float64Array;
  /** `[means][cells]` the mean under each prior mean, and the standard deviation. */
  readonly each: readonly Float64Array[];
  readonly eachSd: readonly Float64Array[];
  /** Sums of the weights, `[means]`, `[kernel classes]` and `[noises]`. */
  readonly byMean: Float64Array;
  readonly byLook: Float64Array;
  readonly byNoise: Float64Array;
  /** `[means]` log evidence of the variable's own readings under each prior mean, less the greatest. */
  readonly own: Float64Array;
}

/**
 * The averages of all variables of an episode. Members weigh by their evidence, to which the other variables' readings
 * contribute with an exponent: the variables share noise, units, and whether observation is to be trusted.
 */
export function averageProcesses(processes: readonly GridProcess[]): Average[] {
  const total = new Float64Array(MEMBERS);
  for (const { evidence } of processes) for (let m = 0; m < MEMBERS; m++) total[m] += evidence[m];
  return processes.map((process) => average(process, total));
}

function average({ cells, evidence, means, variances }: GridProcess, total: Float64Array): Average {
  const weights = normalisedWeights(
    evidence.map((own, m) =>
      KERNELS[Math.floor(m / NOISES.length) % KERNELS.length].logPrior + own + SHARING * (total[m] - own)
    ),
    1e-3,
  );
  const zeros = (length: number) => new Float64Array(length);
  const [byMean, byLook, byNoise] = [zeros(MEANS), zeros(KERNEL_CLASSES.length), zeros(NOISES.length)];
  const each = Array.from({ length: MEANS }, () => zeros(cells));
  const squares = Array.from({ length: MEANS }, () => zeros(cells));
  const [mean, square, inner] = [zeros(cells), zeros(cells), zeros(cells)];
  for (let m = 0; m < MEMBERS; m++) {
    const weight = weights[m];
    if (weight === 0) continue;
    const source = Math.floor(m / COVARIANCES);
    const c = m % COVARIANCES;
    byMean[source] += weight;
    byLook[KERNELS[Math.floor(c / NOISES.length)].look] += weight;
    byNoise[c % NOISES.length] += weight;
    const [own, ownSquare] = [each[source], squares[source]];
    for (let p = 0; p < cells; p++) {
      const centre = means[m * cells + p];
      const variance = variances[m * cells + p];
      own[p] += weight * centre;
      inner[p] += weight * variance;
      ownSquare[p] += weight * (variance + centre * centre);
    }
  }
  for (let s = 0; s < MEANS; s++) {
    for (let p = 0; p < cells; p++) {
      mean[p] += each[s][p];
      square[p] += squares[s][p];
    }
  }
  const sd = square.map((s, p) => Math.sqrt(Math.max(0, s - mean[p] * mean[p])));
  // Where a prior mean weighs nothing, nothing is said of it.
  const eachSd = squares.map((own, s) =>
    own.map((total, p) =>
      byMean[s] > 0 ? Math.sqrt(Math.max(0, total / byMean[s] - (each[s][p] / byMean[s]) ** 2)) : sd[p]
    )
  );
  for (let s = 0; s < MEANS; s++) {
    for (let p = 0; p < cells; p++) each[s][p] = byMean[s] > 0 ? each[s][p] / byMean[s] : mean[p];
  }
  return { mean, sd, within: inner.map(Math.sqrt), each, eachSd, byMean, byLook, byNoise, own: ownEvidence(evidence) };
}

/** `log Σ exp` of the evidence over covariances, by prior mean, less the greatest. */
function ownEvidence(evidence: Float64Array): Float64Array {
  const logs = Float64Array.from({ length: MEANS }, (_, s) => {
    let greatest = -Infinity;
    for (let c = 0; c < COVARIANCES; c++) greatest = Math.max(greatest, evidence[s * COVARIANCES + c]);
    let sum = 0;
    for (let c = 0; c < COVARIANCES; c++) sum += Math.exp(evidence[s * COVARIANCES + c] - greatest);
    return greatest + Math.log(sum);
  });
  const greatest = Math.max(...logs);
  return logs.map((log) => log - greatest);
}
