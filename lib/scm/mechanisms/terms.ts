/** Numbers and sums for people. */

/** A number with at most five significant digits. */
export function formatValue(x: number): string {
  return String(Number(x.toPrecision(5))).replace(/^-/, "−");
}

/** `3·X`, `X` or `−X`. */
export function product(factor: number, what: string): string {
  if (factor === 1) return what;
  return factor === -1 ? `−${what}` : `${formatValue(factor)}·${what}`;
}

/** `a + b − c`; `0` for nothing. */
export function joinTerms(terms: readonly string[]): string {
  return terms.length === 0 ? "0" : terms.join(" + ").replaceAll("+ −", "− ");
}

/** The term of an intercept: none for 0. */
export function constantTerm(intercept: number): string[] {
  return intercept === 0 ? [] : [formatValue(intercept)];
}
