/** One episode written out row by row, and the observation that it makes, so that tests can relabel, rescale and mirror it. */

import { createEnvironment, type Observation } from "../../lib/environment/mod.ts";
import {
  addOutcomeInto,
  addRidgeInto,
  addRowInto,
  createStatistics,
  limitRowInto,
  startUnitsInto,
} from "../../lib/environment/statistics.ts";
import { createStream } from "../../lib/random/mod.ts";
import { linearProblem } from "./support.ts";

/** One episode written out: rows with what was set in each, and what is public. */
export interface Episode {
  readonly rows: readonly { readonly intervened: number; readonly x: readonly number[] }[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly settable: readonly number[];
  readonly target: number;
  readonly sign: number;
}

export const START = 10;
export const N = 4;

/** A → B → Y and A → C, all linear; the target is number 3. */
export const EPISODE: Episode = (() => {
  const problem = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "B", weight: 0.9 },
    { from: "A", to: "C", weight: -1.4 },
    { from: "B", to: "Y", weight: 1.1 },
  ], { intercept: 0.5 });
  const environment = createEnvironment([problem], {
    observationalRows: START,
    interventionalRows: 0,
    horizon: 7,
    rowsPerIntervention: 1,
  });
  environment.reset([createStream(1)]);
  [0, 1, 0, 2, 1, 0].forEach((variable, t) =>
    environment.step({ variable: Int32Array.of(variable), value: Float64Array.of(Math.cos(2 * t)) }, [
      createStream(2).child(t),
    ])
  );
  const { history, problems } = environment.observation;
  return {
    rows: Array.from({ length: history.rows }, (_, r) => ({
      intervened: history.intervened[r],
      x: [...history.values.subarray(r * N, r * N + N)],
    })),
    low: [...problems.low],
    high: [...problems.high],
    settable: [...problems.settable],
    target: problems.targets[0],
    sign: problems.signs[0],
  };
})();

/** The observation of an episode, padded to `width`, from its rows alone. */
export function observe({ rows, low, high, settable, target, sign }: Episode, width = N): Observation {
  const padded = (values: readonly number[]) => Array.from({ length: width }, (_, v) => values[v] ?? 0);
  const values = Float64Array.from(rows.flatMap(({ x }) => padded(x)));
  const intervened = Int32Array.from(rows, (row) => row.intervened);
  const statistics = createStatistics(1, width);
  const block = { episode: 0, width, size: N };
  const history = { rows: rows.length, values, intervened, capacity: rows.length };
  rows.forEach((row, r) => {
    const offset = r * width;
    if (r >= START) limitRowInto(values.subarray(offset), statistics, block, values, offset);
    addRowInto(statistics, block, { values, offset, members: row.intervened < 0 ? [] : [row.intervened] });
    if (r === START - 1) startUnitsInto(statistics, block, { ...history, rows: START });
    if (r < START) return;
    addRidgeInto(statistics, block, values, offset);
    const trial = { value: row.x[row.intervened], outcome: values[offset + target], step: r - START };
    addOutcomeInto(statistics, row.intervened, trial, sign);
  });
  return {
    problems: {
      episodes: 1,
      width,
      sizes: Int32Array.of(N),
      targets: Int32Array.of(target),
      signs: Float64Array.of(sign),
      low: Float64Array.from(padded(low)),
      high: Float64Array.from(padded(high)),
      settable: Uint8Array.from(padded(settable)),
    },
    statistics,
    history,
    step: rows.length - START,
    horizon: 7,
  };
}

/** The episode with its variables in another order. */
export function relabelled(episode: Episode, order: readonly number[]): Episode {
  const take = (values: readonly number[]) => order.map((v) => values[v]);
  return {
    rows: episode.rows.map(({ intervened, x }) => ({ intervened: order.indexOf(intervened), x: take(x) })),
    low: take(episode.low),
    high: take(episode.high),
    settable: take(episode.settable),
    target: order.indexOf(episode.target),
    sign: episode.sign,
  };
}

/** The episode measured in other units from other zero points. */
export function rescaled(episode: Episode, unit: readonly number[], zero: readonly number[]): Episode {
  const change = (values: readonly number[]) => values.map((x, v) => zero[v] + unit[v] * x);
  return {
    ...episode,
    rows: episode.rows.map(({ intervened, x }) => ({ intervened, x: change(x) })),
    low: change(episode.low).map((x, v) => episode.settable[v] * x),
    high: change(episode.high).map((x, v) => episode.settable[v] * x),
  };
}

/** Maximising −Y in place of minimising Y. */
export function mirrored(episode: Episode): Episode {
  return {
    ...episode,
    rows: episode.rows.map(({ intervened, x }) => ({
      intervened,
      x: x.map((value, v) => v === episode.target ? -value : value),
    })),
    sign: -episode.sign,
  };
}
