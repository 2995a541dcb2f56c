/**
 * Numerical ground: small dense linear algebra, sums of rows by what was set in them, special functions and distributions.
 *
 * @module
 */

export {
  choleskyInto,
  factorRowInto,
  halfLogDeterminant,
  lowRankFactor,
  semidefiniteCholeskyInto,
  solveLowerInto,
  solvePositiveInto,
  solveRowInto,
  solveUpperInto,
} from "./cholesky.ts";
export { invertSubsetInto } from "./inverse.ts";
export { HALF_LOG_TAU, logImprovement } from "./normal.ts";
export { addToRegimeInto, createRegimeSums, joinRegimesInto, type RegimeSums, type RowSums } from "./regimes.ts";
export {
  chiSquaredTail,
  erf,
  fTail,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from "./special.ts";
export { normalisedWeights } from "./weights.ts";
