/**
 * How two sets of settings are alike: the sum, over the variables that both hold, of how alike their values are, and of the products
 * of two such terms (additive kernels, Duvenaud, Nickisch & Rasmussen 2011). To leave a variable free is a level that adds nothing.
 */

import type { SetPoint } from "./point.ts";

/** Variance of what is common to all values of a variable. */
const CONSTANT = 0.25;

/** How values of one variable are alike. */
export interface TermShape {
  readonly bends: boolean;
  readonly length: number;
}

/** How two sets are alike. */
export interface Kernel extends TermShape {
  readonly interactions: number;
}

/** How alike two values of one variable are. */
export function term(u: number, w: number, { bends, length }: TermShape): number {
  const distance = (u - w) / length;
  return CONSTANT + u * w + (bends ? Math.exp(-0.5 * distance * distance) : 0);
}

/** The sum of the terms that two sets share, and of the products of two of them. */
export function sharedTerms(a: SetPoint, b: SetPoint, shape: TermShape): { sum: number; products: number } {
  let sum = 0;
  let squares = 0;
  for (let v = 0; v < a.length; v++) {
    const [u, w] = [a[v], b[v]];
    if (u !== u || w !== w) continue;
    const own = term(u, w, shape);
    sum += own;
    squares += own * own;
  }
  return { sum, products: 0.5 * (sum * sum - squares) };
}

/** The covariance of two sets, over that of a term. */
export function covariance(a: SetPoint, b: SetPoint, kernel: Kernel): number {
  const { sum, products } = sharedTerms(a, b, kernel);
  return sum + kernel.interactions * products;
}

/** Of each two sets the sum of the terms that both have, and the sum of the products of two of them. */
export function gramsOf(points: readonly SetPoint[], shape: TermShape): { sums: Float64Array; products: Float64Array } {
  const n = points.length;
  const sums = new Float64Array(n * n);
  const products = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const both = sharedTerms(points[i], points[j], shape);
      sums[i * n + j] = sums[j * n + i] = both.sum;
      products[i * n + j] = products[j * n + i] = both.products;
    }
  }
  return { sums, products };
}
