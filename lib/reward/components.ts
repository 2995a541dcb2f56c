/** The components beside optimisation. Each is a pure, bounded function of plain numbers, and refuses what is not a number. */

/** Weights of the components in `R = Σ w_k r_k`. */
export interface RewardWeights {
  readonly optimization: number;
  readonly structure: number;
  readonly parent: number;
  readonly exploration: number;
}

/** The names of the components, in the order in which they are documented. */
export const COMPONENTS = ["optimization", "structure", "parent", "exploration"] as const satisfies readonly (
  keyof RewardWeights
)[];

export type ComponentName = (typeof COMPONENTS)[number];

/**
 * Exploration: 1 minus the mean of two shares, that of the earlier interventions on this variable and that of those on this
 * variable in this region of its domain. A new variable earns 1, a new region of a tried one more than a tried region.
 * @param onVariable earlier interventions on the variable, in `[0, total]`
 * @param inRegion those of them in the same region, in `[0, onVariable]`
 * @param total all earlier interventions
 * @returns in [0, 1]; 1 before the first intervention
 * @throws RangeError if a count is not a number
 */
export function explorationReward(onVariable: number, inRegion: number, total: number): number {
  const [variable, region, all] = [onVariable, inRegion, total].map((count) => requireNumber(count, "a count"));
  if (!(all > 0)) return 1;
  const share = (count: number) => clamp(Math.min(count, all) / all, 0, 1) || 0;
  return 1 - 0.5 * share(variable) - 0.5 * share(region);
}

/**
 * The region of a domain, scaled to [−1, 1], that a value lies in: one of `regions` of equal width, from 0.
 * @throws RangeError if the value is not a number
 */
export function regionOf(scaled: number, regions: number): number {
  const place = (clamp(requireNumber(scaled, "a value"), -1, 1) + 1) / 2;
  return Math.min(regions - 1, Math.floor(place * regions));
}

/**
 * Parent: belief that the intervened variable is a direct cause of the target, or (privileged) 1 if it is and 0 if not.
 * @returns in [0, 1]
 * @throws RangeError if the belief is not a number
 */
export function parentReward(belief: number): number {
  return clamp(requireNumber(belief, "a belief"), 0, 1);
}

/**
 * Structure: how much of an uncertainty an intervention removed, `(before − after) / before`; where it grew, minus the part
 * by which it would have to shrink again, so that going back and forth earns nothing.
 * @param before posterior's entropy, or (privileged) surprise at the true parents; at least 0, nats
 * @returns in [−1, 1]; 0 where nothing changed
 * @throws RangeError if an uncertainty is not a number
 */
export function structureReward(before: number, after: number): number {
  const from = Math.max(0, requireNumber(before, "an entropy"));
  const to = Math.max(0, requireNumber(after, "an entropy"));
  if (from === to) return 0;
  return to < from ? 1 - to / from : from / to - 1;
}

/** How far from 0 and 1 a belief counts at most: no single variable's surprise is above −log 1e-6, 13.8 nats. */
const LEAST_BELIEF = 1e-6;

/**
 * Surprise at the true parents, `−Σ log p_j` over parents and `−Σ log(1 − p_j)` over the others, nats: what the beliefs miss
 * to the log-probability 0 of a certain and right belief, with the variables taken as independent. False certainty is the
 * most surprised of all.
 * @param beliefs `[size]` probability that each variable is a parent
 * @param isParent whether variable j is
 * @param target left out
 * @throws RangeError if a belief is not a number
 */
export function parentSurprise(
  beliefs: Float64Array,
  isParent: (variable: number) => boolean,
  target: number,
): number {
  let surprise = 0;
  for (let j = 0; j < beliefs.length; j++) {
    if (j === target) continue;
    const p = clamp(requireNumber(beliefs[j], "a belief"), LEAST_BELIEF, 1 - LEAST_BELIEF);
    surprise -= Math.log(isParent(j) ? p : 1 - p);
  }
  return surprise;
}

/** @throws RangeError if `value` is not a number: a reward made of it would mean nothing */
export function requireNumber(value: number, what: string): number {
  if (Number.isNaN(value)) throw new RangeError(`Cannot reward ${what} that is not a number`);
  return value;
}

const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x));
