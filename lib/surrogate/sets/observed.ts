/** What observation alone promises of a set: the regression of the target on what the set holds. */

import type { Observation } from "../../environment/mod.ts";
import { solvePositiveInto } from "../../numeric/mod.ts";
import { warpedGain } from "../response/trials.ts";
import { heldBy, type SetPoint } from "./point.ts";

/** Ridge of the observational regression, in rows. */
const RIDGE = 2;

/**
 * The gain that regression of the target on what a set holds, over the observational rows, promises.
 * @param adjusted variables that the regression for a set adjusts for
 */
export function observationalMean(
  { problems, statistics: s }: Observation,
  e: number,
  adjusted: (held: readonly number[]) => readonly number[],
): (point: SetPoint) => number {
  const { width, targets, signs, low, high } = problems;
  const n = s.obsCount[e];
  const target = targets[e];
  const mean = (v: number) => s.obsSum[e * width + v] / Math.max(1, n);
  const covariance = (i: number, j: number) => {
    const spreads = s.spread[e * width + i] * s.spread[e * width + j];
    return (s.obsCross[(e * width + i) * width + j] - n * mean(i) * mean(j)) / spreads;
  };
  const slopes = new Map<string, Float64Array>();
  const slopesOf = (held: readonly number[]): Float64Array => {
    const key = held.join(" ");
    const known = slopes.get(key);
    if (known !== undefined) return known;
    const used = [...held, ...adjusted(held).filter((v) => !held.includes(v))];
    const size = used.length;
    const matrix = new Float64Array(size * size);
    const right = Float64Array.from(used, (v) => signs[e] * covariance(v, target));
    used.forEach((i, a) => used.forEach((j, b) => matrix[a * size + b] = covariance(i, j) + (i === j ? RIDGE : 0)));
    solvePositiveInto(matrix, size, right);
    slopes.set(key, right);
    return right;
  };
  return (point) => {
    const held = heldBy(point);
    const slope = slopesOf(held);
    let gain = 0;
    held.forEach((v, k) => {
      const at = e * width + v;
      const value = low[at] + 0.5 * (point[v] + 1) * (high[at] - low[at]);
      gain += slope[k] * (value - s.centre[at]) / s.spread[at];
    });
    return warpedGain(gain);
  };
}
