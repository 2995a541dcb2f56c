/** The raw result of an evaluation: what one method did on a list of problems, step by step. */

import type { StructureRecords } from "./structure_records.ts";

/** One method's results on the same problems as every other method. Arrays are `[problems, horizon]`, flattened, unless said. */
export interface EpisodeRecords {
  readonly method: string;
  readonly problems: number;
  readonly horizon: number;
  /** Normalised value of each intervention: 0 as good as observing, 1 optimal, from `E[Y | do]`. */
  readonly normalised: Float64Array;
  /** Index of the intervened variable within its problem; the first chosen of a set. */
  readonly variable: Int32Array;
  /** The value set, in the variable's own unit. */
  readonly rawValue: Float64Array;
  /** The value set, on the domain scaled to [−1, 1]. */
  readonly scaledValue: Float64Array;
  /** `E[Y | do]`, in the target's unit. */
  readonly expected: Float64Array;
  /** Mean target that the experimenter saw. */
  readonly sampled: Float64Array;
  /** `[problems]` normalised value of the intervention recommended after the last step. */
  readonly recommendationNormalised: Float64Array;
  /** 1 where a direct parent of the target is set. */
  readonly isParent: Uint8Array;
  /** 1 where the variables set are those of the best intervention. */
  readonly isBestVariable: Uint8Array;
  /** 1 where every value lies on the better side of the middle of its domain. */
  readonly isRightSign: Uint8Array;
  /** `[problems]` */
  readonly family: readonly string[];
  /** `[problems]` number of observed variables. */
  readonly sizes: Int32Array;
  /** Mean wall-clock time of one decision, NaN where it was not measured. */
  readonly secondsPerDecision: number;
  /** What it believed about the parents of the target after each intervention; left out without a surrogate. */
  readonly structure?: StructureRecords;
  /** What was set where several variables may be: `[problems, horizon, slots]`, −1 behind the last variable of a set. */
  readonly sets?: SetRecords;
}

/** The sets of interventions of one method. */
export interface SetRecords {
  readonly slots: number;
  readonly variable: Int32Array;
  /** On the domain scaled to [−1, 1]. */
  readonly scaledValue: Float64Array;
}

const STEP_ARRAYS = [
  "normalised",
  "variable",
  "rawValue",
  "scaledValue",
  "expected",
  "sampled",
  "isParent",
  "isBestVariable",
  "isRightSign",
] as const;
const PROBLEM_ARRAYS = ["recommendationNormalised", "family", "sizes"] as const;

/**
 * Refuses records whose arrays do not fit their numbers of problems and steps, or whose normalised values are not finite.
 * @throws RangeError naming the method, the array and the place
 */
export function checkRecords(records: EpisodeRecords): void {
  const { method, problems, horizon } = records;
  if (!(Number.isInteger(problems) && problems >= 1) || !(Number.isInteger(horizon) && horizon >= 1)) {
    throw new RangeError(
      `Records of ${method}: ${problems} problems of ${horizon} steps; both must be whole numbers ≥ 1`,
    );
  }
  const check = (name: string, length: number, expected: number) => {
    if (length !== expected) {
      throw new RangeError(`Records of ${method}: ${name} holds ${length} entries, not ${expected}`);
    }
  };
  for (const name of STEP_ARRAYS) check(name, records[name].length, problems * horizon);
  for (const name of PROBLEM_ARRAYS) check(name, records[name].length, problems);
  for (const name of ["normalised", "recommendationNormalised"] as const) {
    const bad = records[name].findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    const problem = name === "normalised" ? Math.floor(bad / horizon) : bad;
    throw new RangeError(`Records of ${method}: ${name} is ${records[name][bad]} at entry ${bad} (problem ${problem})`);
  }
}
