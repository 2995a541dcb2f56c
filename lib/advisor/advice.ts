/** From rows to what a session answers. */

import type { Observation } from "../environment/mod.ts";
import { type LinePosterior, linePosterior, type RegressionPrior } from "../policy/mod.ts";
import type { Surrogate } from "../surrogate/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import { beliefsOf } from "./beliefs.ts";
import type { Advice, Answer, EffectEstimate, Question, Recommendation } from "./answer.ts";
import { choose, planned } from "./choices.ts";
import { openDesk, unitOf } from "./desk.ts";
import { DataError } from "./error.ts";
import { healthOf } from "./health.ts";
import { observationOf } from "./observe.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { EstimatedMean } from "./responses.ts";
import type { ExperimentRows } from "./rows.ts";

/** Of 12 priors, the one with the best log score on validation problems of the tracks `linear` and `scarce` together. */
export const EFFECT_PRIOR: RegressionPrior = { observational: true, slopeSd: 0.5, shrinkage: 0, noise: 1 };

const Z95 = 1.959963984540054;

/**
 * @param surrogate says how probable each variable is a direct cause of the target
 * @throws {DataError} with too few rows, or numbers that cannot be worked with
 */
export function adviceOn(
  problem: ExperimentProblem,
  rows: ExperimentRows,
  opened: OpenedPolicy,
  surrogate: Surrogate,
  { count, experiments = 0, running = [] }: Question,
): Answer {
  const { variables, target, objective, worth } = problem;
  const observation = observationOf(problem, rows);
  const { statistics, history, step, horizon, problems } = observation;
  const targetIndex = problems.targets[0];
  const observationalRows = statistics.obsCount[0];
  const { parent } = beliefsOf(surrogate, observation);
  const desk = openDesk(problem, rows, observation, opened, running);
  const effects = effectsOf(problem, observation, desk.bent);
  const { suggestions, recommendation, cautions } = choose(desk, count);
  const gain = gainOf(recommendation, desk.observed, problems.signs[0]);
  const left = Math.max(0, horizon - step);
  const advice: Advice = {
    problem: problem.name,
    target: { name: target, ...unitOf(problem, targetIndex), objective },
    observed: desk.observed,
    rows: { observational: observationalRows, interventional: history.rows - observationalRows },
    interventions: { made: step, left },
    final: left === 0,
    suggestions,
    recommendation,
    gain,
    ...(worth === undefined ? {} : { stopping: desk.stopping(recommendation, worth) }),
    ...(desk.spending === null ? {} : { spending: desk.spending }),
    cautions: [...healthOf(problem, rows, desk.bent), ...cautions],
    parents: variables.flatMap(({ name }, v) => v === targetIndex ? [] : [{ variable: name, probability: parent[v] }])
      .sort((a, b) => b.probability - a.probability),
    parentsBy: surrogate.name,
    parentsCaution: parentsCaution(surrogate.name, variables.length, desk.bent.size),
    effects,
    mostUncertain: effects[0].variable,
  };
  checkFinite(advice, problem.name);
  return { advice, plan: planned(desk, Math.min(experiments, Math.max(0, left - running.length)), recommendation) };
}

/** The difference of two means whose errors have nothing to do with each other. */
function gainOf({ expected }: Recommendation, observed: EstimatedMean, sign: number): EstimatedMean {
  if (expected === observed) return { value: 0, low: 0, high: 0 };
  const value = sign * (expected.value - observed.value);
  const [up, down] = sign > 0
    ? [expected.high - expected.value, expected.value - expected.low]
    : [expected.value - expected.low, expected.high - expected.value];
  const [above, below] = [observed.high - observed.value, observed.value - observed.low];
  return { value, low: value - Math.hypot(down, above), high: value + Math.hypot(up, below) };
}

function effectsOf(
  problem: ExperimentProblem,
  observation: Observation,
  bent: ReadonlySet<number>,
): readonly EffectEstimate[] {
  const lines = linePosterior(observation, EFFECT_PRIOR);
  return problem.variables
    .flatMap(({ domain }, v) => domain === null ? [] : [effectOf(problem, observation, lines, v, bent.has(v))])
    .sort((a, b) => b.overDomain.sd - a.overDomain.sd);
}

/** Variables beyond which the neural probabilities add up to parents that are none. */
const MANY_VARIABLES = 30;

function parentsCaution(by: string, variables: number, bent: number): string | null {
  if (variables > MANY_VARIABLES) {
    return `with more than ${MANY_VARIABLES} variables many small probabilities add up to direct causes that are none: ` +
      "read the order, not the sum";
  }
  if (bent === 0) return null;
  return by === "exact"
    ? "they come from straight lines, and a response bends: they can be sure and wrong, the more so the more rows there are"
    : "responses bend, and they were mostly learned on straight lines";
}

/** @throws {DataError} if a number came out that is none */
function checkFinite(value: unknown, problem: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DataError(
      `${problem}: the numbers are too large or too small to be worked with; write them in units in which they are near 1`,
    );
  }
  if (typeof value === "object" && value !== null) Object.values(value).forEach((item) => checkFinite(item, problem));
}

/** Posterior mean of the target's mean under an intervention in one episode of a batch, with its 95 % interval. */
export function expectedTarget(
  { problems, statistics }: Observation,
  lines: LinePosterior,
  episode: number,
  variable: number,
  value: number,
): EstimatedMean {
  const target = episode * problems.width + problems.targets[episode];
  const i = episode * problems.width + variable;
  const x = (value - lines.origin[i]) / lines.unit[i];
  const gain = lines.intercept[i] + lines.slope[i] * x;
  const variance = lines.interceptVariance[i] + x * (2 * lines.covariance[i] + x * lines.slopeVariance[i]);
  const mean = statistics.centre[target] + problems.signs[episode] * statistics.spread[target] * gain;
  const half = Z95 * statistics.spread[target] * Math.sqrt(Math.max(0, variance));
  return { value: mean, low: mean - half, high: mean + half };
}

function effectOf(
  { variables }: ExperimentProblem,
  { problems, statistics }: Observation,
  lines: LinePosterior,
  variable: number,
  bent: boolean,
): EffectEstimate {
  const scale = statistics.spread[problems.targets[0]] / lines.unit[variable];
  const slope = problems.signs[0] * scale * lines.slope[variable];
  const sd = scale * Math.sqrt(lines.slopeVariance[variable]);
  const width = problems.high[variable] - problems.low[variable];
  return {
    variable: variables[variable].name,
    slope: { value: slope, low: slope - Z95 * sd, high: slope + Z95 * sd },
    overDomain: { value: slope * width, sd: sd * width },
    bent,
  };
}
