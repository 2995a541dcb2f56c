/**
 * Marginal likelihoods of linear regressions of the target on sets of candidates. One walk over all sets grows a Cholesky
 * factor by one row at a time, so that a set of k variables costs O(k²).
 */

import { factorRowInto, solveRowInto } from "../../numeric/mod.ts";

/** The prior of a regression in standardised units: coefficients N(0, σ²/precision), σ² inverse gamma (shape, scale). */
export interface EvidencePrior {
  readonly precision: number;
  readonly interceptPrecision: number;
  readonly shape: number;
  readonly scale: number;
}

/** All sets of at most `largest` of `candidates` things, in the order of a depth-first walk; the first is empty. */
export interface CandidateSets {
  readonly candidates: number;
  readonly largest: number;
  /** `[sets]` bit c is 1 where candidate c is a member. */
  readonly members: Int32Array;
  /** `[2^candidates]` where a set of members stands in the walk; −1 for those that are too large. */
  readonly place: Int32Array;
}

/** @throws RangeError for more than 20 candidates */
export function candidateSets(candidates: number, largest: number): CandidateSets {
  if (candidates > 20) throw new RangeError(`Cannot list the sets of ${candidates} candidates: at most 20`);
  const members: number[] = [];
  const walk = (mask: number, from: number, size: number) => {
    members.push(mask);
    for (let c = from; size < largest && c < candidates; c++) walk(mask | (1 << c), c + 1, size + 1);
  };
  walk(0, 0, 0);
  const place = new Int32Array(1 << candidates).fill(-1);
  members.forEach((mask, set) => place[mask] = set);
  return { candidates, largest, members: Int32Array.from(members), place };
}

/** Scratch memory of {@linkcode evidenceInto}. */
export interface EvidenceScratch {
  /** `[largest + 3, largest + 3]` rows of the Cholesky factor, lower triangle. */
  readonly factor: Float64Array;
  /** `[largest + 2]` columns of the cross products that the rows stand for. */
  readonly columns: Int32Array;
  /** `[largest + 2]` the target's row of the factor. */
  readonly response: Float64Array;
}

export function createEvidenceScratch(largest: number): EvidenceScratch {
  const stride = largest + 3;
  return {
    factor: new Float64Array(stride * stride),
    columns: new Int32Array(stride),
    response: new Float64Array(stride),
  };
}

/** Regressions of the target on each set of candidates. */
export interface Regressions {
  readonly sets: CandidateSets;
  /** `[dimension, dimension]` Σ zzᵀ of the rows, the intercept first. */
  readonly cross: Float64Array;
  readonly dimension: number;
  readonly rows: number;
  /** `[candidates]` column of each candidate in `cross`. */
  readonly columns: Int32Array;
  /** Column of the target. */
  readonly target: number;
  readonly prior: EvidencePrior;
}

/**
 * The log marginal likelihood (normal–inverse-gamma, up to a constant that is the same for every set of the same rows) of
 * regressing the target on each set of candidates.
 * @param out `[sets]` log evidence of each set; −∞ for sets that contain `extra`
 * @param withExtra `[sets]` log evidence of each set joined by `extra`; only written if `extra ≥ 0`
 * @param extra a candidate, or −1
 */
export function evidenceInto(
  out: Float64Array,
  withExtra: Float64Array,
  regressions: Regressions,
  extra: number,
  scratch: EvidenceScratch,
): void {
  const { sets, cross, dimension, rows, columns, target, prior } = regressions;
  const stride = sets.largest + 3;
  const { factor, response } = scratch;
  const order = scratch.columns;
  const shape = prior.shape + rows / 2;
  const total = cross[target * dimension + target];
  let next = 0;

  /** Adds `column` as row k of the factor; returns its share of the log determinant. Sets `response[k]`. */
  const append = (k: number, column: number): number => {
    const precision = k === 0 ? prior.interceptPrecision : prior.precision;
    order[k] = column;
    for (let j = 0; j <= k; j++) factor[k * stride + j] = cross[column * dimension + order[j]];
    factor[k * stride + k] += precision;
    response[k] = cross[column * dimension + target];
    // The prior precision bounds the pivot from below up to rounding.
    const pivot = factorRowInto(factor, stride, k, precision * 1e-6);
    solveRowInto(factor, stride, k, response);
    return Math.log(pivot / precision);
  };
  const evidence = (logDeterminant: number, explained: number): number =>
    -0.5 * logDeterminant - shape * Math.log(prior.scale + Math.max(0, total - explained) / 2);
  const walk = (k: number, from: number, logDeterminant: number, explained: number, excluded: boolean): void => {
    const set = next++;
    out[set] = excluded ? -Infinity : evidence(logDeterminant, explained);
    if (extra >= 0) {
      if (excluded) withExtra[set] = -Infinity;
      else {
        const grown = append(k, columns[extra]);
        withExtra[set] = evidence(logDeterminant + grown, explained + response[k] * response[k]);
      }
    }
    for (let c = from; k - 1 < sets.largest && c < sets.candidates; c++) {
      const out = excluded || c === extra;
      const grown = out ? 0 : append(k, columns[c]);
      walk(k + 1, c + 1, logDeterminant + grown, out ? 0 : explained + response[k] * response[k], out);
    }
  };
  const intercept = append(0, 0);
  walk(1, 0, intercept, response[0] * response[0], false);
}
