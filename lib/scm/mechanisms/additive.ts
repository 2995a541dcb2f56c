/** Mechanisms that are a sum of one function of each parent. */

import type { Binding, ColumnKernel, DrawRequest } from "./kind.ts";
import { type Moments, momentsOf } from "./scaling.ts";

/** Adds one parent's contribution to the first `rows` values of `out`. */
export type AddTerm = (out: Float64Array, parent: Float64Array, rows: number) => void;

/** The kernel of `intercept + Σ termᵢ(paᵢ)`. */
export function compileAdditive(intercept: number, terms: readonly AddTerm[], { parents, out }: Binding): ColumnKernel {
  return (rows) => {
    out.fill(intercept, 0, rows);
    for (let p = 0; p < terms.length; p++) terms[p](out, parents[p], rows);
  };
}

/** The shape of a random term of one parent, and how it is multiplied by a factor. */
export interface RandomTerm<Shape> {
  draw(moments: Moments): Shape;
  compile(shape: Shape): AddTerm;
  scale(shape: Shape, factor: number): Shape;
}

/** A drawn mechanism. */
export interface DrawnTerms<Shape> {
  /** Such that every term has mean 0 in the pilot, and their sum the mean that was asked for. */
  readonly intercept: number;
  readonly shapes: readonly Shape[];
}

/** Draws one term for each parent, scaled to the standard deviation that a linear weight would give it. */
export function drawAdditive<Shape>(
  { intercept, weights, parents }: DrawRequest,
  term: RandomTerm<Shape>,
): DrawnTerms<Shape> {
  const drawn = parents.map(momentsOf).map((moments, i) => {
    const shape = term.draw(moments);
    const values = new Float64Array(parents[i].length);
    term.compile(shape)(values, parents[i], values.length);
    const raw = momentsOf(values);
    const factor = raw.deviation > 0 ? weights[i] * moments.deviation / raw.deviation : 0;
    return { constant: -factor * raw.mean, shape: term.scale(shape, factor) };
  });
  return {
    intercept: drawn.reduce((sum, { constant }) => sum + constant, intercept),
    shapes: drawn.map(({ shape }) => shape),
  };
}
