/** Corrections of p-values for several comparisons. Both are monotone in the p-values and never exceed 1. */

/** Holm's (1979) step-down correction, which bounds the chance of any false claim. In the order given. */
export function adjustHolm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((index, k) => {
    least = Math.max(least, Math.min(1, (pValues.length - k) * pValues[index]));
    adjusted[index] = least;
  });
  return adjusted;
}

/** Benjamini & Hochberg's (1995) step-up correction, which bounds the expected share of false claims. */
export function adjustBenjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let most = 1;
  for (let k = order.length - 1; k >= 0; k--) {
    most = Math.min(most, pValues.length / (k + 1) * pValues[order[k]]);
    adjusted[order[k]] = most;
  }
  return adjusted;
}

/** @throws RangeError for a p-value outside [0, 1] */
function ascending(pValues: readonly number[]): number[] {
  const bad = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (bad >= 0) throw new RangeError(`p-value ${bad} is ${pValues[bad]}; it must lie between 0 and 1`);
  return pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
}
