/** Exploration: how rarely a variable and a region of its domain were tried. */

import { z } from "zod";
import { NONE, scale, wasSet } from "../environment/mod.ts";
import { type Candidates, clamp, meanOverMembers, requireNumber, type RewardComponent } from "./component.ts";

const options = {
  regions: z.int().min(1).default(3).describe(
    "parts of a variable's domain that are counted apart; 1 counts variables",
  ),
};

/** 1 − how often this variable, and this region of its domain, was tried; the mean over the variables of a set. */
export const exploration: RewardComponent<"exploration", typeof options> = {
  name: "exploration",
  rewards: "how rarely this variable and value were tried",
  weight: 0,
  options,
  needsBeliefs: () => false,
  knows: () => undefined,
  judge: ({ observation, owners, actions }, { regions }) =>
    meanOverMembers(owners, actions, (e, at) => explorationReward(...earlier(observation, e, actions, at, regions))),
};

/** Interventions of episode e on the variable at place k of the candidates, those of them in its region, and all. */
function earlier(
  { history, problems }: Candidates["observation"],
  e: number,
  actions: Candidates["actions"],
  k: number,
  regions: number,
): [onVariable: number, inRegion: number, total: number] {
  const variable = actions.variable[k];
  const cell = e * problems.width + variable;
  const region = regionOf(actions.value[k], regions);
  let total = 0;
  let onVariable = 0;
  let inRegion = 0;
  for (let row = e * history.capacity; row < e * history.capacity + history.rows; row++) {
    if (history.intervened[row] === NONE) continue;
    total++;
    if (!wasSet(history, row, variable, problems.width)) continue;
    onVariable++;
    const value = history.values[row * problems.width + variable];
    if (regionOf(scale(value, problems.low[cell], problems.high[cell]), regions) === region) inRegion++;
  }
  return [onVariable, inRegion, total];
}

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
