/**
 * rliable's aggregates (Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice"). Scores
 * are normalised and stand as `[runs][tasks]`: training seeds by environments.
 */

import { meanOf, medianOf } from "./moments.ts";
import { rank } from "./ranks.ts";

/** `[runs][tasks]` */
export type Scores = readonly ArrayLike<number>[];

/** What several runs on several tasks are summed up by. */
export type AggregateName = "iqm" | "mean" | "median" | "optimalityGap";

/** Score below which {@linkcode optimalityGap} counts what is missing. */
export const OPTIMAL_SCORE = 1;

/** Every aggregate by its name. `mean` and `median` are over tasks, of the mean over runs. */
export const AGGREGATES: Readonly<Record<AggregateName, (scores: Scores) => number>> = {
  iqm: interquartileMean,
  mean: (scores) => meanOf(taskMeans(scores)),
  median: (scores) => medianOf(taskMeans(scores)),
  optimalityGap: (scores) => optimalityGap(scores),
};

/** The mean of the middle half of all scores, runs and tasks together; ⌊n/4⌋ are left out at either end. */
export function interquartileMean(scores: Scores): number {
  const all = flatten(scores).sort();
  const cut = Math.floor(all.length / 4);
  return meanOf(all.subarray(cut, all.length - cut));
}

/** γ less the mean of the scores, those above γ counting as γ. */
export function optimalityGap(scores: Scores, gamma = OPTIMAL_SCORE): number {
  return gamma - meanOf(flatten(scores).map((score) => Math.min(score, gamma)));
}

/**
 * The chance that a run of the first beats a run of the second on a task, mean over the tasks: Mann & Whitney's U over the
 * number of pairs, ties counting half. The numbers of runs may differ, the tasks may not.
 * @throws RangeError if they do
 */
export function probabilityOfImprovement(first: Scores, second: Scores): number {
  const tasks = checkScores(first);
  if (checkScores(second) !== tasks) throw new RangeError(`Scores on ${tasks} and on ${second[0].length} tasks`);
  const [n, m] = [first.length, second.length];
  let sum = 0;
  for (let task = 0; task < tasks; task++) {
    const { ranks } = rank([...first.map((run) => run[task]), ...second.map((run) => run[task])]);
    const own = ranks.subarray(0, n).reduce((total, r) => total + r, 0);
    sum += (own - n * (n + 1) / 2) / (n * m);
  }
  return sum / tasks;
}

/** The share of all scores above each threshold (strictly). */
export function performanceProfile(scores: Scores, thresholds: readonly number[]): number[] {
  const ascending = flatten(scores).sort();
  return thresholds.map((threshold) => {
    let [low, high] = [0, ascending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ascending[middle] > threshold) high = middle;
      else low = middle + 1;
    }
    return (ascending.length - low) / ascending.length;
  });
}

/**
 * The number of tasks.
 * @throws RangeError without scores, or for runs with different numbers of tasks
 */
export function checkScores(scores: Scores): number {
  const tasks = scores[0]?.length ?? 0;
  if (tasks === 0) throw new RangeError("Scores need at least one run and one task");
  scores.forEach((run, i) => {
    if (run.length !== tasks) throw new RangeError(`Run ${i} has ${run.length} tasks, run 0 has ${tasks}`);
  });
  return tasks;
}

function taskMeans(scores: Scores): Float64Array {
  return Float64Array.from({ length: checkScores(scores) }, (_, task) => meanOf(scores.map((run) => run[task])));
}

function flatten(scores: Scores): Float64Array {
  const tasks = checkScores(scores);
  const all = new Float64Array(scores.length * tasks);
  scores.forEach((run, i) => all.set(run, i * tasks));
  return all;
}
