/**
 * A small simulation that runs ahead while a nonlinear SCM is drawn. It tells in which range each variable lives,
 * observationally and when single variables are set anywhere in their domains, so that the next mechanism can be scaled to
 * it: without it, polynomials of polynomials explode within a few steps.
 */

import type { Stream } from "../../random/mod.ts";
import { compileMechanism } from "../mechanisms/registry.ts";
import { sampleNoise } from "../noise.ts";
import { addNoiseInto } from "../tiles.ts";
import type { Variable } from "../types.ts";

/** Rows of the pilot; in the second half one variable is set in each. */
const ROWS = 256;
export const OBSERVED_ROWS = ROWS / 2;

/** The pilot's columns, filled variable after variable. */
export interface Pilot {
  /** `[variables]` columns of equal length values. */
  readonly columns: readonly Float64Array[];
  /** `[rows]` the variable that is set, −1 for none. */
  readonly set: Int32Array;
}

/**
 * @param settable the variables of which one is set in every row of the second half
 */
export function createPilot(variables: number, settable: readonly number[], stream: Stream): Pilot {
  const set = Int32Array.from({ length: ROWS }, (_, r) => r < OBSERVED_ROWS ? -1 : stream.choice(settable));
  return { columns: Array.from({ length: variables }, () => new Float64Array(ROWS)), set };
}

/** Fills the column of a variable from those of its causes. */
export function simulateInto(
  { columns }: Pilot,
  variable: number,
  { mechanism, noise, parents }: Pick<Variable, "mechanism" | "noise" | "parents">,
  stream: Stream,
): void {
  const column = columns[variable];
  compileMechanism(mechanism, { parents: parents.map((p) => columns[p]), names: [], out: column })(column.length);
  const noises = Float64Array.from(column, () => sampleNoise(noise.distribution, stream));
  addNoiseInto(column, noise, { noise: noises, start: 0, stride: 1 }, column.length);
}

/** Mean of the rows in which nothing is set. */
export function observedMean(column: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < OBSERVED_ROWS; r++) sum += column[r];
  return sum / OBSERVED_ROWS;
}

/** Sets a variable to uniform values of its domain in the rows that set it. */
export function setPilotInto(pilot: Pilot, variable: number, low: number, high: number, stream: Stream): void {
  const column = pilot.columns[variable];
  for (let r = OBSERVED_ROWS; r < ROWS; r++) {
    if (pilot.set[r] === variable) column[r] = stream.uniformIn(low, high);
  }
}
