/** Numbers that squares and differences can be made of. */

import { DataError } from "./error.ts";
import type { ExperimentProblem } from "./problem.ts";

/** Magnitudes whose squares are numbers too. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;
/** Most times that a column's distance from 0 may be its spread: beyond, what varies drowns in rounding. */
const FARTHEST = 1e6;

/**
 * @param observational `[rows, variables]` at least two rows
 * @throws {DataError} naming a variable whose numbers are too large, too small, or too far from 0 for how little they vary
 */
export function checkMagnitudes({ name, variables }: ExperimentProblem, observational: Float64Array): void {
  const width = variables.length;
  variables.forEach((variable, v) => {
    const shift = observational[v];
    let largest = 0;
    let squares = 0;
    for (let at = v; at < observational.length; at += width) {
      largest = Math.max(largest, Math.abs(observational[at]));
      squares += (observational[at] - shift) ** 2;
    }
    const refuse = (what: string) => {
      throw new DataError(`${name}: ${what}`);
    };
    if (largest > LARGEST || (largest > 0 && largest < SMALLEST)) {
      refuse(
        `the values of ${variable.name} are around ${
          largest.toPrecision(1)
        }; write them in a unit in which they are near 1`,
      );
    }
    const spread = Math.sqrt(squares * width / observational.length);
    if (spread > 0 && largest > FARTHEST * spread) {
      refuse(
        `the values of ${variable.name} are around ${largest.toPrecision(3)} and vary by ${
          spread.toPrecision(2)
        } only; ` +
          "subtract a constant, so that what varies does not drown in rounding",
      );
    }
  });
}
