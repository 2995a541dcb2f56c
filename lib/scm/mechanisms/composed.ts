/** `intercept + Σₜ scaleₜ·Πₖ shapeₖ(wₖ·pa + bₖ)`: sums of products of shapes of straight combinations of the parents. */

import { z } from "zod";
import { ScmError } from "../error.ts";
import type { Stream } from "../../random/mod.ts";
import { checkIntercept } from "./checks.ts";
import { sine } from "./fast_sine.ts";
import { tanh } from "./fast_tanh.ts";
import type { CheckContext, ColumnKernel, DrawRequest, MechanismKind } from "./kind.ts";
import { type Moments, momentsOf } from "./scaling.ts";
import { constantTerm, product } from "./terms.ts";

/** The shapes, each a loop that multiplies `out` by its value at `z`. */
const SHAPES = {
  identity: multiplying((z) => z),
  square: multiplying((z) => z * z),
  cube: multiplying((z) => z * z * z),
  sine: multiplying(sine),
  exponential: multiplying(Math.exp),
  saturation: multiplying(tanh),
  bump: multiplying((z) => Math.exp(-0.5 * z * z)),
  threshold: multiplying((z) => z < 0 ? 0 : 1),
} as const;

/** A function of one number: `bump` is `exp(−z²/2)`, `saturation` tanh, `threshold` 1 from 0 on. */
export type Shape = keyof typeof SHAPES;

/** Every shape, in the order in which random ones are chosen. */
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly Shape[];

type Multiply = (out: Float64Array, z: Float64Array, rows: number) => void;

/** One loop for each shape, so that the shape is compiled into it. */
function multiplying(shape: (z: number) => number): Multiply {
  return (out, z, rows) => {
    for (let r = 0; r < rows; r++) out[r] *= shape(z[r]);
  };
}

/** `shape(weights·pa + shift)` */
export interface Factor {
  readonly shape: Shape;
  /** One for each parent. */
  readonly weights: readonly number[];
  readonly shift: number;
}

/** `scale · Π factors` */
export interface ComposedTerm {
  readonly scale: number;
  readonly factors: readonly Factor[];
}

/** `intercept + Σ terms`. Random Fourier features (Rahimi & Recht 2007) are such a sum of sines. */
export interface ComposedMechanism {
  readonly kind: "composed";
  readonly intercept: number;
  readonly terms: readonly ComposedTerm[];
}

interface Entry {
  readonly parents: string[];
  readonly terms: { readonly scale: number; readonly factors: (Omit<Factor, "weights"> & { weights: number[] })[] }[];
}

export const composed: MechanismKind<ComposedMechanism, Entry> = {
  kind: "composed",
  key: "composed",
  schema: z.strictObject({
    parents: z.array(z.string()),
    terms: z.array(z.strictObject({
      scale: z.number(),
      factors: z.array(z.strictObject({
        shape: z.enum(SHAPE_NAMES as readonly [Shape, ...Shape[]]),
        weights: z.array(z.number()),
        shift: z.number(),
      })).min(1),
    })),
  }),
  read: ({ parents, terms }, { intercept = 0 }) => ({ parents, mechanism: { kind: "composed", intercept, terms } }),
  write({ intercept, terms }, parents) {
    return {
      intercept,
      composed: {
        parents: [...parents],
        terms: terms.map(({ scale, factors }) => ({
          scale,
          factors: factors.map((factor) => ({ ...factor, weights: [...factor.weights] })),
        })),
      },
    };
  },
  check(mechanism, context) {
    checkIntercept(mechanism.intercept, context);
    mechanism.terms.forEach((term, t) => checkTerm(term, t, context));
  },
  compile: (mechanism, { parents, out }) => compileComposed(mechanism, parents, out),
  terms({ intercept, terms }, parents) {
    return [...constantTerm(intercept), ...terms.flatMap((term) => term.scale === 0 ? [] : [termText(term, parents)])];
  },
  draw: drawComposed,
};

function termText({ scale, factors }: ComposedTerm, parents: readonly string[]): string {
  const names = (weights: readonly number[]) => parents.filter((_, i) => weights[i] !== 0).join(", ");
  return product(scale, factors.map(({ shape, weights }) => `${shape}(${names(weights)})`).join("·"));
}

function checkTerm({ scale, factors }: ComposedTerm, t: number, { where, parents }: CheckContext): void {
  if (!Number.isFinite(scale)) throw new ScmError(`${where}: the scale of term ${t} is ${scale}, not a finite number`);
  if (factors.length === 0) throw new ScmError(`${where}: term ${t} has no factor`);
  for (const { weights, shift } of factors) {
    if (weights.length !== parents.length) {
      throw new ScmError(
        `${where}: a factor of term ${t} has ${weights.length} weights for ${parents.length} parents (${
          parents.join(", ")
        })`,
      );
    }
    if (![shift, ...weights].every(Number.isFinite)) {
      throw new ScmError(`${where}: a weight or shift of term ${t} is not a finite number`);
    }
  }
}

function compileComposed(
  { intercept, terms }: ComposedMechanism,
  parents: readonly Float64Array[],
  out: Float64Array,
): ColumnKernel {
  const z = new Float64Array(out.length);
  const value = new Float64Array(out.length);
  return (rows) => {
    out.fill(intercept, 0, rows);
    for (const { scale, factors } of terms) {
      value.fill(scale, 0, rows);
      for (const { shape, weights, shift } of factors) {
        z.fill(shift, 0, rows);
        for (let p = 0; p < parents.length; p++) {
          const weight = weights[p], column = parents[p];
          if (weight !== 0) { for (let r = 0; r < rows; r++) z[r] += weight * column[r]; }
        }
        SHAPES[shape](value, z, rows);
      }
      for (let r = 0; r < rows; r++) out[r] += value[r];
    }
  };
}

/** Sines of a random Fourier sum. */
const FOURIER_TERMS = 10;

/**
 * One of four styles: a shape of each parent; a smooth function of all of them, as a sum of sines with one random length
 * scale; products of two parents' shapes; one parent's shape behind a threshold, bump or saturation of another.
 */
function drawComposed(request: DrawRequest): ComposedMechanism {
  const { intercept, weights, parents, stream } = request;
  const moments = parents.map(momentsOf);
  const style = stream.integer(parents.length === 1 ? 2 : 4);
  const terms = style === 1 ? fourierTerms(moments, weights, stream) : pairedTerms(moments, style, stream);
  const balanced = terms.map((term, t) => {
    const { deviation } = momentsOf(valuesOf([term], parents));
    const strength = style === 1 ? 1 : weights[t] * moments[t].deviation;
    return { ...term, scale: style === 1 ? term.scale : deviation > 0 ? term.scale * strength / deviation : 0 };
  });
  const raw = momentsOf(valuesOf(balanced, parents));
  const wanted = Math.hypot(...weights.map((w, i) => w * moments[i].deviation));
  const factor = raw.deviation > 0 ? wanted / raw.deviation : 0;
  return {
    kind: "composed",
    intercept: intercept - factor * raw.mean,
    terms: balanced.map(({ scale, factors }) => ({ scale: factor * scale, factors })),
  };
}

function valuesOf(terms: readonly ComposedTerm[], parents: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parents[0].length);
  compileComposed({ kind: "composed", intercept: 0, terms }, parents, out)(out.length);
  return out;
}

/** Sines of random directions: length scales from a fifth of the parents' deviations to three of them. */
function fourierTerms(moments: readonly Moments[], weights: readonly number[], stream: Stream): ComposedTerm[] {
  const length = 0.2 * 15 ** stream.uniform();
  const strongest = Math.max(...weights.map(Math.abs), 1e-12);
  const reach = moments.map(({ deviation }, i) =>
    (0.4 + 0.6 * Math.abs(weights[i]) / strongest) / Math.max(deviation, 1e-12)
  );
  return Array.from({ length: FOURIER_TERMS }, () => ({
    scale: stream.normal(),
    factors: [{
      shape: "sine" as const,
      weights: reach.map((r) => r * stream.normal() / length),
      shift: stream.uniformIn(0, 2 * Math.PI),
    }],
  }));
}

/** One term for each parent: its shape, and in some styles that of another parent as a second factor. */
function pairedTerms(moments: readonly Moments[], style: number, stream: Stream): ComposedTerm[] {
  const n = moments.length;
  const alone = (i: number, shapes: readonly Shape[]) => shapeOf(i, moments, stream.choice(shapes), stream);
  return moments.map((_, i) => {
    const other = (i + 1 + stream.integer(Math.max(1, n - 1))) % n;
    const factors = [alone(i, DRAWN_SHAPES)];
    if (style === 2) factors.push(alone(other, PRODUCT_SHAPES));
    if (style === 3 && stream.uniform() < 0.5) factors.push(alone(other, GATE_SHAPES));
    return { scale: 1, factors };
  });
}

/** Thresholds are drawn as steep saturations: sharp ones make staircases of simulated expectations, which no table holds. */
const DRAWN_SHAPES: readonly Shape[] = SHAPE_NAMES.filter((shape) => shape !== "threshold");
const PRODUCT_SHAPES: readonly Shape[] = ["identity", "sine", "saturation", "square"];
const GATE_SHAPES: readonly Shape[] = ["bump", "saturation"];

/** A shape somewhere within the reach of parent i, as steep as it can be told from a straight line or a step. */
function shapeOf(i: number, moments: readonly Moments[], shape: Shape, stream: Stream): Factor {
  const { mean, reach } = moments[i];
  const unit = Math.max(reach, 1e-12);
  const steepest = STEEPNESS[shape];
  const slope = stream.sign() * steepest[0] * (steepest[1] / steepest[0]) ** stream.uniform() / unit;
  const centre = mean + unit * stream.uniformIn(-0.6, 0.6);
  return { shape, weights: moments.map((_, k) => k === i ? slope : 0), shift: -slope * centre };
}

/** Least and greatest slope over a parent's reach. */
const STEEPNESS: Readonly<Record<Shape, readonly [number, number]>> = {
  identity: [1, 1],
  square: [1, 1],
  cube: [1, 1],
  sine: [1, 8],
  exponential: [0.5, 3],
  saturation: [1, 25],
  bump: [1.5, 12],
  threshold: [1, 1],
};
