/** Features of each variable, from the regressions of its episode and what its interventions gave. */

import { bounded } from "./bounded.ts";
import { type FeatureColumns, offsetsOf } from "./offsets.ts";
import type { PairWork } from "./pair_features.ts";
import type { Observation, Statistics } from "./types.ts";

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

/** What the gains of an episode are counted in, and those that were seen. */
interface Gains {
  /** The best predicted gain, or the target's spread where that is more, in spreads. */
  readonly unit: number;
  /** The best gain seen and that of the last intervention, in these units. */
  readonly best: number;
  readonly last: number;
}

/** The ends of the domains of an episode, in spreads from the centre. */
interface Ends {
  readonly low: (i: number) => number;
  readonly high: (i: number) => number;
}

function endsOf({ problems, statistics: s }: Observation, vector: number): Ends {
  return {
    low: (i) => (problems.low[vector + i] - s.centre[vector + i]) / s.spread[vector + i],
    high: (i) => (problems.high[vector + i] - s.centre[vector + i]) / s.spread[vector + i],
  };
}

const wasLast = ({ statistics, step }: Observation, index: number): boolean =>
  step > 0 && statistics.lastStep[index] === step - 1;

function gainsOf(observation: Observation, e: number, work: PairWork, ends: Ends): Gains {
  const { problems: { width, sizes, targets, signs, settable }, statistics: s } = observation;
  const vector = e * width;
  const target = targets[e];
  const sign = signs[e];
  let unit = 1;
  let best = -Infinity;
  let last = -1;
  for (let i = 0; i < sizes[e]; i++) {
    if (settable[vector + i] === 1) {
      const slope = sign * work.slope[i * width + target];
      unit = Math.max(unit, slope * ends.low(i), slope * ends.high(i));
    }
    best = Math.max(best, s.bestOutcome[vector + i]);
    if (wasLast(observation, vector + i)) last = i;
  }
  const seen = (signed: number) => (signed - sign * s.centre[vector + target]) / s.spread[vector + target] / unit;
  return {
    unit,
    best: best > -Infinity ? seen(best) : 0,
    last: last >= 0 ? seen(sign * s.lastOutcome[vector + last]) : 0,
  };
}

/** The features of every variable of one episode; reads `work`. */
export function nodeFeaturesInto(columns: FeatureColumns, observation: Observation, e: number, work: PairWork): void {
  const { data: out, channels, offset } = columns;
  const { problems, statistics: s, step, horizon } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const vector = e * width;
  const target = problems.targets[e];
  const sign = problems.signs[e];
  const spreadY = s.spread[vector + target];
  const ends = endsOf(observation, vector);
  const seen = gainsOf(observation, e, work, ends);
  const { unit } = seen;
  for (let i = 0; i < size; i++) {
    const cell = i * width + target;
    const low = ends.low(i);
    const high = ends.high(i);
    const isTarget = i === target;
    const tried = s.doCount[vector + i] + s.severalCount[vector + i];
    const settable = problems.settable[vector + i] === 1;
    const at = (vector + i) * channels + offset;
    const gains = (place: number, slope: number) => {
      out[at + place] = bounded(settable ? sign * slope * low / unit : 0);
      out[at + place + 1] = bounded(settable ? sign * slope * high / unit : 0);
    };
    gains(AT["posterior gain at low"], work.slope[cell]);
    out[at + AT["posterior sd at low"]] = bounded(settable ? Math.abs(low) * work.slopeSd[cell] / unit : 0);
    out[at + AT["posterior sd at high"]] = bounded(settable ? Math.abs(high) * work.slopeSd[cell] / unit : 0);
    gains(AT["interventional gain at low"], work.interventional[cell]);
    gains(AT["observational gain at low"], work.correlation[cell]);
    gains(AT["direct gain at low"], work.direct[cell]);
    gains(AT["path gain at low"], pathOf(observation, e, work, i));
    out[at + AT["evidence of an effect on the target"]] = bounded(-sign * work.evidence[cell]);
    out[at + AT["correlation with the target"]] = bounded(isTarget ? 0 : -sign * work.correlation[cell]);
    out[at + AT["log interventions"]] = Math.log1p(tried);
    out[at + AT["mean gain seen"]] = bounded(
      tried > 0 ? sign * (meanOutcome(s, vector + i, width, target) - s.centre[vector + target]) / spreadY / unit : 0,
    );
    out[at + AT["never tried"]] = tried === 0 ? 1 : 0;
    out[at + AT["tried last"]] = wasLast(observation, vector + i) ? 1 : 0;
    out[at + AT["log spread against the domain"]] = settable ? bounded(Math.log((high - low) / 4)) : 0;
    // A recommendation is asked for after the last step, which no policy has met in training.
    out[at + AT["time"]] = Math.min(step, horizon - 1) / horizon;
    out[at + AT["log unit"]] = Math.log(unit);
    out[at + AT["log observational rows"]] = Math.log(Math.max(1, s.obsCount[e]) / 10);
    out[at + AT["log size"]] = Math.log(size / 8);
    out[at + AT["is the target"]] = isTarget ? 1 : 0;
    out[at + AT["low end in spreads"]] = settable ? bounded(low / 5) : 0;
    out[at + AT["high end in spreads"]] = settable ? bounded(high / 5) : 0;
    out[at + AT["best gain seen"]] = bounded(seen.best);
    out[at + AT["last gain seen"]] = bounded(seen.last);
  }
}

/** What a variable does to the target along its direct edge and by way of each other variable that can be set. */
function pathOf({ problems }: Observation, e: number, work: PairWork, i: number): number {
  const { width, sizes, settable } = problems;
  const target = problems.targets[e];
  let path = i === target ? 0 : work.direct[i * width + target];
  for (let j = 0; j < sizes[e]; j++) {
    if (j !== i && j !== target && settable[e * width + j] === 1) {
      path += work.slope[i * width + j] * work.direct[j * width + target];
    }
  }
  return path;
}

/** The mean target over the rows in which a variable was set, alone or with others. */
function meanOutcome(s: Statistics, index: number, width: number, target: number): number {
  const several = s.severalCount[index];
  const at = index * width + target;
  return (s.doSum[at] + (several > 0 ? s.severalSum[at] : 0)) / (s.doCount[index] + several);
}
