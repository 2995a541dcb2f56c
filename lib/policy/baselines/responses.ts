/** Play on beliefs about the response to each variable: expected improvement, upper confidence bounds, Thompson sampling. */

import { type Actions, type Observation } from "../../environment/mod.ts";
import { logImprovement } from "../../numeric/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { drawResponse, predictResponse, type ResponseFit } from "../../surrogate/mod.ts";
import type { Policy } from "../types.ts";
import { decide } from "./arms.ts";

/** What is believed of an episode's responses, and which variables they belong to. */
export interface Believed {
  readonly fit: ResponseFit;
  /** `[fitted]` index among the observed variables. */
  readonly variables: readonly number[];
}

/** Beliefs about every candidate of one episode, `[variables, values]`. */
interface Candidates extends Believed {
  readonly values: Float64Array;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** The best posterior mean at a point already tried, or doing nothing (0). */
  readonly incumbent: number;
}

/** How candidates are chosen among. */
export interface Acquisition {
  /** `[variables, values]`; the greatest is played. */
  scores(candidates: Candidates, stream: Stream): Float64Array;
  /** Whether the scores are drawn, so that the probability of an action has no closed form. */
  readonly random: boolean;
}

/**
 * The logarithm of `E[max(f − incumbent − margin, 0)]` (Jones, Schonlau & Welch 1998, equation 15), accurate where the
 * improvement itself is too small for a number.
 * @throws RangeError if the margin is negative
 */
export function expectedImprovement(name: string, margin: number): Acquisition {
  if (!(margin >= 0)) throw new RangeError(`${name}: cannot use a margin of ${margin}: it must be ≥ 0`);
  return {
    random: false,
    scores: ({ mean, sd, incumbent }) =>
      mean.map((centre, k) => {
        const gap = centre - incumbent - margin;
        return sd[k] > 0 ? Math.log(sd[k]) + logImprovement(gap / sd[k]) : Math.log(Math.max(0, gap));
      }),
  };
}

/**
 * Posterior mean + c standard deviations (Srinivas et al. 2010).
 * @throws RangeError if c is negative
 */
export function upperBound(name: string, c: number): Acquisition {
  if (!(c >= 0)) throw new RangeError(`${name}: cannot explore with c = ${c}: it must be ≥ 0`);
  return { random: false, scores: ({ mean, sd }) => mean.map((centre, k) => centre + c * sd[k]) };
}

/**
 * One joint draw of each response (Thompson 1933).
 * @param temperature multiplies the draw's distance from the posterior mean; 1 is textbook
 * @throws RangeError if the temperature is not positive
 */
export function thompsonSampling(name: string, temperature: number): Acquisition {
  if (!(temperature > 0)) {
    throw new RangeError(`${name}: cannot sample at temperature ${temperature}: it must be > 0`);
  }
  return {
    random: true,
    scores({ fit, variables, values, mean }, stream) {
      const scores = Float64Array.from(mean);
      variables.forEach((_, i) => {
        drawResponse(fit, i, values, stream).forEach((drawn, k) => {
          const at = i * values.length + k;
          scores[at] += temperature * (drawn - mean[at]);
        });
      });
      return scores;
    },
  };
}

/**
 * Plays the candidate that the acquisition scores highest; recommends the one of greatest posterior mean.
 * @param values candidates for each variable, equally spaced from one end of the domain to the other: ≥ 2
 * @param believe what is believed of episode `e`
 * @throws RangeError if the number of values is out of range
 */
export function responsePolicy(
  name: string,
  values: number,
  acquisition: Acquisition,
  believe: (observation: Observation, e: number) => Believed,
): Policy {
  if (!Number.isInteger(values) || values < 2) {
    throw new RangeError(`${name}: cannot use ${values} values for each variable: it must be a whole number ≥ 2`);
  }
  const grid = Float64Array.from({ length: values }, (_, k) => -1 + 2 * k / (values - 1));
  return {
    name,
    act: (observation, streams) =>
      decide(observation.problems, (e) => {
        const candidates = candidatesOf(believe(observation, e), grid);
        const { logProb, ...action } = choose(name, candidates, acquisition.scores(candidates, streams[e]), streams[e]);
        return { ...action, logProb: acquisition.random ? NaN : logProb };
      }),
    recommend: (observation): Actions =>
      decide(observation.problems, (e) => {
        const candidates = candidatesOf(believe(observation, e), grid);
        return choose(name, candidates, candidates.mean, null);
      }),
  };
}

function candidatesOf({ fit, variables }: Believed, values: Float64Array): Candidates {
  const mean = new Float64Array(variables.length * values.length);
  const sd = new Float64Array(mean.length);
  let incumbent = 0;
  for (let i = 0; i < variables.length; i++) {
    const tried = fit.variables[i].trials.at;
    const points = new Float64Array(values.length + tried.length);
    points.set(values);
    points.set(tried, values.length);
    const beliefs = predictResponse(fit, i, points);
    mean.set(beliefs.mean.subarray(0, values.length), i * values.length);
    sd.set(beliefs.sd.subarray(0, values.length), i * values.length);
    for (let k = values.length; k < points.length; k++) incumbent = Math.max(incumbent, beliefs.mean[k]);
  }
  return { fit, variables, values, mean, sd, incumbent };
}

/** The candidate with the greatest score; ties are broken uniformly by `stream`, without one by order. */
function choose(
  name: string,
  { variables, values }: Candidates,
  scores: Float64Array,
  stream: Stream | null,
): { readonly variable: number; readonly value: number; readonly logProb: number } {
  let best: number[] = [];
  for (let k = 0; k < scores.length; k++) {
    if (Number.isNaN(scores[k])) throw new RangeError(`${name}: the score of a candidate is not a number`);
    if (best.length === 0 || scores[k] > scores[best[0]]) best = [k];
    else if (scores[k] === scores[best[0]]) best.push(k);
  }
  if (best.length === 0) throw new RangeError(`${name}: no variable may be set`);
  const k = best.length === 1 || stream === null ? best[0] : stream.choice(best);
  return {
    variable: variables[Math.floor(k / values.length)],
    value: values[k % values.length],
    logProb: -Math.log(best.length),
  };
}

/**
 * Keeps the last answer for each episode while its observational rows are the same: they are the only data that the answer
 * may depend on.
 */
export function rememberedByRows<Answer>(
  compute: (observation: Observation, e: number) => Answer,
): (observation: Observation, e: number) => Answer {
  const kept = new Map<number, { readonly cross: Float64Array; readonly answer: Answer }>();
  return (observation, e) => {
    const cells = observation.problems.width ** 2;
    const cross = observation.statistics.obsCross.slice(e * cells, (e + 1) * cells);
    const last = kept.get(e);
    if (last?.cross.length === cells && last.cross.every((value, k) => value === cross[k])) return last.answer;
    const answer = compute(observation, e);
    kept.set(e, { cross, answer });
    return answer;
  };
}
