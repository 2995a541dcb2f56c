/** The interventions of an episode as sets of settings, with what they gained. */

import { membersOf, NONE, type Observation, scale } from "../../environment/mod.ts";
import { warpedGain } from "../response/trials.ts";
import type { SetPoint } from "./point.ts";

/** Gains of the interventions of one episode. */
export interface SetTrials {
  readonly points: readonly SetPoint[];
  readonly gain: Float64Array;
}

/** The newest interventions count where there are more. */
const MOST_TRIALS = 200;

/** The interventions of episode `e` and their gains, warped as the response models warp them. */
export function setTrials({ problems, statistics, history }: Observation, e: number): SetTrials {
  const { width, targets, signs, low, high } = problems;
  const target = targets[e];
  const unit = signs[e] / statistics.spread[e * width + target];
  const points: SetPoint[] = [];
  const gain: number[] = [];
  for (let r = history.rows - 1; r >= 0 && points.length < MOST_TRIALS; r--) {
    const row = e * history.capacity + r;
    if (history.intervened[row] === NONE) continue;
    const point = new Float64Array(width).fill(NaN);
    for (const v of membersOf(history, row, width)) {
      point[v] = scale(history.values[row * width + v], low[e * width + v], high[e * width + v]);
    }
    points.push(point);
    gain.push(warpedGain(unit * (history.values[row * width + target] - statistics.centre[e * width + target])));
  }
  return { points: points.reverse(), gain: Float64Array.from(gain.reverse()) };
}
