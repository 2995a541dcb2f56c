/** Structure: what an intervention taught about the target's parents. */

import { z } from "zod";
import type { Beliefs } from "../environment/mod.ts";
import { clamp, knowsParents, requireNumber, type RewardComponent } from "./component.ts";

const options = {
  form: z.enum(["entropy", "log_probability"]).default("entropy").describe(
    "relative drop of the belief's entropy, or of its surprise at the true parents (privileged)",
  ),
};

/** Relative drop of the posterior's entropy, or of its surprise at the true parents. */
export const structure: RewardComponent<"structure", typeof options> = {
  name: "structure",
  rewards: "what was learned about the target's parents",
  weight: 0,
  options,
  needsBeliefs: () => true,
  knows: ({ form }, knowledge) => knowsParents(form === "log_probability", knowledge),
  learned({ observation, owners, after, truth }, { form }) {
    const before = observation.beliefs;
    if (before === undefined) return null;
    const { width, sizes, targets } = observation.problems;
    const surprise = (beliefs: Beliefs, at: number, e: number) =>
      parentSurprise(
        beliefs.parent.subarray(at * width, at * width + sizes[e]),
        (variable) => truth.isParent(e, variable),
        targets[e],
      );
    return Float64Array.from(
      owners,
      (e, k) =>
        form === "entropy"
          ? structureReward(before.entropy[e], after.entropy[k])
          : structureReward(surprise(before, e, e), surprise(after, k, e)),
    );
  },
};

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
