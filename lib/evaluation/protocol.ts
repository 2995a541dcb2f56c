/**
 * The paired protocol (DESIGN section 10): every method meets the same held-out problems, the same initial rows and the same
 * noise at the same step of the same problem, whatever else is in the batch.
 */

import {
  chosenOf,
  createEnvironment,
  type Environment,
  type EpisodeOptions,
  observedVariables,
  type Problem,
  scale,
} from "../environment/mod.ts";
import type { ActMode, Policy, PrivilegedBaseline } from "../policy/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  normalisedValue,
  outcomeModel,
  sampleProblem,
  type Scm,
  type ScmDistribution,
  type Split,
} from "../scm/mod.ts";
import { type BeliefSource, followBeliefs } from "../surrogate/mod.ts";
import type { EpisodeRecords } from "./records.ts";
import { runSteps, type Steps } from "./steps.ts";
import { createStructureRecords, recordStructureInto } from "./structure_records.ts";

/** Cells `[batch, width, width]` of one batch: bounds the memory of its statistics to some 50 MB. */
const BATCH_CELLS = 500_000;

/** A problem with a name of its own, which its random numbers hang on, and the family that it is counted with. */
export interface EvaluationProblem extends Problem {
  readonly key: string;
  readonly family: string;
}

/** How problems are played in an evaluation. */
export interface EvaluationOptions {
  /** The method's name in tables. */
  readonly method: string;
  readonly episode: EpisodeOptions;
  /** Equal streams give every method the same initial rows and the same noise. */
  readonly stream: Stream;
  readonly mode: ActMode;
  /** Where the beliefs come from that the policy sees and that are judged after each intervention. */
  readonly surrogate?: BeliefSource;
  /** Seconds on any monotone clock, to time decisions with; without one they are not timed. */
  readonly clock?: () => number;
}

/** Makes a policy for one batch of problems: an oracle, or one that keeps something in mind along its episodes. */
export type BatchPolicy = Pick<PrivilegedBaseline, "create">;

/** A given SCM as a problem of its own family. */
export function namedProblem(scm: Scm): EvaluationProblem {
  return { scm, outcomes: outcomeModel(scm), key: scm.name, family: scm.name };
}

/** One problem many times, each time with rows and noise of its own. */
export function repeatedProblem(problem: EvaluationProblem, repetitions: number): EvaluationProblem[] {
  return Array.from({ length: repetitions }, (_, k) => ({ ...problem, key: `${problem.key}-${k}` }));
}

/**
 * Problems number 0 … count − 1 of one split: more problems begin with the same ones, and no problem is in two splits.
 * @throws RangeError unless count is a whole number ≥ 1
 */
export function heldOutProblems(
  distribution: ScmDistribution,
  split: Split,
  count: number,
  stream: Stream,
): EvaluationProblem[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot draw ${count} ${split} problems: the number must be a whole number ≥ 1`);
  }
  const names = stream.child("problems").child(split);
  return Array.from({ length: count }, (_, k) => {
    const problem = sampleProblem(distribution, names.child(k));
    return { ...problem, key: `${split}-${k}`, family: familyOf(problem.scm) };
  });
}

/**
 * Plays every problem once.
 * @param policy a policy, or one that is made anew for each batch, e.g. an oracle
 * @throws RangeError without problems, or if two of them have one key
 */
export function evaluate(
  policy: Policy | BatchPolicy,
  problems: readonly EvaluationProblem[],
  options: EvaluationOptions,
): EpisodeRecords {
  return runSteps(evaluationSteps(policy, problems, options));
}

/** {@linkcode evaluate} as a computation in steps, one for each intervention of a batch. */
export function* evaluationSteps(
  policy: Policy | BatchPolicy,
  problems: readonly EvaluationProblem[],
  options: EvaluationOptions,
): Steps<EpisodeRecords> {
  if (problems.length === 0) throw new RangeError(`Cannot evaluate ${options.method} without problems`);
  checkKeys(problems);
  const records = createRecords(problems, options);
  const widths = problems.map((problem) => observedVariables(problem).length);
  let seconds = 0;
  for (let from = 0; from < problems.length;) {
    const to = batchEnd(widths, from);
    seconds += yield* playInto(records, policy, problems.slice(from, to), from, options);
    from = to;
  }
  return { ...records, secondsPerDecision: seconds / (problems.length * options.episode.horizon) };
}

/** The end of the batch that starts at `from`: as many problems as fit beside its widest one. */
function batchEnd(widths: readonly number[], from: number): number {
  let widest = 0;
  for (let to = from; to < widths.length; to++) {
    widest = Math.max(widest, widths[to]);
    if (to > from && (to - from + 1) * widest * widest > BATCH_CELLS) return to;
  }
  return widths.length;
}

/** Plays one batch into rows `from …` of the records; returns the seconds that its decisions took. */
function* playInto(
  records: EpisodeRecords,
  policy: Policy | BatchPolicy,
  problems: readonly EvaluationProblem[],
  from: number,
  { episode, stream, mode, surrogate, clock = () => NaN }: EvaluationOptions,
): Steps<number> {
  const player = "create" in policy ? policy.create(problems) : policy;
  const environment = createEnvironment(problems, episode);
  const streams = problems.map(({ key }) => stream.child(key));
  environment.reset(streams.map((own) => own.child("start")));
  const believe = followBeliefs(
    surrogate,
    problems,
    environment.observation.problems,
    () => streams.map((own) => own.child("beliefs")),
  );
  let observation = believe(environment.observation);
  const better = betterEnds(environment);
  let seconds = 0;
  for (let t = 0; t < episode.horizon; t++) {
    const started = clock();
    const actions = player.act(observation, streams.map((own) => own.child("choice").child(t)), mode);
    seconds += clock() - started;
    const outcomes = environment.step(actions, streams.map((own) => own.child("noise").child(t)));
    observation = believe(environment.observation);
    if (records.structure !== undefined) {
      recordStructureInto(records.structure, environment, observation, (e) => (from + e) * episode.horizon + t);
    }
    for (let e = 0; e < problems.length; e++) {
      const row = (from + e) * episode.horizon + t;
      const slots = actions.variable.length / problems.length;
      const chosen = chosenOf(actions.variable, e, slots);
      const { low, high, width } = environment.observation.problems;
      const scaled = Float64Array.from(chosen, (variable, place) => {
        const cell = e * width + variable;
        return scale(outcomes.rawValue[e * slots + place], low[cell], high[cell]);
      });
      records.variable[row] = chosen[0];
      records.rawValue[row] = outcomes.rawValue[e * slots];
      records.scaledValue[row] = scaled[0];
      records.sets?.variable.set(chosen, row * records.sets.slots);
      records.sets?.scaledValue.set(scaled, row * records.sets.slots);
      records.expected[row] = outcomes.expected[e];
      records.sampled[row] = outcomes.sampled[e];
      records.normalised[row] = normalised(problems[e], outcomes.expected[e]);
      records.isParent[row] = chosen.some((variable) => environment.isParent(e, variable)) ? 1 : 0;
      records.isBestVariable[row] = isBestSet(problems[e], chosen) ? 1 : 0;
      records.isRightSign[row] = chosen.every((v, place) => better[e * width + v] * scaled[place] > 0) ? 1 : 0;
    }
    yield;
  }
  const owners = Int32Array.from(problems, (_, e) => e);
  environment.expected(player.recommend(observation), owners).forEach((expected, e) => {
    records.recommendationNormalised[from + e] = normalised(problems[e], expected);
  });
  return seconds;
}

/** Whether the variables are just those of the best intervention. */
function isBestSet(problem: Problem, chosen: Int32Array): boolean {
  const { best, sets } = problem.outcomes;
  const variables = sets?.best.intervention.map(({ variable }) => variable) ?? [best.variable];
  const seen = observedVariables(problem);
  return chosen.length === variables.length && chosen.every((v) => variables.includes(seen[v]));
}

function normalised({ scm, outcomes }: Problem, expected: number): number {
  return normalisedValue(outcomes, scm.objective, expected);
}

/** `[episodes, width]` −1 or +1: the end of a variable's domain with the better expected target; 0 if there is none. */
function betterEnds(environment: Environment): Int8Array {
  const { episodes, width, settable, low, high, signs } = environment.observation.problems;
  const better = new Int8Array(episodes * width);
  for (let e = 0; e < episodes; e++) {
    const { outcomes } = environment.problemOf(e);
    observedVariables(environment.problemOf(e)).forEach((index, v) => {
      const cell = e * width + v;
      if (settable[cell] === 0) return;
      better[cell] = Math.sign(signs[e] * (outcomes.expected(index, high[cell]) - outcomes.expected(index, low[cell])));
    });
  }
  return better;
}

function createRecords(
  problems: readonly EvaluationProblem[],
  { method, episode, surrogate }: EvaluationOptions,
): EpisodeRecords {
  const steps = problems.length * episode.horizon;
  const slots = Math.max(...problems.map(({ setAtOnce }) => setAtOnce?.max ?? 1));
  return {
    method,
    problems: problems.length,
    horizon: episode.horizon,
    normalised: new Float64Array(steps),
    variable: new Int32Array(steps),
    rawValue: new Float64Array(steps),
    scaledValue: new Float64Array(steps),
    expected: new Float64Array(steps),
    sampled: new Float64Array(steps),
    recommendationNormalised: new Float64Array(problems.length),
    isParent: new Uint8Array(steps),
    isBestVariable: new Uint8Array(steps),
    isRightSign: new Uint8Array(steps),
    family: problems.map(({ family }) => family),
    sizes: Int32Array.from(problems, (problem) => observedVariables(problem).length),
    secondsPerDecision: 0,
    ...(slots === 1 ? {} : {
      sets: { slots, variable: new Int32Array(steps * slots).fill(-1), scaledValue: new Float64Array(steps * slots) },
    }),
    ...(surrogate === undefined
      ? {}
      : { structure: createStructureRecords(surrogate, problems.length, episode.horizon) }),
  };
}

/** @throws RangeError if two problems have one key */
function checkKeys(problems: readonly EvaluationProblem[]): void {
  const known = new Set<string>();
  for (const { key } of problems) {
    if (known.has(key)) throw new RangeError(`Two problems are named ${key}: they would meet the same noise`);
    known.add(key);
  }
}

/** The family of a sampled SCM, which is named after it: `chain-5`. */
/** Random SCMs are named by their family and size; any other is a family of its own. */
function familyOf({ name }: Scm): string {
  return /^(.+)-\d+$/.exec(name)?.[1] ?? name;
}
