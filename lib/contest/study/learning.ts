/** How the training seeds of a model learned, on the validation problems of their runs. */

import { join } from "node:path";
import { AGGREGATES, bootstrap } from "../../evaluation/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { readJsonLines, RUN_FILES } from "../../runs/mod.ts";
import type { Model } from "./models.ts";

/** The curves of one model; all arrays have the length of `update`. */
export interface LearningCurve {
  readonly model: string;
  /** Updates at which every seed was evaluated. */
  readonly update: readonly number[];
  readonly seeds: readonly { readonly seed: number; readonly value: readonly number[] }[];
  /** Interquartile mean over the seeds with a pointwise 95 % bootstrap interval; without one for a single seed. */
  readonly iqm: {
    readonly value: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
}

const METRIC = "validation/normalised_value";
const RESAMPLES = 1_000;

/**
 * The normalised value on validation problems during training.
 * @param stream draws the resamples
 * @returns null for a model of which no run keeps its metrics (a checkpoint alone does not)
 */
export function learningCurve({ label, runs }: Model, stream: Stream): LearningCurve | null {
  const curves = runs.map(({ path, seed }) => ({ seed, values: validationValues(join(path, RUN_FILES.metrics)) }))
    .filter(({ values }) => values.size > 0);
  if (curves.length === 0) return null;
  const update = [...curves[0].values.keys()].filter((at) => curves.every(({ values }) => values.has(at)));
  const seeds = curves.map(({ seed, values }) => ({ seed, value: update.map((at) => values.get(at) ?? NaN) }));
  const band = update.map((_, i) =>
    bootstrap([seeds.map(({ value }) => [value[i]])], ([drawn]) => AGGREGATES.iqm(drawn), {
      stream: stream.child(label).child(i),
      resamples: RESAMPLES,
      unit: "runs",
    })
  );
  return {
    model: label,
    update,
    seeds,
    iqm: {
      value: band.map(({ value }) => value),
      low: band.map(({ low }) => low),
      high: band.map(({ high }) => high),
    },
  };
}

/** By update. */
function validationValues(file: string): ReadonlyMap<number, number> {
  return new Map(
    readJsonLines(file).rows.flatMap((row) =>
      row[METRIC] === undefined ? [] : [[Number(row.update), Number(row[METRIC])]]
    ),
  );
}
