/**
 * The `statistics` view of a state: standardised features of each variable and of each ordered pair of variables, from the
 * sufficient statistics alone. Positive "gain" always means a better target. Values are affine-invariant: the target's
 * unit cancels through `unit`, a variable's through its spread.
 */

import { type BeliefChannels, beliefChannels, beliefFeaturesInto } from "./belief_features.ts";
import { createResponseWork, responseChannels, responseInto } from "./response.ts";
import { columnWithoutRowsInto, createRidgeScratch, joinRowsInto, mostExcluded, standardiseInto } from "./ridge.ts";
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

/** Names of the features of an ordered pair i → j, in order. */
export const PAIR_FEATURES = [
  "correlation",
  "effect of i on j",
  "evidence of an effect of i on j",
  "direct coefficient of i for j",
  "direct coefficient of j for i",
  "evidence of an effect of j on i",
  "effect of j on i",
  "j has been set",
] as const;

/** A batch of states as the statistics policy sees them, padded to `width` variables. */
export interface StatisticsViews {
  readonly count: number;
  readonly width: number;
  /** Features of a variable: {@linkcode nodeChannels} of the options. */
  readonly channels: number;
  /** `[count, width, channels]` */
  readonly nodes: Float32Array;
  /** `[count, width, width, PAIR_FEATURES]` */
  readonly pairs: Float32Array;
  /** `[count, width]` 1 where there is a variable. */
  readonly present: Float32Array;
  /** `[count, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
}

/** What the view contains besides {@linkcode NODE_FEATURES}. */
export interface ViewOptions {
  /** Points of each domain at which the target's response is described; 0 for none. */
  readonly responsePoints: number;
  /** What of the beliefs is shown; none where it is left out. */
  readonly beliefs?: BeliefChannels;
}

const PLAIN: ViewOptions = { responsePoints: 0 };

/** Number of features of a variable. */
export function nodeChannels({ responsePoints, beliefs = "none" }: ViewOptions): number {
  return NODE_FEATURES.length + responseChannels(responsePoints) + beliefChannels(beliefs);
}

const PAIRS = PAIR_FEATURES.length;
/** Prior precision of a standardised slope around the observational one (a standard deviation of 0.7 spreads a spread). */
const PRIOR_PRECISION = 2;
const LIMIT = 10;

const bounded = (x: number): number => x > LIMIT ? LIMIT : x < -LIMIT ? -LIMIT : x;

/**
 * The features of every episode of a batch.
 * @throws RangeError for a single response point: it cannot be at both ends; or if beliefs are to be shown that are not there
 */
export function statisticsViews(observation: Observation, options: ViewOptions = PLAIN): StatisticsViews {
  if (options.responsePoints === 1) throw new RangeError("Cannot describe a response at 1 point: 0, or 2 and more");
  const { episodes, width } = observation.problems;
  const { beliefs = "none" } = options;
  const channels = nodeChannels(options);
  const beliefsAt = channels - beliefChannels(beliefs);
  const views = {
    count: episodes,
    width,
    channels,
    nodes: new Float32Array(episodes * width * channels),
    pairs: new Float32Array(episodes * width * width * PAIRS),
    present: new Float32Array(episodes * width),
    settable: Float32Array.from(observation.problems.settable),
  };
  const work = createWork(observation);
  for (let e = 0; e < episodes; e++) {
    pairFeaturesInto(views.pairs, observation, e, work);
    nodeFeaturesInto(views.nodes, channels, observation, e, work);
    if (options.responsePoints > 0) responsesInto(views.nodes, channels, observation, e, options.responsePoints);
    if (beliefs !== "none") beliefFeaturesInto(views.nodes, channels, beliefsAt, observation, e, beliefs);
    views.present.fill(1, e * width, e * width + observation.problems.sizes[e]);
  }
  return views;
}

/** Per-episode intermediate results, `[width, width]` unless said. */
interface Work {
  /** Posterior slope of j on i, standardised, and its standard deviation. */
  readonly slope: Float64Array;
  readonly slopeSd: Float64Array;
  readonly evidence: Float64Array;
  readonly correlation: Float64Array;
  /** Slope of j on i from interventions on i alone. */
  readonly interventional: Float64Array;
  /** Ridge coefficient of i in the regression of j, standardised. */
  readonly direct: Float64Array;
  readonly column: Float64Array;
  /** Standardised rows in which one variable was set. */
  readonly excluded: Float64Array;
  readonly excludedRow: Float64Array;
  readonly joined: Float64Array;
  readonly ridge: ReturnType<typeof createRidgeScratch>;
}

function createWork(observation: Observation): Work {
  const { width } = observation.problems;
  const square = () => new Float64Array(width * width);
  const mostTried = observation.statistics.doCount.reduce((most, count) => Math.max(most, count), 0);
  return {
    slope: square(),
    slopeSd: square(),
    evidence: square(),
    correlation: square(),
    interventional: square(),
    direct: square(),
    column: new Float64Array(width + 1),
    excluded: new Float64Array(mostTried * (width + 1)),
    excludedRow: new Float64Array(width + 1),
    joined: new Float64Array((width + 1) ** 2),
    ridge: createRidgeScratch(mostExcluded(mostTried, width + 1), width + 1),
  };
}

/** Slopes, evidence and direct coefficients of every ordered pair of one episode, in `work` and as features. */
function pairFeaturesInto(out: Float32Array, observation: Observation, e: number, work: Work): void {
  const { problems, statistics: s } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const vector = e * width;
  const matrix = vector * width;
  const target = problems.targets[e];
  const n = s.obsCount[e];
  for (let i = 0; i < size; i++) {
    const mi = s.centre[vector + i];
    const si = s.spread[vector + i];
    const tried = s.doCount[vector + i];
    // Σ(v − mᵢ)² and Σ(v − mᵢ)(x_j − m_j) over the rows in which i was set, in standardised units.
    const svv = (s.doValueSquare[vector + i] - 2 * mi * s.doValueSum[vector + i] + tried * mi * mi) / (si * si);
    for (let j = 0; j < size; j++) {
      const at = matrix + i * width + j;
      const mj = s.centre[vector + j];
      const sj = s.spread[vector + j];
      const meanI = n > 0 ? s.obsSum[vector + i] / n : 0;
      const meanJ = n > 0 ? s.obsSum[vector + j] / n : 0;
      const covariance = n > 1 ? (s.obsCross[at] - n * meanI * meanJ) / (n - 1) : 0;
      const correlation = covariance / (si * sj);
      const svx = (s.doCross[at] - mi * s.doSum[at] - mj * s.doValueSum[vector + i] + tried * mi * mj) / (si * sj);
      const precision = PRIOR_PRECISION + svv;
      const cell = i * width + j;
      work.correlation[cell] = correlation;
      work.slope[cell] = (correlation * PRIOR_PRECISION + svx) / precision;
      work.slopeSd[cell] = 1 / Math.sqrt(precision);
      work.evidence[cell] = tried > 0 ? Math.asinh(svx / Math.sqrt(Math.max(svv, 1e-9))) : 0;
      work.interventional[cell] = svx / (svv + 0.25);
    }
  }
  directInto(observation, e, work);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j) continue;
      const forth = i * width + j;
      const back = j * width + i;
      const at = ((vector + i) * width + j) * PAIRS;
      // To maximise Y is to minimise −Y: whatever relates the target to another variable changes its sign.
      const turn = i === target || j === target ? -problems.signs[e] : 1;
      out[at] = bounded(turn * work.correlation[forth]);
      out[at + 1] = bounded(turn * work.slope[forth]);
      out[at + 2] = bounded(turn * work.evidence[forth]);
      out[at + 3] = bounded(turn * work.direct[forth]);
      out[at + 4] = bounded(turn * work.direct[back]);
      out[at + 5] = bounded(turn * work.evidence[back]);
      out[at + 6] = bounded(turn * work.slope[back]);
      out[at + 7] = s.doCount[vector + j] > 0 ? 1 : 0;
    }
  }
}

/** Ridge coefficients of i for j from the rows in which j was not set. */
function directInto(observation: Observation, e: number, work: Work): void {
  const { problems, statistics: s, history } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const dimension = width + 1;
  const offset = e * dimension * dimension;
  for (let j = 0; j < size; j++) {
    let excluded = 0;
    for (let r = 0; s.doCount[e * width + j] > 0 && r < history.rows; r++) {
      if (history.intervened[e * history.capacity + r] !== j) continue;
      standardiseInto(
        work.excludedRow,
        history.values,
        (e * history.capacity + r) * width,
        s.centre,
        s.spread,
        e * width,
        size,
      );
      work.excluded.set(work.excludedRow, excluded++ * dimension);
    }
    const rows = joinRowsInto(work.excluded, excluded, dimension, size + 1, work.joined);
    columnWithoutRowsInto(
      work.column,
      s.ridgeInverse,
      offset,
      dimension,
      size + 1,
      j + 1,
      work.excluded,
      rows,
      work.ridge,
    );
    const own = work.column[j + 1];
    for (let i = 0; i < size; i++) {
      // Rows at the limit of the ridge can leave nothing of j's precision but rounding: then no coefficient is known.
      work.direct[i * width + j] = i !== j && own > 0 ? -work.column[i + 1] / own : 0;
    }
  }
}

/** The features of every variable of one episode; reads `work`. */
function nodeFeaturesInto(
  out: Float32Array,
  channels: number,
  observation: Observation,
  e: number,
  work: Work,
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
  for (let i = 0; i < size; i++) {
    if (problems.settable[vector + i] === 1) {
      const slope = sign * work.slope[i * width + target];
      unit = Math.max(unit, slope * lowOf(i), slope * highOf(i));
    }
    best = Math.max(best, s.bestOutcome[vector + i]);
    if (s.lastStep[vector + i] === step - 1 && step > 0) last = i;
  }
  const gainSeen = (signedOutcome: number) => (signedOutcome - sign * s.centre[vector + target]) / spreadY / unit;
  const bestGain = best > -Infinity ? gainSeen(best) : 0;
  const lastGain = last >= 0 ? gainSeen(sign * s.lastOutcome[vector + last]) : 0;

  for (let i = 0; i < size; i++) {
    const cell = i * width + target;
    const low = lowOf(i);
    const high = highOf(i);
    const isTarget = i === target;
    const tried = s.doCount[vector + i];
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
    gains(0, work.slope[cell]);
    out[at + 2] = bounded(settable ? Math.abs(low) * work.slopeSd[cell] / unit : 0);
    out[at + 3] = bounded(settable ? Math.abs(high) * work.slopeSd[cell] / unit : 0);
    gains(4, work.interventional[cell]);
    gains(6, work.correlation[cell]);
    gains(8, work.direct[cell]);
    gains(10, path);
    out[at + 12] = bounded(-sign * work.evidence[cell]);
    out[at + 13] = bounded(isTarget ? 0 : -sign * work.correlation[cell]);
    out[at + 14] = Math.log1p(tried);
    out[at + 15] = bounded(
      tried > 0
        ? sign * (s.doSum[(vector + i) * width + target] / tried - s.centre[vector + target]) / spreadY / unit
        : 0,
    );
    out[at + 16] = tried === 0 ? 1 : 0;
    out[at + 17] = i === last ? 1 : 0;
    out[at + 18] = settable ? bounded(Math.log((high - low) / 4)) : 0;
    // A recommendation is asked for after the last step, which no policy has met in training.
    out[at + 19] = Math.min(step, horizon - 1) / horizon;
    out[at + 20] = Math.log(unit);
    out[at + 21] = Math.log(Math.max(1, s.obsCount[e]) / 10);
    out[at + 22] = Math.log(size / 8);
    out[at + 23] = isTarget ? 1 : 0;
    out[at + 24] = settable ? bounded(low / 5) : 0;
    out[at + 25] = settable ? bounded(high / 5) : 0;
    out[at + 26] = bounded(bestGain);
    out[at + 27] = bounded(lastGain);
  }
}

/** The responses of one episode, behind the other features of each variable that can be set. */
function responsesInto(out: Float32Array, channels: number, observation: Observation, e: number, points: number): void {
  const { problems, history, statistics } = observation;
  const { doCount } = statistics;
  const first = e * problems.width;
  const mostTried = doCount.subarray(first, first + problems.width).reduce((most, n) => Math.max(most, n), 0);
  const work = createResponseWork(history.rows, mostTried);
  for (let i = 0; i < problems.sizes[e]; i++) {
    const index = e * problems.width + i;
    if (problems.settable[index] === 0) continue;
    responseInto(out, index * channels + NODE_FEATURES.length, observation, e, i, points, work);
  }
}

/** The rows `indices` of a batch of views. */
export function gatherViews(views: StatisticsViews, indices: Int32Array): StatisticsViews {
  const take = (data: Float32Array, length: number) => {
    const taken = new Float32Array(indices.length * length);
    indices.forEach((index, k) => taken.set(data.subarray(index * length, (index + 1) * length), k * length));
    return taken;
  };
  const { width, channels } = views;
  return {
    count: indices.length,
    width,
    channels,
    nodes: take(views.nodes, width * channels),
    pairs: take(views.pairs, width * width * PAIRS),
    present: take(views.present, width),
    settable: take(views.settable, width),
  };
}

/**
 * Batches of equal width behind each other.
 * @throws RangeError if widths or channels differ
 */
export function concatViews(batches: readonly StatisticsViews[]): StatisticsViews {
  const { width, channels } = batches[0];
  const odd = batches.find((batch) => batch.width !== width || batch.channels !== channels);
  if (odd !== undefined) {
    throw new RangeError(
      `Cannot join views of ${width} variables × ${channels} features and ${odd.width} × ${odd.channels}`,
    );
  }
  const join = (pick: (batch: StatisticsViews) => Float32Array) => {
    const joined = new Float32Array(batches.reduce((total, batch) => total + pick(batch).length, 0));
    batches.reduce((offset, batch) => (joined.set(pick(batch), offset), offset + pick(batch).length), 0);
    return joined;
  };
  return {
    count: batches.reduce((total, batch) => total + batch.count, 0),
    width,
    channels,
    nodes: join((batch) => batch.nodes),
    pairs: join((batch) => batch.pairs),
    present: join((batch) => batch.present),
    settable: join((batch) => batch.settable),
  };
}
