/**
 * A dialect says which gauge factors a string may declare, how electric charge and colour sit in them, and which scalars
 * may take a vacuum value.
 */

import { CHARGE_UNIT, type Embedding, type GaugeGroup } from "../physics/mod.ts";
import { encode, factorIndex, FACTORS, tokenCharge } from "./vocabulary.ts";

/** Charge coefficients of one SU factor's axes, or one coefficient of a U(1), as fractions times `CHARGE_UNIT`. */
type Coefficients = Readonly<Record<string, readonly number[]>>;

/** The rules of one family of gauge groups. */
export interface Dialect {
  readonly name: string;
  /** Positions in `FACTORS` that may be declared, ascending. */
  readonly factors: readonly number[];
  readonly electric: Coefficients;
  readonly colour?: { readonly factor: string; readonly axes: readonly [number, number, number] };
  /** Vacuum scalars as token strings over the dialect's factors; factors that are not declared are left out. */
  readonly vacua: readonly string[];
  /** Largest |Q| of a component of a field, in units of 1/30; bounds the charge of the last U(1) declared. */
  readonly maxCharge: number;
}

const of = (...fractions: readonly number[]): readonly number[] => fractions.map((x) => Math.round(x * CHARGE_UNIT));
const names = (text: string): readonly number[] => text.split(" ").map(factorIndex);
const ISOSPIN = of(1 / 2, -1 / 2);
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** A string of the standard group begins so. */
export const STANDARD_GROUPS = "BOS SU3 SU2 U1";
/** The Standard Model's left-handed fermions in canonical order, factor tokens only. */
export const STANDARD_MODEL = ["c1 w1 y6", "c1 w2 y-3", "c3 w2 y1", "c3b w1 y-4", "c3b w1 y2"] as const;

/** SU(3) × SU(2) × U(1)_Y or any part of it; Q = T3 + Y, |Q| ≤ 2. */
export const STANDARD: Dialect = {
  name: "standard",
  factors: names("SU3 SU2 U1"),
  electric: { SU3: of(0, 0, 0), SU2: ISOSPIN, U1: of(1 / 6) },
  colour: { factor: "SU3", axes: [0, 1, 2] },
  vacua: ["c1 w2 y3"],
  maxCharge: 2 * CHARGE_UNIT,
};

/** The standard group with a second, electrically silent U(1). */
export const EXTRA_U1: Dialect = {
  name: "extra U(1)",
  factors: names("SU3 SU2 U1 U1X"),
  electric: { ...STANDARD.electric, U1X: of(0) },
  colour: { factor: "SU3", axes: [0, 1, 2] },
  vacua: ["c1 w2 y3 x0"],
  maxCharge: UNBOUNDED,
};

/** Georgi–Glashow SU(5), the 5 of Higgs taking a vacuum value. */
export const SU5: Dialect = {
  name: "SU(5)",
  factors: names("SU5"),
  electric: { SU5: of(-1 / 3, -1 / 3, -1 / 3, 1, 0) },
  colour: { factor: "SU5", axes: [0, 1, 2] },
  vacua: ["f5"],
  maxCharge: UNBOUNDED,
};

/** Flipped SU(5) × U(1): Y = (X − Y5)/5. */
export const FLIPPED_SU5: Dialect = {
  name: "flipped SU(5)",
  factors: names("SU5 U1X"),
  electric: { SU5: of(1 / 15, 1 / 15, 1 / 15, 2 / 5, -3 / 5), U1X: of(1 / 15) },
  colour: { factor: "SU5", axes: [0, 1, 2] },
  vacua: ["f5 x-6"],
  maxCharge: UNBOUNDED,
};

/** Pati–Salam SU(4) × SU(2)_L × SU(2)_R with a bidoublet. */
export const PATI_SALAM: Dialect = {
  name: "Pati–Salam",
  factors: names("SU4 SU2 SU2R"),
  electric: { SU4: of(1 / 6, 1 / 6, 1 / 6, -1 / 2), SU2: ISOSPIN, SU2R: ISOSPIN },
  colour: { factor: "SU4", axes: [0, 1, 2] },
  vacua: ["p1 w2 r2"],
  maxCharge: UNBOUNDED,
};

/** Left–right SU(3) × SU(2)_L × SU(2)_R × U(1)_{B−L} with a bidoublet; Q = T3L + T3R + (B − L)/2. */
export const LEFT_RIGHT: Dialect = {
  name: "left–right",
  factors: names("SU3 SU2 SU2R U1X"),
  electric: { SU3: of(0, 0, 0), SU2: ISOSPIN, SU2R: ISOSPIN, U1X: of(1 / 6) },
  colour: { factor: "SU3", axes: [0, 1, 2] },
  vacua: ["c1 w2 r2 x0"],
  maxCharge: UNBOUNDED,
};

/** Minimal 331 (Pisano & Pleitez; Frampton): the triplets η, ρ, χ and the sextet that the charged leptons need. */
export const MINIMAL_331: Dialect = {
  name: "331",
  factors: names("SU3 SU3L U1X"),
  electric: { SU3: of(0, 0, 0), SU3L: of(0, -1, 1), U1X: of(1 / 3) },
  colour: { factor: "SU3", axes: [0, 1, 2] },
  vacua: ["c1 l3 x-3", "c1 l3 x0", "c1 l3 x3", "c1 l6 x0"],
  maxCharge: UNBOUNDED,
};

/** Trinification SU(3)_C × SU(3)_L × SU(3)_R. */
export const TRINIFICATION: Dialect = {
  name: "trinification",
  factors: names("SU3 SU3L SU3R"),
  electric: { SU3: of(0, 0, 0), SU3L: of(-2 / 3, 1 / 3, 1 / 3), SU3R: of(-2 / 3, 1 / 3, 1 / 3) },
  colour: { factor: "SU3", axes: [0, 1, 2] },
  vacua: ["c1 l3 q3b"],
  maxCharge: UNBOUNDED,
};

/** Every dialect. */
export const DIALECTS: readonly Dialect[] = [
  STANDARD,
  EXTRA_U1,
  SU5,
  FLIPPED_SU5,
  PATI_SALAM,
  LEFT_RIGHT,
  MINIMAL_331,
  TRINIFICATION,
];

/** The gauge group of the declared factors (positions in `FACTORS`, ascending). */
export function gaugeGroup(dialect: Dialect, declared: readonly number[]): GaugeGroup {
  const factors = declared.map((f) => FACTORS[f]!.factor);
  const rows = factors.map((factor) => dialect.electric[factor.name] ?? []);
  const simple = factors.filter((factor) => factor.kind === "SU");
  const colour = simple.findIndex((factor) => factor.name === dialect.colour?.factor);
  const embedding: Embedding = {
    weights: rows.filter((_, i) => factors[i]!.kind === "SU"),
    charges: rows.filter((_, i) => factors[i]!.kind === "U1").map((row) => row[0] ?? 0),
    ...(colour >= 0 && dialect.colour ? { colour: { factor: colour, axes: dialect.colour.axes } } : {}),
  };
  return { factors, embedding };
}

/** The vacuum scalars that the declared factors allow, as token tuples in canonical order; none if charge would break. */
export function vacuumTuples(dialect: Dialect, declared: readonly number[]): readonly (readonly number[])[] {
  const tuples = dialect.vacua.map((text) => {
    const tokens = encode(text);
    return dialect.factors.map((f, i) => ({ factor: f, token: tokens[i]! }));
  });
  const essential = (factor: number, token: number): boolean =>
    // A factor may be missing only where the scalar does not feel it.
    declared.includes(factor) || token === FACTORS[factor]!.first || tokenCharge(token) === 0;
  return tuples.filter((tuple) => tuple.every(({ factor, token }) => essential(factor, token)))
    .map((tuple) => tuple.filter(({ factor }) => declared.includes(factor)).map(({ token }) => token));
}
