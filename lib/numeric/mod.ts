/**
 * Numerical ground: small dense linear algebra, and special functions that libraries do not have.
 *
 * @module
 */

export { choleskyInto, halfLogDeterminant, lowRankFactor, solveLowerInto, solveUpperInto } from "./cholesky.ts";
export { logImprovement } from "./normal.ts";
export { normalisedWeights } from "./weights.ts";
