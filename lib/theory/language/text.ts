/** From strings to theories and back. */

import { type Dialect, gaugeGroup } from "./dialect.ts";
import {
  conjugateMultiplet,
  type Field,
  type FieldKind,
  type Irrep,
  type Multiplet,
  multipletName,
  type Theory,
} from "../physics/mod.ts";
import { type GrammarLimits, grammarStart, type GrammarState, grammarStep } from "./grammar.ts";
import {
  ADD,
  BOS,
  COMPLEX_SCALAR,
  decode,
  EOS,
  FACTORS,
  FERMION,
  FIRST_MULTIPLICITY,
  MAX_MULTIPLICITY,
  PAD,
  REAL_SCALAR,
  tokenCharge,
  tokenIrrep,
  VEV,
  VOCABULARY_SIZE,
} from "./vocabulary.ts";

/** A finished string read as a theory. */
export interface ParsedTheory {
  readonly theory: Theory;
  /** Fields before ADD; all of them where the string has none. */
  readonly given: number;
}

const KINDS: readonly (readonly [number, FieldKind])[] = [
  [FERMION, "fermion"],
  [COMPLEX_SCALAR, "complexScalar"],
  [REAL_SCALAR, "realScalar"],
];

function multipletOf(tokens: readonly number[]): Multiplet {
  return {
    irreps: tokens.flatMap((token) => tokenIrrep(token) ?? []),
    charges: tokens.flatMap((token) => tokenCharge(token) ?? []),
  };
}

/**
 * Checks every token against the grammar and returns the theory; padding after EOS is ignored.
 * @throws RangeError naming the first illegal token and its position, or a string that has no EOS
 */
export function parseTheory(tokens: ArrayLike<number>, limits: GrammarLimits): ParsedTheory {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  let state: GrammarState = grammarStart(limits);
  const body: number[] = [];
  for (let position = 0; position < tokens.length; position++) {
    const token = tokens[position]!;
    if (token === PAD && state.phase === "done") continue;
    try {
      state = grammarStep(state, token, mask);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RangeError(`position ${position}: ${reason}`, { cause: error });
    }
    body.push(token);
  }
  if (state.phase !== "done") throw new RangeError(`"${decode(body)}" is not finished: EOS is missing`);
  return readTheory(body, limits.dialect);
}

/** The theory of a string that is known to be legal. */
export function readTheory(tokens: ArrayLike<number>, dialect: Dialect): ParsedTheory {
  const declared = FACTORS.flatMap(({ declare }, f) => Array.from(tokens).includes(declare) ? [f] : []);
  const vevs: Multiplet[] = [];
  const fields: Field[] = [];
  let given = -1;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === ADD) given = fields.length;
    const rest = () => multipletOf(Array.from(tokens).slice(i + 1, i + 1 + declared.length));
    if (token === VEV) vevs.push(rest());
    const kind = KINDS.find(([id]) => id === token)?.[1];
    if (kind === undefined) continue;
    fields.push({ kind, ...rest(), multiplicity: tokens[i + 1 + declared.length]! - FIRST_MULTIPLICITY + 1 });
  }
  const theory = { group: gaugeGroup(dialect, declared), vevs, fields };
  return { theory, given: given < 0 ? fields.length : given };
}

function representationToken(representation: Irrep, factor: number): number {
  const { first, last, factor: gauge } = FACTORS[factor]!;
  for (let token = first; token <= last; token++) {
    if (tokenIrrep(token)?.labels.join() === representation.labels.join()) return token;
  }
  throw new RangeError(
    `${gauge.name} has no token for the irrep [${representation.labels.join(", ")}]; it has ${
      decode(Array.from({ length: last - first + 1 }, (_, i) => first + i))
    }`,
  );
}

/**
 * The factor tokens of a multiplet.
 * @throws RangeError if the vocabulary has no token for an irrep or a charge
 */
export function multipletTokens(multiplet: Multiplet, declared: readonly number[]): number[] {
  let [simple, abelian] = [0, 0];
  return declared.map((f) => {
    const { factor, first, last } = FACTORS[f]!;
    if (factor.kind === "SU") return representationToken(multiplet.irreps[simple++]!, f);
    const charge = multiplet.charges[abelian++]!;
    const token = (first + last) / 2 + charge;
    if (token < first || token > last) {
      throw new RangeError(
        `${factor.name} charge ${charge}/${factor.unit} is outside ±${(last - first) / 2}/${factor.unit}`,
      );
    }
    return token;
  });
}

const compareTuples = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((token, i) => token !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

/** Declared factors (positions in `FACTORS`) of a theory's gauge group. */
export function declaredFactors(theory: Theory): readonly number[] {
  return theory.group.factors.map(({ name }) => FACTORS.findIndex(({ factor }) => factor.name === name));
}

/**
 * The tokens of a list of fields, merged and in canonical order. Complex scalars are written by the member of the pair whose
 * first complex token is positive.
 */
export function fieldTokens(fields: readonly Field[], declared: readonly number[]): number[] {
  const merged = new Map<string, { readonly tuple: readonly number[]; copies: number }>();
  for (const field of fields) {
    const kind = KINDS.find(([, name]) => name === field.kind)![0];
    const tuple = [kind, ...multipletTokens(canonicalScalar(field), declared)];
    const known = merged.get(tuple.join());
    if (known) known.copies += field.multiplicity;
    else merged.set(tuple.join(), { tuple, copies: field.multiplicity });
  }
  return [...merged.values()].sort((a, b) => compareTuples(a.tuple, b.tuple)).flatMap(({ tuple, copies }) => {
    const tokens: number[] = [];
    for (let left = copies; left > 0; left -= MAX_MULTIPLICITY) {
      tokens.push(...tuple, FIRST_MULTIPLICITY + Math.min(left, MAX_MULTIPLICITY) - 1);
    }
    return tokens;
  });
}

function canonicalScalar(field: Field): Multiplet {
  if (field.kind !== "complexScalar") return field;
  const conjugate = conjugateMultiplet(field);
  for (let i = 0; i < field.irreps.length; i++) {
    const order = compareTuples(field.irreps[i]!.labels, conjugate.irreps[i]!.labels);
    if (order !== 0) return order > 0 ? field : conjugate;
  }
  const charge = field.charges.find((value) => value !== 0) ?? 0;
  return charge >= 0 ? field : conjugate;
}

/** The canonical string of a theory: BOS, groups, vacua, fields in order, EOS. */
export function printTheory(theory: Theory): number[] {
  const declared = declaredFactors(theory);
  const vacua = theory.vevs.map((vev) => multipletTokens(vev, declared)).sort(compareTuples);
  return [
    BOS,
    ...declared.map((f) => FACTORS[f]!.declare),
    ...vacua.flatMap((tuple) => [VEV, ...tuple]),
    ...fieldTokens(theory.fields, declared),
    EOS,
  ];
}

/**
 * A text that two theories share exactly when their fermions agree up to the group's outer automorphisms: conjugation of
 * each SU(n) and the sign of each U(1). Charge conjugation and the relabelling of up and down are among them.
 */
export function contentKey(theory: Theory): string {
  const declared = declaredFactors(theory);
  const matter = theory.fields.filter((field) => field.kind === "fermion");
  let best = "";
  for (let flips = 0; flips < 2 ** declared.length; flips++) {
    const flipped = matter.map((field): Field => {
      const conjugate = conjugateMultiplet(field);
      let [simple, abelian] = [0, 0];
      const irreps: Irrep[] = [];
      const charges: number[] = [];
      theory.group.factors.forEach((factor, f) => {
        const source = (flips >> f) % 2 === 1 ? conjugate : field;
        if (factor.kind === "SU") irreps.push(source.irreps[simple++]!);
        else charges.push(source.charges[abelian++]!);
      });
      return { ...field, irreps, charges };
    });
    const key = countsKey(flipped);
    if (best === "" || key < best) best = key;
  }
  return `${theory.group.factors.map(({ name }) => name).join("×")}: ${best}`;
}

function countsKey(fields: readonly Field[]): string {
  const counts = new Map<string, number>();
  for (const field of fields) {
    const key = `${field.irreps.map(({ labels }) => labels.join("")).join("|")}_${field.charges.join(",")}`;
    counts.set(key, (counts.get(key) ?? 0) + field.multiplicity);
  }
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([key, copies]) => `${copies}×${key}`).join(" ");
}

/** `3×(3,2)_1/6 + 3×(3b,1)_-2/3 + …`, the fermions of a theory for a reader. */
export function describeFermions(theory: Theory): string {
  const matter = theory.fields.filter((field) => field.kind === "fermion");
  return matter.map((field) =>
    `${field.multiplicity > 1 ? `${field.multiplicity}×` : ""}${multipletName(field, theory.group)}`
  ).join(" + ");
}
