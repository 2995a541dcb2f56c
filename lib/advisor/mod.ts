/**
 * The advisor: a trained policy proposes the next intervention in somebody's own experiment, from a problem file and a data file.
 * @module
 */

export { EFFECT_PRIOR, expectedTarget } from "./advice.ts";
export type { Advice, EffectEstimate, Recommendation, Suggestion } from "./answer.ts";
export {
  type AskOptions,
  Campaign,
  type CampaignAnswer,
  readCampaign,
  type StartOptions,
} from "./campaign/campaign.ts";
export type { CampaignEvent } from "./campaign/events.ts";
export type { CampaignState, FinishedExperiment, RunningExperiment, ToldGroup } from "./campaign/state.ts";
export { campaignCsv } from "./campaign/table.ts";
export { readAssignments } from "./campaign/words.ts";
export { type ExperimentData, readData } from "./data.ts";
export { DataError } from "./error.ts";
export type { PlannedSetting } from "./outcomes.ts";
export { type ExperimentProblem, type ExperimentVariable, parseProblem, PROBLEM_KEYS, readProblem } from "./problem.ts";
export { type EstimatedMean, SURELY } from "./responses.ts";
export { type ExperimentRows, type MadeIntervention, recordedRows } from "./rows.ts";
export { DEFAULT_CHECKPOINT, type ExperimentSession, openSession, restoreSession } from "./session.ts";
export type { KnownGraph, OutcomeLimit, ProblemRules, SettingConstraint } from "./rules/keys.ts";
export type { LimitChance, Spending } from "./rules/judge.ts";
export type { Stopping } from "./rules/stop.ts";
export type { StoredSession } from "./stored.ts";
export { type SimulatedSession, type SimulatedStep, simulateSession } from "./simulate.ts";
export { campaignHandler } from "./service/http.ts";
export { serveMcp } from "./service/mcp.ts";
export type { SetSetting } from "./sets.ts";
export type { MeasuredRow } from "./told.ts";
