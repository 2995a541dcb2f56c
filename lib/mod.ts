/**
 * Causal GRPO: policies that choose interventions on structural causal models, trained with Group Relative Policy Optimization
 * (Shao et al. 2024, arXiv:2402.03300).
 *
 * These are the names that a program needs first. Everything else is in the rooms, each with an entry of its own:
 * `@causal-grpo/causal-grpo/scm`, `/environment`, `/policy`, `/grpo`, `/evaluation`, `/theory`, `/report` …
 *
 * @example A shipped policy meets a model that it has never seen
 * ```ts
 * import { createEnvironment, createStream, openPolicy, outcomeModel, parseScm, useBackend } from "@causal-grpo/causal-grpo";
 *
 * await useBackend("auto");
 * const scm = parseScm(`
 * name: reactor
 * objective: maximize
 * target: yield
 * variables:
 *   heat: { noise: 1, domain: [-2, 3] }
 *   growth: { linear: { heat: 0.8 }, noise: 0.3, domain: [-1, 1] }
 *   yield: { linear: { growth: 2 }, noise: 0.5 }
 * `, "reactor.yaml");
 * const environment = createEnvironment([{ scm, outcomes: outcomeModel(scm) }], {
 *   observationalRows: 20,
 *   interventionalRows: 0,
 *   horizon: 5,
 *   rowsPerIntervention: 1,
 * });
 * const { policy } = openPolicy("linear");
 * const stream = createStream(0);
 * environment.reset([stream.child("start")]);
 * for (let step = 0; step < 5; step++) {
 *   const action = policy.act(environment.observation, [stream.child("choice").child(step)], "mode");
 *   environment.step(action, [stream.child("noise").child(step)]);
 * }
 * const answer = policy.recommend(environment.observation);
 * console.log(scm.variables[answer.variable[0]].name); // heat: it moves growth further than growth's own domain reaches
 * ```
 *
 * @module
 */

// Structural causal models.
export {
  createScm,
  formatScm,
  type Intervention,
  normalisedValue,
  type OutcomeModel,
  outcomeModel,
  parseScm,
  sampleProblem,
  sampleRows,
  type Scm,
} from "./scm/mod.ts";
export { createStream, type Stream } from "./random/mod.ts";

// The sequential problem, and who plays it.
export { createEnvironment, type Environment, type EpisodeOptions, type Observation } from "./environment/mod.ts";
export { useBackend } from "./tensor/mod.ts";
export { createExactSurrogate } from "./surrogate/mod.ts";
export { type OpenedPolicy, openPolicy, openScm, readTrack, type Track } from "./training/mod.ts";

// Training.
export { loadConfig } from "./config/mod.ts";
export { ConfigError } from "./input/mod.ts";
export { conclude, POLICY_TRAINING, startTraining, train } from "./training/mod.ts";

// Evaluation.
export { baselinePolicy, evaluate, heldOutProblems, summarise } from "./evaluation/mod.ts";
export { baselineContestants, comparePolicies, trainedContestant } from "./contest/mod.ts";

// An experiment of one's own.
export {
  Campaign,
  type ExperimentSession,
  openSession,
  parseProblem,
  readData,
  restoreSession,
} from "./advisor/mod.ts";
