/**
 * Bootstrap intervals of scores `[runs][tasks]` by percentiles. rliable (Agarwal et al. 2021) draws runs with replacement
 * within every task on its own, which is right where every score is a training of its own. One trained policy that plays all
 * tasks is good or bad on all of them together: there whole runs must be drawn, or the interval is too narrow.
 */

import type { Stream } from "../../random/mod.ts";
import { checkScores, performanceProfile, type Scores } from "./aggregates.ts";
import { quantileOf } from "./moments.ts";

/** rliable's number of resamples for aggregates, and for profiles. */
export const AGGREGATE_RESAMPLES = 50_000;
export const PROFILE_RESAMPLES = 2_000;

export interface BootstrapOptions {
  readonly stream: Stream;
  readonly resamples: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** `scores`: runs are drawn for every task on its own (rliable's stratified bootstrap); `runs`: for all tasks together. */
  readonly unit: "scores" | "runs";
  /** Draw the tasks with replacement too, where they stand for others; default false. */
  readonly resampleTasks?: boolean;
}

/** A statistic with its percentile interval; NaN where every set of scores has one run, which cannot vary. */
export interface BootstrapEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of a statistic of several methods' scores on the same tasks. The methods' runs are drawn independently; their
 * tasks, where they are drawn, together.
 * @throws RangeError for scores that do not fit, or fewer than one resample
 */
export function bootstrap(
  methods: readonly Scores[],
  statistic: (methods: readonly Scores[]) => number,
  options: BootstrapOptions,
): BootstrapEstimate {
  const value = statistic(methods);
  const [interval] = percentiles(methods, (drawn) => Float64Array.of(statistic(drawn)), 1, options);
  return { value, ...interval };
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
  const profile = ([drawn]: readonly Scores[]) => Float64Array.from(performanceProfile(drawn, thresholds));
  const bands = percentiles([scores], profile, thresholds.length, options);
  return {
    thresholds,
    value: performanceProfile(scores, thresholds),
    low: bands.map(({ low }) => low),
    high: bands.map(({ high }) => high),
  };
}

/**
 * Calls `visit` with resamples of the methods' scores, which are overwritten by the next.
 * @throws RangeError for scores that do not fit, or fewer than one resample
 */
export function forEachResample(
  methods: readonly Scores[],
  { stream, resamples, unit, resampleTasks = false }: BootstrapOptions,
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
  const chosen = Int32Array.from({ length: tasks }, (_, task) => task);
  const taskUniforms = new Float64Array(tasks);
  for (let r = 0; r < resamples; r++) {
    if (resampleTasks) {
      stream.fillUniformInto(taskUniforms);
      taskUniforms.forEach((u, i) => chosen[i] = Math.floor(u * tasks));
    }
    stream.fillUniformInto(uniforms);
    let k = 0;
    methods.forEach((scores, method) => {
      for (const row of drawn[method]) {
        for (let i = 0; i < tasks; i++) {
          row[i] = scores[Math.floor(uniforms[k] * scores.length)][chosen[i]];
          if (unit === "scores") k++;
        }
        if (unit === "runs") k++;
      }
    });
    visit(drawn, r);
  }
}

function percentiles(
  methods: readonly Scores[],
  statistic: (methods: readonly Scores[]) => Float64Array,
  width: number,
  options: BootstrapOptions,
): { readonly low: number; readonly high: number }[] {
  const { level = 0.95, resamples, resampleTasks = false } = options;
  if (!resampleTasks && methods.every((scores) => scores.length === 1)) {
    return Array.from({ length: width }, () => ({ low: NaN, high: NaN }));
  }
  const values = Array.from({ length: width }, () => new Float64Array(resamples));
  forEachResample(methods, options, (drawn, r) => statistic(drawn).forEach((value, i) => values[i][r] = value));
  return values.map((column) => {
    column.sort();
    return { low: quantileOf(column, (1 - level) / 2), high: quantileOf(column, (1 + level) / 2) };
  });
}
