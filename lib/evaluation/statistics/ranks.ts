/** Ranks with ties. */

/** Ranks from 1 in ascending order, equal values sharing the mean of their ranks, and the sizes of the groups of ties. */
export function rank(values: ArrayLike<number>): { readonly ranks: Float64Array; readonly ties: readonly number[] } {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  const ties: number[] = [];
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    if (to - from > 1) ties.push(to - from);
    from = to;
  }
  return { ranks, ties };
}

/** `Σ t³ − t` over the groups of ties, which every correction for ties is made of. */
export function tieSum(ties: readonly number[]): number {
  return ties.reduce((sum, t) => sum + t ** 3 - t, 0);
}
