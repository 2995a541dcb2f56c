/** A set of settings as one point. */

/** What one set does to each variable: `[width]` its value scaled to [−1, 1], NaN where it is free. */
export type SetPoint = Float64Array;

/** The variables that a set holds, in label order. */
export function heldBy(point: SetPoint): number[] {
  const held: number[] = [];
  point.forEach((value, v) => {
    if (value === value) held.push(v);
  });
  return held;
}
