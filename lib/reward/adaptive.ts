/** The observable form of the optimisation component: an outcome on the scale of the targets seen so far in its episode. */

import type { History } from "../environment/mod.ts";
import { requireNumber } from "./component.ts";

/** Middle and unit of the targets that an experimenter has seen so far. */
export interface TargetScale {
  /** Their median. */
  readonly centre: number;
  /** Twice their mean absolute deviation from it; 0 if all are equal. */
  readonly unit: number;
}

/**
 * The scale after every row of an episode, in the target's own unit: it widens as interventions reach further. Rows whose
 * target is not finite are left out.
 * @param target index of the target
 * @throws RangeError if the episode has no row with a finite target
 */
export function targetScale(history: History, episode: number, width: number, target: number): TargetScale {
  const from = episode * history.capacity;
  const seen = Array.from({ length: history.rows }, (_, row) => history.values[(from + row) * width + target])
    .filter(Number.isFinite).sort((a, b) => a - b);
  const n = seen.length;
  if (n === 0) throw new RangeError(`Cannot scale the target of episode ${episode}: no row has a finite target`);
  const centre = seen[(n - 1) >> 1] / 2 + seen[n >> 1] / 2;
  // Each term is divided before it is added, so that the largest numbers do not overflow.
  const unit = seen.reduce((sum, y) => sum + Math.abs(y / n - centre / n), 0) * 2;
  return { centre, unit: Math.min(unit, Number.MAX_VALUE) };
}

/**
 * `½ + ½ z/(1 + |z|)` with z the outcome in units of the scale, upwards if the target is to be maximised: ½ at the median
 * of what was seen, strictly monotone, unchanged by any affine rescaling of the target, and, unlike a logistic function,
 * still sloped ten units away. It knows nothing of the best and the worst intervention.
 * @param outcome sampled (or, privileged, expected) target under the intervention; may be infinite
 * @param sign +1 to maximise, −1 to minimise
 * @returns in [0, 1]
 * @throws RangeError if the outcome is not a number
 */
export function adaptiveReward(outcome: number, { centre, unit }: TargetScale, sign: number): number {
  const difference = sign * (requireNumber(outcome, "an outcome") - centre);
  if (difference === 0) return 0.5;
  return 0.5 + 0.5 * Math.sign(difference) / (1 + unit / Math.abs(difference));
}
