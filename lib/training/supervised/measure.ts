/** How good a posterior is on states whose truth is known, beside the averaged processes that it starts from. */

import { HALF_LOG_TAU } from "../../numeric/mod.ts";
import { HALF_INTERVAL, type ResponseNetwork } from "../../surrogate/mod.ts";
import type { Metrics } from "../learner.ts";
import type { LabelledStates } from "./collect.ts";
import { readStates } from "./step.ts";

/** Parts of an episode by the progress at which they end. */
const PARTS = [["start", 0.15], ["middle", 0.85], ["end", 1]] as const;

/** What is believed of every cell. */
interface Beliefs {
  readonly mean: Float32Array;
  readonly sd: Float32Array;
}

/**
 * Means over batches of states: log density of the truth of the posterior and of the processes, share of the truths within
 * the 95 % interval at the start, the middle and the end, normalised value of the answers by mean, and by mean and score.
 */
export function measureStates(network: ResponseNetwork, batches: readonly LabelledStates[]): Metrics {
  const sums = new Map<string, { sum: number; count: number }>();
  const add = (name: string, value: number) => {
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + value, count: count + 1 });
  };
  for (const batch of batches) {
    const read = readStates(network, batch.views);
    const { views: { count, width, cells, settable, mean, sd, unit }, labels, progress } = batch;
    for (let s = 0; s < count; s++) {
      const part = PARTS.find(([, end]) => progress[s] <= end)?.[0] ?? "end";
      const own: number[] = [];
      for (let v = 0; v < width; v++) {
        if (settable[s * width + v] > 0) { for (let k = 0; k < cells; k++) own.push((s * width + v) * cells + k); }
      }
      add("log_density", meanOf(own, (k) => logDensity(read, labels.truth, k)));
      add("log_density_processes", meanOf(own, (k) => logDensity({ mean, sd }, labels.truth, k)));
      add(
        `covered_${part}`,
        meanOf(own, (k) => Math.abs(labels.truth[k] - read.mean[k]) <= HALF_INTERVAL * read.sd[k] ? 1 : 0),
      );
      add(`error_${part}`, meanOf(own, (k) => Math.abs(labels.truth[k] - read.mean[k]) / unit[s]));
      const valueBy = (score: (k: number) => number) =>
        Math.max(-1, labels.value[own.reduce((a, b) => score(b) > score(a) ? b : a)]);
      add(`answer_${part}`, valueBy((k) => read.mean[k] + unit[s] * read.answer[k]));
      add(`answer_by_mean_${part}`, valueBy((k) => read.mean[k]));
      add(`answer_by_processes_${part}`, valueBy((k) => mean[k]));
    }
  }
  return Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]));
}

function meanOf(cells: readonly number[], of: (k: number) => number): number {
  return cells.reduce((sum, k) => sum + of(k), 0) / cells.length;
}

/** Far misses count as 6 standard deviations. */
const FARTHEST = 6;

function logDensity({ mean, sd }: Beliefs, truth: Float32Array, k: number): number {
  const deviation = Math.max(sd[k], 1e-3);
  const z = Math.min(FARTHEST, Math.abs(truth[k] - mean[k]) / deviation);
  return -0.5 * z * z - Math.log(deviation) - HALF_LOG_TAU;
}
