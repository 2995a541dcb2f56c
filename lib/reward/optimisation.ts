/** The privileged form of the optimisation component: how good an intervention's outcome is between the worst and the best one possible. */

import type { Objective, OutcomeModel } from "../scm/mod.ts";
import { requireNumber } from "./components.ts";

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
  const best = sign * outcomes.best.outcome;
  const worst = sign * outcomes.worst.outcome;
  const idle = sign * outcomes.observational;
  const value = sign * outcome;
  if (!(best > worst)) return 0.5;
  if (!(idle > worst && idle < best)) return saturate((value - worst) / (best - worst));
  return saturate(value >= idle ? 0.5 + 0.5 * (value - idle) / (best - idle) : 0.5 * (value - worst) / (idle - worst));
}
