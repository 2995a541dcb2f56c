/** What differs between runs. */

import type { Json } from "../files/json_lines.ts";
import { leaves } from "../leaves.ts";
import type { RunRecord } from "./scan.ts";

/** One key and its value in each of the compared runs; undefined where a run has none. */
export interface ComparedKey {
  readonly key: string;
  readonly values: readonly (Json | undefined)[];
}

/** Runs side by side. */
export interface Comparison {
  /** Keys of the config whose values are not all the same. */
  readonly settings: readonly ComparedKey[];
  /** The last value of every metric that one of the runs has. */
  readonly metrics: readonly ComparedKey[];
}

/** Compares configs and last metrics. */
export function compareRuns(runs: readonly RunRecord[]): Comparison {
  const configs = runs.map((run) => leaves(run.config));
  const settings = unionKeys(configs).map((key) => ({ key, values: configs.map((config) => config.get(key)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
  const metrics = runs.map((run) => leaves(run.metrics));
  return { settings, metrics: unionKeys(metrics).map((key) => ({ key, values: metrics.map((m) => m.get(key)) })) };
}

/** The dotted paths of all values of a config that are no sections. */
export function leafPaths(config: Json): readonly string[] {
  return [...leaves(config).keys()];
}

function unionKeys(maps: readonly ReadonlyMap<string, Json>[]): readonly string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}
