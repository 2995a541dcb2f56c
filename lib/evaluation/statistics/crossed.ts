/**
 * The error of a mean, or of a difference of two, whose training seeds and problems are both drawn and crossed: every seed
 * meets every problem, `y_sp = μ + a_s + b_p + e_sp` with independent a, b and e (Searle, Casella & McCulloch 1992, section
 * 4.4). Readers who judge the same cases are the same design in radiology, and the degrees of freedom here are those that
 * serve there (Hillis 2007), with the problems' share besides.
 */

import { meanOf, varianceOf } from "./moments.ts";

/** `[seeds][problems]`, without missing values. */
export type CrossedScores = readonly ArrayLike<number>[];

/** The variance of an estimated mean, with the degrees of freedom of a t-test by it. */
export interface ErrorOfMean {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/**
 * The variance of the mean of `first` over its seeds and problems, or of that less the mean of `second` over independent
 * seeds and the same problems.
 *
 * Each method's seeds give `A = s²(seed means)/S` and, with the problems, the residual `E = MS_e/(S·P)`; the problems give
 * `B = s²(problem means, or their differences)/P`. The expectation of A is its own component plus E's, that of B its own
 * plus both E's. So `V = Σ (A − E)₊ + (B − ΣE)₊ + ΣE` is unbiased where no component is estimated below 0, and such a
 * component counts as 0. Degrees of freedom are Satterthwaite's (1946) of the mean squares that remain,
 * `V² / Σ c²M²/ν`. With one seed each this is the paired t-interval over problems; with one problem, Welch's over seeds; with
 * neither nothing is known about the spread and both numbers are NaN.
 */
export function crossedError(first: CrossedScores, second?: CrossedScores): ErrorOfMean {
  const methods = second === undefined ? [first] : [first, second];
  const problems = first[0].length;
  const means = methods.map((rows) => problemMeans(rows));
  const contrast = second === undefined ? means[0] : means[0].map((value, p) => value - means[1][p]);
  const ofSeeds = methods.map((rows, m) => seedSquares(rows, means[m]));
  const residual = ofSeeds.reduce((sum, { rest }) => sum + rest.value, 0);
  const ofProblems = squareOf(problems < 2 ? 0 : varianceOf(contrast) / problems, problems - 1);
  const squares = ofSeeds.flatMap(({ seeds, rest }) => {
    const varies = seeds.value > rest.value;
    // What is left of E after A − E and B − ΣE: c = 1 − [A > E] − [B > ΣE].
    return [
      { ...seeds, weight: varies ? 1 : 0 },
      { ...rest, weight: 1 - Number(varies) - Number(ofProblems.value > residual) },
    ];
  });
  return combined([...squares, { ...ofProblems, weight: ofProblems.value > residual ? 1 : 0 }]);
}

/** A mean square scaled to the variance of a mean, with its degrees of freedom (0: there is none). */
interface MeanSquare {
  readonly value: number;
  readonly degreesOfFreedom: number;
}

function squareOf(value: number, degreesOfFreedom: number): MeanSquare {
  return { value: degreesOfFreedom > 0 ? value : 0, degreesOfFreedom: Math.max(0, degreesOfFreedom) };
}

/** `[problems]` means over the seeds. */
function problemMeans(rows: CrossedScores): Float64Array {
  return Float64Array.from({ length: rows[0].length }, (_, p) => meanOf(rows.map((row) => row[p])));
}

/** A of the seeds and E of the residuals of one method. */
function seedSquares(
  rows: CrossedScores,
  means: Float64Array,
): { readonly seeds: MeanSquare; readonly rest: MeanSquare } {
  const [seeds, problems] = [rows.length, means.length];
  const seedMeans = rows.map(meanOf);
  const grand = meanOf(seedMeans);
  const degreesOfFreedom = (seeds - 1) * (problems - 1);
  let squares = 0;
  rows.forEach((row, s) => {
    for (let p = 0; p < problems; p++) squares += (row[p] - means[p] - (seedMeans[s] - grand)) ** 2;
  });
  return {
    seeds: squareOf(varianceOf(seedMeans) / seeds, seeds - 1),
    rest: squareOf(squares / degreesOfFreedom / (seeds * problems), degreesOfFreedom),
  };
}

/** Satterthwaite's degrees of freedom of `Σ weight · value`; those of all squares together where none of them varies. */
function combined(squares: readonly (MeanSquare & { readonly weight: number })[]): ErrorOfMean {
  const known = squares.filter(({ degreesOfFreedom }) => degreesOfFreedom > 0);
  if (known.length === 0) return { variance: NaN, degreesOfFreedom: 0 };
  const variance = known.reduce((sum, { value, weight }) => sum + weight * value, 0);
  const uncertainty = known.reduce(
    (sum, { value, weight, degreesOfFreedom }) => sum + (weight * value) ** 2 / degreesOfFreedom,
    0,
  );
  return uncertainty === 0
    ? { variance, degreesOfFreedom: known.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0) }
    : { variance, degreesOfFreedom: variance ** 2 / uncertainty };
}
