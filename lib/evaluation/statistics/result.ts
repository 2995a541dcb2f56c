/** What every hypothesis test answers. */

/** A two-sided test (an upper-tail one for several groups). */
export interface TestResult {
  /** The test's name as it stands in a sentence. */
  readonly name: string;
  readonly statistic: number;
  readonly pValue: number;
  /** Null where the statistic's distribution has none. */
  readonly degreesOfFreedom: number | readonly [number, number] | null;
}

/** @throws RangeError for a list with fewer than `least` values, or with a value that is not finite */
export function checkSample(name: string, values: ArrayLike<number>, least: number): void {
  if (values.length < least) throw new RangeError(`${name} needs at least ${least} values, not ${values.length}`);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name}: value ${i} is ${values[i]}; it must be finite`);
  }
}
