/** Brute force over all charge assignments of a template: the exact count of consistent ones. */

import { anomalyConditions, anomalyContribution } from "./anomaly.ts";
import type { Field, GaugeGroup } from "./gauge.ts";

/** What an enumeration found. */
export interface ChargeEnumeration {
  readonly assignments: number;
  /** `[conditions + 1]` how many assignments satisfy exactly k of the conditions that depend on the charges. */
  readonly satisfied: readonly number[];
  /** The assignments that satisfy all of them, in lexicographic order. */
  readonly solutions: readonly (readonly number[])[];
}

/**
 * Tries every assignment of charges −bound … bound (in the factor's unit) of U(1) number `abelian` to the fields and counts
 * the conditions in which that U(1) takes part.
 * @throws RangeError for a bound that is not a non-negative integer
 */
export function enumerateCharges(
  group: GaugeGroup,
  fields: readonly Field[],
  abelian: number,
  bound: number,
): ChargeEnumeration {
  if (!Number.isInteger(bound) || bound < 0) throw new RangeError(`the bound must be an integer ≥ 0, got ${bound}`);
  const conditions = anomalyConditions(group).filter((condition) => condition.abelian.includes(abelian));
  const width = 2 * bound + 1;
  const count = conditions.length;
  // contributions[field][charge + bound][condition]
  const contributions = fields.map((field) => {
    const table = new Int32Array(width * count);
    for (let c = 0; c < width; c++) {
      const charges = field.charges.map((charge, a) => a === abelian ? c - bound : charge);
      conditions.forEach((condition, k) =>
        table[c * count + k] = anomalyContribution(condition, { ...field, charges })
      );
    }
    return table;
  });
  const satisfied = new Array<number>(count + 1).fill(0);
  const solutions: number[][] = [];
  const chosen = new Int32Array(fields.length);
  const sums = new Int32Array((fields.length + 1) * count);
  const visit = (depth: number): void => {
    const table = contributions[depth]!;
    const from = depth * count;
    const to = from + count;
    for (let c = 0; c < width; c++) {
      chosen[depth] = c;
      for (let k = 0; k < count; k++) sums[to + k] = sums[from + k]! + table[c * count + k]!;
      if (depth + 1 < fields.length) {
        visit(depth + 1);
        continue;
      }
      let zeros = 0;
      for (let k = 0; k < count; k++) if (sums[to + k] === 0) zeros++;
      satisfied[zeros]!++;
      if (zeros === count) solutions.push(Array.from(chosen, (value) => value - bound));
    }
  };
  visit(0);
  return { assignments: width ** fields.length, satisfied, solutions };
}
