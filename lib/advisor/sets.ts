/** Suggestions where several variables are set at once: sets that the policy would choose, and what is expected of them. */

import { chosenOf, nearestValue, type Observation, unscale } from "../environment/mod.ts";
import { slotsOf } from "../policy/mod.ts";
import { fitSetProcess } from "../surrogate/mod.ts";
import { computeNow } from "../tensor/mod.ts";
import { createStream } from "../random/mod.ts";
import { unwarpedGain } from "../surrogate/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { EstimatedMean } from "./responses.ts";

/** One variable of a set and its value, in its own unit. */
export interface SetSetting {
  readonly variable: string;
  readonly value: number;
  readonly unit?: string;
}

/** A set that the policy would choose. */
export interface RankedSet {
  readonly settings: readonly SetSetting[];
  /** How often the policy would choose it, in this order of its variables. */
  readonly probability: number;
  readonly expected: EstimatedMean;
}

/** Sets that are drawn, and ranked by their probability; the mode is among them. */
const DRAWN = 400;
const Z95 = 1.959963984540054;
/** What is believed of sets: smooth responses that add up, with products, around half of what observation says. */
const BELIEF = { shape: "bend", averaged: 6 } as const;

/**
 * The sets that the policy prefers, what it prefers first. They are the most probable of many that it draws, always the same ones
 * for the same rows: all sets are too many to be listed.
 */
export function rankedSets(
  problem: ExperimentProblem,
  observation: Observation,
  { policy }: OpenedPolicy,
): RankedSet[] {
  const views = policy.viewsOf(observation);
  const slots = slotsOf(views);
  const stream = createStream(0).child("suggestions");
  const drawn = policy.draw(views, DRAWN, [stream]);
  const mode = policy.draw(views, 1, null);
  const variable = Int32Array.of(...mode.variable, ...drawn.variable);
  const value = Float64Array.of(...mode.value, ...drawn.value);
  const actions = { perView: DRAWN + 1, slots, variable, value };
  const logProb = computeNow(() => policy.score(views, actions).logProb);
  const expected = setExpectations(problem, observation);
  const found = new Map<string, RankedSet>();
  logProb.forEach((log, k) => {
    const chosen = [...chosenOf(variable, k, slots)];
    const settings = chosen.map((v, place) => settingOf(problem, v, value[k * slots + place]));
    const key = JSON.stringify(settings);
    if (!found.has(key)) found.set(key, { settings, probability: Math.exp(log), expected: expected(settings) });
  });
  return [...found.values()].sort((a, b) => b.probability - a.probability);
}

function settingOf({ variables }: ExperimentProblem, v: number, scaled: number): SetSetting {
  const { name, unit, domain } = variables[v];
  if (domain === null) throw new RangeError(`${name} cannot be set`);
  const [low, high] = domain.kind === "interval"
    ? [domain.low, domain.high]
    : [domain.values[0], domain.values[domain.values.length - 1]];
  const own = unscale(scaled, low, high);
  return {
    variable: name,
    value: domain.kind === "values" ? nearestValue(own, domain.values) : own,
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Mean of the target under a set with its 95 % interval, by a Gaussian process over all sets made. */
export function setExpectations(
  { variables }: ExperimentProblem,
  observation: Observation,
): (settings: readonly SetSetting[]) => EstimatedMean {
  const { problems, statistics } = observation;
  const belief = fitSetProcess(observation, 0, BELIEF);
  const target = problems.targets[0];
  const [centre, spread, sign] = [statistics.centre[target], statistics.spread[target], problems.signs[0]];
  return (settings) => {
    const point = new Float64Array(variables.length).fill(NaN);
    for (const { variable, value } of settings) {
      const v = variables.findIndex(({ name }) => name === variable);
      point[v] = 2 * (value - problems.low[v]) / (problems.high[v] - problems.low[v]) - 1;
    }
    const [mean, sd] = [belief.mean(point), belief.sd(point)];
    const at = (gain: number) => centre + sign * spread * unwarpedGain(gain);
    const ends = [at(mean - Z95 * sd), at(mean + Z95 * sd)];
    return { value: at(mean), low: Math.min(...ends), high: Math.max(...ends) };
  };
}

/** What to settle for among sets: the first, unless surely more is expected of another. */
export function settleAmong(
  sets: readonly RankedSet[],
  sign: number,
): { readonly settled: RankedSet; readonly reason: string | null } {
  const [first] = sets;
  const floor = ({ low, high }: EstimatedMean) => sign > 0 ? low : -high;
  const ceiling = ({ low, high }: EstimatedMean) => sign > 0 ? high : -low;
  const best = sets.reduce((a, b) => floor(b.expected) > floor(a.expected) ? b : a);
  if (!(floor(best.expected) > ceiling(first.expected))) return { settled: first, reason: null };
  return { settled: best, reason: `the policy would set ${setText(first.settings)}, of which surely less is expected` };
}

/** `heat = 30 °C; feed = 4`. */
export function setText(settings: readonly SetSetting[]): string {
  return settings.map(({ variable, value, unit }) =>
    `${variable} = ${Number(value.toPrecision(4))}${unit === undefined ? "" : ` ${unit}`}`
  ).join("; ");
}
