/**
 * What setting a variable is expected to do, wherever its response bends: the beliefs of a policy that plays on such beliefs, and
 * beside other policies Gaussian processes around what observation says, averaged over shapes, noises and sources of that prior
 * by evidence (`lib/surrogate/response`).
 */

import { NONE, type Observation, unscale } from "../environment/mod.ts";
import type { BelievedResponses } from "../policy/mod.ts";
import { type Domain } from "../scm/mod.ts";
import {
  fitResponses,
  gatherTrials,
  observationalPriors,
  predictResponse,
  RESPONSE_MODEL,
  unwarpedGain,
} from "../surrogate/mod.ts";
import type { ExperimentProblem } from "./problem.ts";

/** A mean and the ends of its 95 % interval. */
export interface EstimatedMean {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A setting and what is expected of it. */
export interface ExpectedSetting {
  /** Index of the variable; `null`: setting nothing. */
  readonly variable: number | null;
  /** In the variable's own unit. */
  readonly value: number | null;
  readonly expected: EstimatedMean;
}

/** What is expected of every setting. */
export interface Responses {
  /** Mean of the target when a variable is set to values in its own unit. */
  expected(variable: number, values: readonly number[]): EstimatedMean[];
  /** The best of all settings, over 33 values of an interval, and of doing nothing, by expected value alone. */
  readonly best: ExpectedSetting;
  /**
   * What to settle for instead of a setting: the one of which surely more is expected, by {@linkcode SURELY} posterior standard
   * deviations, or doing nothing; the setting itself if there is none. This keeps what a policy has learned where curves know
   * little, and leaves its choice where a response bends (docs/trust.md has the figures).
   */
  settle(variable: number, value: number): ExpectedSetting;
  /** Variables whose response is no straight line, as far as the data tell. */
  readonly bent: ReadonlySet<number>;
}

/** Observational rows that priors are made of: the regression takes no more. */
const MOST_ROWS = 400;
/** Values of an interval that are compared. */
const VALUES = 33;
const Z95 = 1.959963984540054;
/** Posterior standard deviations between a response and its chord that count as a bend. */
const BENT = 2;
/** Posterior standard deviations by which another setting must be better: the best of .5, 1, 1.5 and 2 on validation problems. */
export const SURELY = 1.5;

/** Mean and standard deviation of a variable's response at scaled values, gains warped. */
interface Curves {
  predict(variable: number, scaled: Float64Array): { readonly mean: Float64Array; readonly sd: Float64Array };
  /** Half of a 95 % interval in standard deviations. */
  readonly halfInterval: number;
}

/** Gaussian processes around what observation says. */
function fittedCurves(observation: Observation, settable: readonly number[]): Curves {
  const priors = observationalPriors(thinned(observation), 0, settable, "hedged");
  const trials = gatherTrials(observation, 0);
  const fit = fitResponses(settable.map((v, i) => ({ trials: trials[v], priors: priors[i] })), RESPONSE_MODEL);
  return {
    predict: (variable, scaled) => predictResponse(fit, settable.indexOf(variable), scaled),
    halfInterval: Z95,
  };
}

/** The beliefs of a policy, which are straight between the values that it knows. */
function believedCurves({ cells, mean, sd, halfInterval }: BelievedResponses): Curves {
  const at = (data: Float32Array, variable: number, scaled: Float64Array) =>
    scaled.map((value) => {
      const place = (value + 1) * (cells - 1) / 2;
      const left = Math.max(0, Math.min(cells - 2, Math.floor(place)));
      const from = variable * cells + left;
      return data[from] + (place - left) * (data[from + 1] - data[from]);
    });
  return {
    predict: (variable, scaled) => ({ mean: at(mean, variable, scaled), sd: at(sd, variable, scaled) }),
    halfInterval,
  };
}

/**
 * The target's expected response to every variable that can be set, from all rows of an observation.
 * @param observation of one episode
 * @param observed mean of the target over the rows in which nothing was set
 * @param believed of the policy that was asked; null: it has no beliefs of its own
 * @param allowed whether a setting may be settled for
 */
export function responsesOf(
  problem: ExperimentProblem,
  observation: Observation,
  observed: EstimatedMean,
  believed: BelievedResponses | null,
  allowed: (variable: number, value: number) => boolean = () => true,
): Responses {
  const { problems, statistics } = observation;
  const target = problems.targets[0];
  const sign = problems.signs[0];
  const settable = [...problems.settable.keys()].filter((v) => problems.settable[v] === 1);
  const curves = believed === null ? fittedCurves(observation, settable) : believedCurves(believed);

  const predict = (variable: number, values: readonly number[]) => {
    const low = problems.low[variable];
    const width = problems.high[variable] - low;
    const scaled = Float64Array.from(values, (value) => Math.max(-1, Math.min(1, 2 * (value - low) / width - 1)));
    return { scaled, ...curves.predict(variable, scaled) };
  };
  const inUnits = (gain: number) => statistics.centre[target] + sign * statistics.spread[target] * unwarpedGain(gain);
  const expected = (variable: number, values: readonly number[]): EstimatedMean[] => {
    const { mean, sd } = predict(variable, values);
    return values.map((_, k) => {
      const half = curves.halfInterval * sd[k];
      const ends = [inUnits(mean[k] - half), inUnits(mean[k] + half)];
      return { value: inUnits(mean[k]), low: Math.min(...ends), high: Math.max(...ends) };
    });
  };
  let best: ExpectedSetting = { variable: null, value: null, expected: observed };
  const nothing = best;
  const settings: (ExpectedSetting & { readonly mean: number; readonly sd: number })[] = [];
  const bent = new Set<number>();
  for (const variable of settable) {
    const values = candidates(problem.variables[variable].domain);
    const { scaled, mean, sd } = predict(variable, values);
    expected(variable, values).forEach((estimate, k) => {
      if (!allowed(variable, values[k])) return;
      const setting = { variable, value: values[k], expected: estimate };
      settings.push({ ...setting, mean: mean[k], sd: sd[k] });
      if (sign * estimate.value > sign * best.expected.value) best = setting;
    });
    const last = values.length - 1;
    const bends = values.some((_, k) => {
      const chord = mean[0] + (mean[last] - mean[0]) * (scaled[k] - scaled[0]) / (scaled[last] - scaled[0]);
      return Math.abs(mean[k] - chord) > BENT * sd[k];
    });
    if (bends) bent.add(variable);
  }
  const settle = (variable: number, value: number): ExpectedSetting => {
    const { mean: [mean], sd: [sd] } = predict(variable, [value]);
    const surest = settings.toSorted((a, b) => b.mean - SURELY * b.sd - (a.mean - SURELY * a.sd)).at(0);
    if (surest !== undefined && surest.mean - SURELY * surest.sd > Math.max(mean, 0)) {
      return { variable: surest.variable, value: surest.value, expected: surest.expected };
    }
    return mean + SURELY * sd < 0 ? nothing : { variable, value, expected: expected(variable, [value])[0] };
  };
  return { expected, best, settle, bent };
}

/** The values of a domain that are compared. */
function candidates(domain: Domain | null): number[] {
  if (domain === null) return [];
  if (domain.kind === "values") return [...domain.values];
  const { low, high } = domain;
  return Array.from({ length: VALUES }, (_, k) => unscale(2 * k / (VALUES - 1) - 1, low, high));
}

/** The observation with no more than {@linkcode MOST_ROWS} observational rows, evenly spread. */
function thinned(observation: Observation): Observation {
  const { history, problems: { width } } = observation;
  const observational: number[] = [];
  for (let row = 0; row < history.rows; row++) if (history.intervened[row] === NONE) observational.push(row);
  if (observational.length <= MOST_ROWS) return observation;
  const rows = Array.from(
    { length: MOST_ROWS },
    (_, k) => observational[Math.floor(k * observational.length / MOST_ROWS)],
  );
  const values = new Float64Array(MOST_ROWS * width);
  rows.forEach((row, k) => values.set(history.values.subarray(row * width, (row + 1) * width), k * width));
  const intervened = new Int32Array(MOST_ROWS).fill(-1);
  return { ...observation, history: { rows: MOST_ROWS, values, intervened, capacity: MOST_ROWS } };
}
