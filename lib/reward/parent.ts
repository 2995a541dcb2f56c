/** Parent: whether a direct cause of the target was intervened on. */

import { z } from "zod";
import { clamp, knowsParents, meanOverMembers, requireNumber, type RewardComponent } from "./component.ts";

const options = {
  form: z.enum(["belief", "membership"]).default("belief").describe(
    "belief that the variable is a parent, or whether it is one (privileged)",
  ),
};

/** The belief in the intervened variable, or its membership of the true parents; the mean over the variables of a set. */
export const parent: RewardComponent<"parent", typeof options> = {
  name: "parent",
  rewards: "whether a parent of the target was intervened on",
  weight: 0,
  options,
  needsBeliefs: ({ form }) => form === "belief",
  knows: ({ form }, knowledge) => knowsParents(form === "membership", knowledge),
  judge({ observation: { beliefs, problems }, owners, actions, truth }, { form }) {
    if (form === "membership") {
      return meanOverMembers(owners, actions, (e, at) => parentReward(truth.isParent(e, actions.variable[at]) ? 1 : 0));
    }
    if (beliefs === undefined) return null;
    return meanOverMembers(
      owners,
      actions,
      (e, at) => parentReward(beliefs.parent[e * problems.width + actions.variable[at]]),
    );
  },
};

/**
 * Parent: belief that the intervened variable is a direct cause of the target, or (privileged) 1 if it is and 0 if not.
 * @returns in [0, 1]
 * @throws RangeError if the belief is not a number
 */
export function parentReward(belief: number): number {
  return clamp(requireNumber(belief, "a belief"), 0, 1);
}
