/** Features of each variable, from the regressions of its episode and what its interventions gave. */

import { bounded } from "./bounded.ts";
import { offsetsOf } from "./offsets.ts";
import type { PairWork } from "./pair_features.ts";
import type { Observation } from "./types.ts";

/** Names of the features of a variable, in order. "low" and "high" are the ends of its domain. */
export const NODE_FEATURES = [
  "posterior gain at low",
  "posterior gain at high",
  "posterior sd at low",
  "posterior sd at high",
  "interventional gain at low",
  "interventional gain at high",
  "observational gain at low",
  "observational gain at high",
  "direct gain at low",
  "direct gain at high",
  "path gain at low",
  "path gain at high",
  "evidence of an effect on the target",
  "correlation with the target",
  "log interventions",
  "mean gain seen",
  "never tried",
  "tried last",
  "log spread against the domain",
  "time",
  "log unit",
  "log observational rows",
  "log size",
  "is the target",
  "low end in spreads",
  "high end in spreads",
  "best gain seen",
  "last gain seen",
] as const;

const AT = offsetsOf(NODE_FEATURES);

/** The features of every variable of one episode; reads `work`. */
export function nodeFeaturesInto(
  out: Float32Array,
  channels: number,
  observation: Observation,
  e: number,
  work: PairWork,
): void {
  const { problems, statistics: s, step, horizon } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const vector = e * width;
  const target = problems.targets[e];
  const sign = problems.signs[e];
  const spreadY = s.spread[vector + target];
  const lowOf = (i: number) => (problems.low[vector + i] - s.centre[vector + i]) / s.spread[vector + i];
  const highOf = (i: number) => (problems.high[vector + i] - s.centre[vector + i]) / s.spread[vector + i];

  // Gains are counted in units of the best predicted gain, or of the target's spread where that is more.
  let unit = 1;
  let best = -Infinity;
  let last = -1;
  const wasLast = (i: number) => step > 0 && s.lastStep[vector + i] === step - 1;
  for (let i = 0; i < size; i++) {
    if (problems.settable[vector + i] === 1) {
      const slope = sign * work.slope[i * width + target];
      unit = Math.max(unit, slope * lowOf(i), slope * highOf(i));
    }
    best = Math.max(best, s.bestOutcome[vector + i]);
    if (wasLast(i)) last = i;
  }
  const gainSeen = (signedOutcome: number) => (signedOutcome - sign * s.centre[vector + target]) / spreadY / unit;
  const bestGain = best > -Infinity ? gainSeen(best) : 0;
  const lastGain = last >= 0 ? gainSeen(sign * s.lastOutcome[vector + last]) : 0;

  for (let i = 0; i < size; i++) {
    const cell = i * width + target;
    const low = lowOf(i);
    const high = highOf(i);
    const isTarget = i === target;
    const several = s.severalCount[vector + i];
    const tried = s.doCount[vector + i] + several;
    const outcomes = (i: number) => s.doSum[i * width + target] + (several > 0 ? s.severalSum[i * width + target] : 0);
    let path = isTarget ? 0 : work.direct[cell];
    for (let j = 0; j < size; j++) {
      if (j !== i && j !== target && problems.settable[vector + j] === 1) {
        path += work.slope[i * width + j] * work.direct[j * width + target];
      }
    }
    const settable = problems.settable[vector + i] === 1;
    const at = (vector + i) * channels;
    const gains = (offset: number, slope: number) => {
      out[at + offset] = bounded(settable ? sign * slope * low / unit : 0);
      out[at + offset + 1] = bounded(settable ? sign * slope * high / unit : 0);
    };
    gains(AT["posterior gain at low"], work.slope[cell]);
    out[at + AT["posterior sd at low"]] = bounded(settable ? Math.abs(low) * work.slopeSd[cell] / unit : 0);
    out[at + AT["posterior sd at high"]] = bounded(settable ? Math.abs(high) * work.slopeSd[cell] / unit : 0);
    gains(AT["interventional gain at low"], work.interventional[cell]);
    gains(AT["observational gain at low"], work.correlation[cell]);
    gains(AT["direct gain at low"], work.direct[cell]);
    gains(AT["path gain at low"], path);
    out[at + AT["evidence of an effect on the target"]] = bounded(-sign * work.evidence[cell]);
    out[at + AT["correlation with the target"]] = bounded(isTarget ? 0 : -sign * work.correlation[cell]);
    out[at + AT["log interventions"]] = Math.log1p(tried);
    out[at + AT["mean gain seen"]] = bounded(
      tried > 0 ? sign * (outcomes(vector + i) / tried - s.centre[vector + target]) / spreadY / unit : 0,
    );
    out[at + AT["never tried"]] = tried === 0 ? 1 : 0;
    out[at + AT["tried last"]] = wasLast(i) ? 1 : 0;
    out[at + AT["log spread against the domain"]] = settable ? bounded(Math.log((high - low) / 4)) : 0;
    // A recommendation is asked for after the last step, which no policy has met in training.
    out[at + AT["time"]] = Math.min(step, horizon - 1) / horizon;
    out[at + AT["log unit"]] = Math.log(unit);
    out[at + AT["log observational rows"]] = Math.log(Math.max(1, s.obsCount[e]) / 10);
    out[at + AT["log size"]] = Math.log(size / 8);
    out[at + AT["is the target"]] = isTarget ? 1 : 0;
    out[at + AT["low end in spreads"]] = settable ? bounded(low / 5) : 0;
    out[at + AT["high end in spreads"]] = settable ? bounded(high / 5) : 0;
    out[at + AT["best gain seen"]] = bounded(bestGain);
    out[at + AT["last gain seen"]] = bounded(lastGain);
  }
}
