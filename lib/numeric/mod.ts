/**
 * Numerical ground: small dense linear algebra, sums of rows by what was set in them, and special functions that libraries do
 * not have.
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
export { logImprovement } from "./normal.ts";
export { addToRegimeInto, createRegimeSums, joinRegimesInto, type RegimeSums } from "./regimes.ts";
export { normalisedWeights } from "./weights.ts";
