/** Gauge groups, fields and theories as plain data; fermions are always left-handed Weyl fields. */

import { formatRational, rational } from "./exact.ts";
import { conjugateIrrep, type Irrep, irrepName } from "./representation.ts";

/** SU(n) or U(1). Charges of a U(1) are stored as integers in units of 1/`unit`. */
export type GaugeFactor =
  | { readonly kind: "SU"; readonly name: string; readonly n: number }
  | { readonly kind: "U1"; readonly name: string; readonly unit: number };

/**
 * How electric charge and colour sit in the group. Weights are taken in the orthogonal basis of each SU(n) and every
 * row of `weights` sums to zero. Charges are integers in units of 1/`CHARGE_UNIT`.
 */
export interface Embedding {
  /** One row for each SU factor in order: coefficient of each of its n axes. */
  readonly weights: readonly (readonly number[])[];
  /** One coefficient for each U(1) in order, multiplying the stored integer charge. */
  readonly charges: readonly number[];
  /** The SU factor (position among the SU factors) and the three of its axes that are colour; undefined without colour. */
  readonly colour?: { readonly factor: number; readonly axes: readonly [number, number, number] };
}

/** Electric charges are integers in units of 1/30: thirds, halves and the fifths of flipped SU(5) are all exact. */
export const CHARGE_UNIT = 30;

/** A product of simple and abelian factors with its electromagnetic embedding. */
export interface GaugeGroup {
  readonly factors: readonly GaugeFactor[];
  readonly embedding: Embedding;
}

/** Left-handed Weyl fermion, complex scalar or real scalar. */
export type FieldKind = "fermion" | "complexScalar" | "realScalar";

/** What the gauge group sees of a field. */
export interface Multiplet {
  /** One irrep for each SU factor, in the group's order. */
  readonly irreps: readonly Irrep[];
  /** One integer charge for each U(1), in the group's order, in the factor's unit. */
  readonly charges: readonly number[];
}

/** `multiplicity` copies of one multiplet. */
export interface Field extends Multiplet {
  readonly kind: FieldKind;
  readonly multiplicity: number;
}

/** A gauge theory with its matter; `vevs` are the complex scalars whose neutral components take a vacuum value. */
export interface Theory {
  readonly group: GaugeGroup;
  readonly vevs: readonly Multiplet[];
  readonly fields: readonly Field[];
}

/** The SU(n) factors of a group, in order. */
export function simpleFactors(group: GaugeGroup): readonly (GaugeFactor & { readonly kind: "SU" })[] {
  return group.factors.filter((factor) => factor.kind === "SU");
}

/** The U(1) factors of a group, in order. */
export function abelianFactors(group: GaugeGroup): readonly (GaugeFactor & { readonly kind: "U1" })[] {
  return group.factors.filter((factor) => factor.kind === "U1");
}

/** Number of components of one copy. */
export function multipletDimension(multiplet: Multiplet): number {
  return multiplet.irreps.reduce((product, representation) => product * representation.dimension, 1);
}

/** The conjugate multiplet: conjugate irreps, opposite charges. */
export function conjugateMultiplet(multiplet: Multiplet): Multiplet {
  return {
    irreps: multiplet.irreps.map(conjugateIrrep),
    charges: multiplet.charges.map((charge) => 0 - charge),
  };
}

/** A text that two multiplets of one group share exactly when they transform alike. */
export function multipletKey(multiplet: Multiplet): string {
  return `${multiplet.irreps.map((representation) => representation.labels.join(".")).join("|")};${
    multiplet.charges.join(",")
  }`;
}

/** `(3,2)_1/6`, with one subscript for each U(1). */
export function multipletName(multiplet: Multiplet, group: GaugeGroup): string {
  const charges = abelianFactors(group).map((factor, i) =>
    formatRational(rational(multiplet.charges[i] ?? 0, factor.unit))
  );
  return `(${multiplet.irreps.map(irrepName).join(",")})${charges.length > 0 ? `_${charges.join(",")}` : ""}`;
}

/** The fermions of a theory, in order. */
export function fermions(theory: Theory): readonly Field[] {
  return theory.fields.filter((field) => field.kind === "fermion");
}

/**
 * The chiral remainder: how many more copies of each fermion multiplet there are than of its conjugate. Empty exactly when
 * the fermion content is vectorlike.
 */
export function chiralRemainder(theory: Theory): readonly Field[] {
  const count = new Map<string, { readonly field: Field; copies: number }>();
  for (const field of fermions(theory)) {
    const key = multipletKey(field);
    const conjugateKey = multipletKey(conjugateMultiplet(field));
    if (key === conjugateKey) continue;
    const own = count.get(key);
    const other = count.get(conjugateKey);
    if (own) own.copies += field.multiplicity;
    else if (other) other.copies -= field.multiplicity;
    else count.set(key, { field, copies: field.multiplicity });
  }
  return [...count.values()].filter(({ copies }) => copies !== 0).map(({ field, copies }) => {
    const multiplet = copies > 0 ? field : conjugateMultiplet(field);
    return {
      kind: "fermion",
      irreps: multiplet.irreps,
      charges: multiplet.charges,
      multiplicity: Math.abs(copies),
    };
  });
}
