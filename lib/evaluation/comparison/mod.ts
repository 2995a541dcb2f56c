/**
 * Comparison of several models on the same problems by one metric: every pair with its tests and corrections, rankings with
 * their uncertainty, rliable's aggregates and profiles, and the sentences that may be said.
 */
export { compare, type CompareOptions, type Comparison, type ModelSummary } from "./compare.ts";
export { comparePairs, type NamedPair, type PairComparison, type PairOptions } from "./pairs.ts";
export { type OmnibusTests, omnibusTests, type RankedModel, rankModels, type WinMatrix, winMatrix } from "./ranking.ts";
export { type Environments, type ModelScores, type ScoreTable, scoreTable } from "./scores.ts";
export { claimSentence, formatP, isJudged, type JudgedPair } from "./claims.ts";
export { differenceTest, judgeFamily, type Judgement, reversed, type Verdict } from "./verdicts.ts";
