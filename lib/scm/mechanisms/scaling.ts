/** How random mechanisms are scaled to what their parents do in a pilot simulation. */

/** What is known of a column. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  /** The largest distance from the mean. */
  readonly reach: number;
}

/** Mean, standard deviation and reach of a column. */
export function momentsOf(column: Float64Array): Moments {
  let sum = 0;
  for (const x of column) sum += x;
  const mean = sum / column.length;
  let squares = 0, reach = 0;
  for (const x of column) {
    squares += (x - mean) ** 2;
    reach = Math.max(reach, Math.abs(x - mean));
  }
  return { mean, deviation: Math.sqrt(squares / column.length), reach };
}
