/**
 * Bootstrap intervals of scores `[runs][tasks]` by percentiles. rliable (Agarwal et al. 2021) draws runs with replacement
 * within every task on its own, which is right where every score is a training of its own. One trained policy that plays all
 * tasks is good or bad on all of them together: there whole runs must be drawn, or the interval is too narrow.
 */

import type { Stream } from "../../random/mod.ts";
import { checkScores, performanceProfile, type Scores } from "./aggregates.ts";
import { quantileOf } from "./moments.ts";

/** How often and from which random numbers is resampled. */
export interface BootstrapOptions {
  readonly stream: Stream;
  readonly resamples: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** `scores`: runs are drawn for every task on its own (rliable's stratified bootstrap); `runs`: for all tasks together. */
  readonly unit: "scores" | "runs";
}

/** A statistic with its percentile interval; NaN where every set of scores has one run, which cannot vary. */
export interface BootstrapEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of a statistic of several methods' scores on the same tasks. The methods' runs are drawn
 * independently.
 * @throws RangeError for scores that do not fit, or fewer than one resample
 */
export function bootstrap(
  methods: readonly Scores[],
  statistic: (methods: readonly Scores[]) => number,
  options: BootstrapOptions,
): BootstrapEstimate {
  return bootstrapAll(methods, (drawn) => [statistic(drawn)], options)[0];
}

/** {@linkcode bootstrap} of several statistics of the same resamples. */
export function bootstrapAll(
  methods: readonly Scores[],
  statistics: (methods: readonly Scores[]) => readonly number[],
  { level = 0.95, ...options }: BootstrapOptions,
): BootstrapEstimate[] {
  const values = statistics(methods);
  if (methods.every((scores) => scores.length === 1)) {
    return values.map((value) => ({ value, low: NaN, high: NaN }));
  }
  const columns = values.map(() => new Float64Array(options.resamples));
  forEachResample(methods, options, (drawn, r) => statistics(drawn).forEach((value, i) => columns[i][r] = value));
  return columns.map((column, i) => {
    column.sort();
    return { value: values[i], low: quantileOf(column, (1 - level) / 2), high: quantileOf(column, (1 + level) / 2) };
  });
}

/** A performance profile with a pointwise band. */
export interface ProfileBand {
  readonly thresholds: readonly number[];
  readonly value: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** {@linkcode performanceProfile} with a pointwise percentile band. */
export function profileBand(scores: Scores, thresholds: readonly number[], options: BootstrapOptions): ProfileBand {
  // The profile of whole runs is the mean of their own profiles, which need not be counted again in every resample.
  const band = options.unit === "runs"
    ? bootstrapAll(
      [scores.map((run) => performanceProfile([run], thresholds))],
      ([drawn]) => columnMeans(drawn),
      options,
    )
    : bootstrapAll([scores], ([drawn]) => performanceProfile(drawn, thresholds), options);
  return {
    thresholds,
    value: band.map(({ value }) => value),
    low: band.map(({ low }) => low),
    high: band.map(({ high }) => high),
  };
}

/** Calls `visit` with resamples of the methods' scores, which are overwritten by the next. */
function forEachResample(
  methods: readonly Scores[],
  { stream, resamples, unit }: Omit<BootstrapOptions, "level">,
  visit: (drawn: readonly Scores[], resample: number) => void,
): void {
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new RangeError(`The bootstrap was asked for ${resamples} resamples; it needs a whole number ≥ 1`);
  }
  const tasks = checkScores(methods[0]);
  methods.forEach((scores, i) => {
    if (checkScores(scores) !== tasks) {
      throw new RangeError(`Scores 0 and ${i} are on ${tasks} and ${scores[0].length} tasks`);
    }
  });
  const drawn = methods.map((scores) => scores.map(() => new Float64Array(tasks)));
  const runs = methods.reduce((sum, scores) => sum + scores.length, 0);
  const uniforms = new Float64Array(unit === "runs" ? runs : runs * tasks);
  for (let r = 0; r < resamples; r++) {
    stream.fillUniformInto(uniforms);
    let k = 0;
    methods.forEach((scores, method) => {
      for (const row of drawn[method]) {
        if (unit === "runs") row.set(scores[Math.floor(uniforms[k++] * scores.length)]);
        else for (let i = 0; i < tasks; i++) row[i] = scores[Math.floor(uniforms[k++] * scores.length)][i];
      }
    });
    visit(drawn, r);
  }
}

function columnMeans(rows: Scores): number[] {
  return Array.from({ length: rows[0].length }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}
