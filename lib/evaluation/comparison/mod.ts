/**
 * Comparison of several models on the same problems by one metric: every pair with its tests and corrections, rankings with
 * their uncertainty, rliable's aggregates and profiles, and the sentences that may be said.
 */
export { compare, type CompareOptions, type Comparison, type ModelSummary } from "./compare.ts";
export { comparePairs, type PairComparison, type PairOptions, type Replication } from "./pairs.ts";
export { type OmnibusTests, omnibusTests, type RankedModel, rankModels, type WinMatrix, winMatrix } from "./ranking.ts";
export { type Environments, type ModelScores, type ScoreTable, scoreTable } from "./scores.ts";
export { claimSentence, formatP } from "./claims.ts";
