/** Records for tests: trajectories given as plain lists. */

import type { EpisodeRecords } from "../../lib/evaluation/mod.ts";

export function recordsOf(
  values: readonly (readonly number[])[],
  given: Partial<EpisodeRecords> = {},
): EpisodeRecords {
  const problems = values.length;
  const horizon = values[0].length;
  const steps = problems * horizon;
  return {
    method: "test",
    problems,
    horizon,
    normalised: Float64Array.from(values.flat()),
    variable: new Int32Array(steps),
    rawValue: new Float64Array(steps),
    scaledValue: new Float64Array(steps),
    expected: new Float64Array(steps),
    sampled: new Float64Array(steps),
    recommendationNormalised: Float64Array.from(values, (row) => row[horizon - 1]),
    isParent: new Uint8Array(steps),
    isBestVariable: new Uint8Array(steps),
    isRightSign: new Uint8Array(steps),
    family: values.map(() => "chain"),
    sizes: new Int32Array(problems).fill(3),
    secondsPerDecision: NaN,
    ...given,
  };
}

export function near(actual: number, expected: number, tolerance = 1e-12, what = ""): void {
  if (Object.is(actual, expected)) return;
  if (!(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
    throw new Error(`${what} ${actual} is not ${expected} within ${tolerance}`);
  }
}
