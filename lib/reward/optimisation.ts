/** Optimisation: how good the outcome of an intervention is. */

import { z } from "zod";
import { attainable, type Objective, type OutcomeModel } from "../scm/mod.ts";
import { adaptiveReward, type TargetScale, targetScale } from "./adaptive.ts";
import { type Candidates, requireNumber, type RewardComponent } from "./component.ts";

const options = {
  form: z.enum(["optimum", "adaptive"]).default("optimum").describe(
    "between the worst and the best intervention (privileged), or on the scale of the targets seen so far",
  ),
};

/** The outcome between those of the worst and the best intervention, or on the scale of what was seen. */
export const optimization: RewardComponent<"optimization", typeof options> = {
  name: "optimization",
  rewards: "how good the intervention's outcome is",
  weight: 1,
  options,
  needsBeliefs: () => false,
  knows({ form }, { outcome }) {
    const known = [
      ...(outcome === "expected" ? ["the expected outcome"] : []),
      ...(form === "optimum" ? ["the best and the worst intervention"] : []),
    ];
    return known.length > 0 ? known.join(", ") : undefined;
  },
  judge: (candidates, { form }) => form === "optimum" ? betweenExtremes(candidates) : onScaleSeen(candidates),
};

function betweenExtremes({ owners, outcome, truth }: Candidates): Float64Array {
  return outcome.map((y, k) => {
    const { scm, outcomes } = truth.problemOf(owners[k]);
    return optimisationReward(y, outcomes, scm.objective);
  });
}

function onScaleSeen({ observation: { problems, history }, owners, outcome }: Candidates): Float64Array {
  const scales = new Map<number, TargetScale>();
  return outcome.map((y, k) => {
    const e = owners[k];
    const scale = scales.get(e) ?? targetScale(history, e, problems.width, problems.targets[e]);
    scales.set(e, scale);
    return adaptiveReward(y, scale, problems.signs[e]);
  });
}

/** How far the reward may leave [0, 1] for outcomes worse than the worst or better than the best expected one. */
const MARGIN = 0.25;

/** `x` itself in [0, 1]; outside it bends smoothly towards −MARGIN and 1 + MARGIN. Continuously differentiable. */
function saturate(x: number): number {
  if (x < 0) return MARGIN * Math.tanh(x / MARGIN);
  return x > 1 ? 1 + MARGIN * Math.tanh((x - 1) / MARGIN) : x;
}

/**
 * 0 at the worst expected intervention, ½ at doing nothing, 1 at the best one, linear between them and saturating smoothly
 * outside: monotone and continuous in the outcome, and unchanged by any affine rescaling of the target. If doing nothing is
 * itself better than the best or worse than the worst intervention, the line runs straight from worst to best.
 * @param outcome expected or sampled target under the intervention, in the target's own unit; may be infinite
 * @returns in (−0.25, 1.25); 0.5 if no intervention makes a difference
 * @throws RangeError if the outcome is not a number
 */
export function optimisationReward(outcome: number, outcomes: OutcomeModel, objective: Objective): number {
  requireNumber(outcome, "an outcome");
  const sign = objective === "maximize" ? 1 : -1;
  const extremes = attainable(outcomes);
  const best = sign * extremes.best;
  const worst = sign * extremes.worst;
  const idle = sign * outcomes.observational;
  const value = sign * outcome;
  if (!(best > worst)) return 0.5;
  if (!(idle > worst && idle < best)) return saturate((value - worst) / (best - worst));
  return saturate(value >= idle ? 0.5 + 0.5 * (value - idle) / (best - idle) : 0.5 * (value - worst) / (idle - worst));
}
