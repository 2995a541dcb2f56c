/**
 * The renormalisable interactions of a theory, derived from its content. The number of independent couplings of a monomial
 * such as ψ_i ψ_j φ or φ_i² φ_j² is the number of singlets in the product of the symmetric powers of its fields (fermion
 * bilinears are symmetric under joint exchange of flavour and gauge indices). It is computed from characters: symmetric
 * powers through power sums, and the trivial irrep's multiplicity through Weyl's character formula.
 */

import {
  conjugateMultiplet,
  type Field,
  type Multiplet,
  multipletKey,
  multipletName,
  simpleFactors,
  type Theory,
} from "./gauge.ts";
import { stateSpace } from "./weights.ts";

/** A field or the conjugate of one, as it appears in a monomial. */
interface Letter {
  readonly name: string;
  readonly multiplet: Multiplet;
  readonly copies: number;
  readonly fermion: boolean;
}

/** A class of gauge-invariant terms and the number of independent couplings in it. */
export interface Interaction {
  readonly kind: "fermionMass" | "yukawa" | "scalarMass" | "scalarCubic" | "scalarQuartic";
  /** Field names in the order of the theory, `*` marks a conjugate scalar. */
  readonly monomial: readonly string[];
  /** Complex couplings, before field redefinitions and before counting a term with its Hermitian conjugate. */
  readonly couplings: number;
}

/** A character: coefficient of each weight; the weight is a text of integers. */
type Character = ReadonlyMap<string, number>;

const keyOf = (weight: readonly number[]): string => weight.join(",");
const weightOf = (key: string): readonly number[] => key === "" ? [] : key.split(",").map(Number);

function times(a: Character, b: Character, scale = 1): Character {
  const product = new Map<string, number>();
  const right = [...b].map(([key, coefficient]) => [weightOf(key), coefficient] as const);
  for (const [key, coefficient] of a) {
    const left = weightOf(key);
    for (const [weight, other] of right) {
      const sum = keyOf(left.map((w, i) => w + weight[i]!));
      product.set(sum, (product.get(sum) ?? 0) + scale * coefficient * other);
    }
  }
  return product;
}

function plus(...characters: readonly Character[]): Character {
  const sum = new Map<string, number>();
  for (const character of characters) {
    for (const [key, coefficient] of character) sum.set(key, (sum.get(key) ?? 0) + coefficient);
  }
  return sum;
}

const scaled = (character: Character, factor: number): Character =>
  new Map([...character].map(([key, coefficient]) => [key, coefficient * factor]));

/** The Adams operation: the character with every weight multiplied by k. */
const adams = (character: Character, k: number): Character =>
  new Map([...character].map(([key, coefficient]) => [keyOf(weightOf(key).map((w) => w * k)), coefficient]));

/** Character of the k-th symmetric power, by Newton's identities h_k = (1/k) Σ p_i h_{k−i}. */
function symmetricPower(character: Character, k: number, unit: Character): Character {
  if (k === 0) return unit;
  const terms: Character[] = [];
  for (let i = 1; i <= k; i++) terms.push(times(adams(character, i), symmetricPower(character, k - i, unit)));
  return scaled(plus(...terms), 1 / k);
}

function permutations(n: number): readonly { readonly order: readonly number[]; readonly sign: number }[] {
  if (n === 0) return [{ order: [], sign: 1 }];
  return permutations(n - 1).flatMap(({ order, sign }) =>
    Array.from({ length: n }, (_, at) => ({
      order: [...order.slice(0, at), n - 1, ...order.slice(at)],
      sign: (n - 1 - at) % 2 === 0 ? sign : -sign,
    }))
  );
}

/** Weights whose alternating sum gives the trivial irrep's multiplicity, for a product of SU(n). */
function weylProbe(sizes: readonly number[]): readonly { readonly weight: readonly number[]; readonly sign: number }[] {
  let probe: { weight: number[]; sign: number }[] = [{ weight: [], sign: 1 }];
  for (const n of sizes) {
    probe = probe.flatMap(({ weight, sign }) =>
      permutations(n).map(({ order, sign: own }) => {
        const shift = order.map((image, i) => image - i);
        // ρ_i = −i up to a constant, so ρ − wρ has components image − i; kept as differences of neighbours.
        return { weight: [...weight, ...differences(shift)], sign: sign * own };
      })
    );
  }
  return probe;
}

const differences = (weight: readonly number[]): readonly number[] =>
  weight.slice(1).map((next, i) => weight[i]! - next);

/** Counts gauge-invariant monomials of the theories of one gauge group. */
function singletCounter(sizes: readonly number[]): (powers: readonly { letter: Letter; power: number }[]) => number {
  const rank = sizes.reduce((sum, n) => sum + n - 1, 0);
  const unit: Character = new Map([[keyOf(new Array<number>(rank).fill(0)), 1]]);
  const probe = weylProbe(sizes);
  const characterOf = (letter: Letter): Character => {
    let weights: (readonly number[])[] = [[]];
    for (const representation of letter.multiplet.irreps) {
      const own = stateSpace(representation).weights.map(differences);
      weights = weights.flatMap((prefix) => own.map((weight) => [...prefix, ...weight]));
    }
    const character = new Map<string, number>();
    for (const weight of weights) character.set(keyOf(weight), (character.get(keyOf(weight)) ?? 0) + letter.copies);
    return character;
  };
  return (powers) => {
    const charges = powers[0]?.letter.multiplet.charges ?? [];
    const neutral = charges.every((_, a) =>
      powers.reduce((sum, { letter, power }) => sum + power * letter.multiplet.charges[a]!, 0) === 0
    );
    if (!neutral) return 0;
    const character = powers.map(({ letter, power }) => symmetricPower(characterOf(letter), power, unit))
      .reduce((a, b) => times(a, b), unit);
    const total = probe.reduce((sum, { weight, sign }) => sum + sign * (character.get(keyOf(weight)) ?? 0), 0);
    return Math.round(total);
  };
}

/** Multisets of `degree` letters taken from `letters`. */
function multisets(letters: readonly Letter[], degree: number): { letter: Letter; power: number }[][] {
  if (degree === 0) return [[]];
  const [first, ...rest] = letters;
  if (first === undefined) return [];
  const result: { letter: Letter; power: number }[][] = [];
  for (let power = degree; power >= 0; power--) {
    for (const tail of multisets(rest, degree - power)) {
      result.push(power === 0 ? tail : [{ letter: first, power }, ...tail]);
    }
  }
  return result;
}

/** Every class of renormalisable invariant of a theory (vacuum-value scalars take part as scalars). */
export function renormalisableInteractions(theory: Theory): readonly Interaction[] {
  const name = (multiplet: Multiplet) => multipletName(multiplet, theory.group);
  const matter: Letter[] = theory.fields.filter((field) => field.kind === "fermion").map((field) => ({
    name: name(field),
    multiplet: field,
    copies: field.multiplicity,
    fermion: true,
  }));
  const scalarFields: Field[] = [
    ...theory.vevs.map((vev): Field => ({ ...vev, kind: "complexScalar", multiplicity: 1 })),
    ...theory.fields.filter((field) => field.kind !== "fermion"),
  ];
  // Equal multiplets are one letter with more copies, so that exchange symmetry is counted once.
  const merged = new Map<string, Field>();
  for (const field of scalarFields) {
    const key = `${field.kind} ${multipletKey(field)}`;
    const known = merged.get(key);
    merged.set(key, { ...field, multiplicity: field.multiplicity + (known?.multiplicity ?? 0) });
  }
  const scalars: Letter[] = [...merged.values()].flatMap((field) => {
    const letter = { name: name(field), multiplet: field, copies: field.multiplicity, fermion: false };
    if (field.kind === "realScalar") return [letter];
    return [letter, { ...letter, name: `${letter.name}*`, multiplet: conjugateMultiplet(field) }];
  });
  const count = singletCounter(simpleFactors(theory.group).map(({ n }) => n));
  const shapes = [["fermionMass", 2, 0], ["yukawa", 2, 1], ["scalarMass", 0, 2], ["scalarCubic", 0, 3], [
    "scalarQuartic",
    0,
    4,
  ]] as const;
  return shapes.flatMap(([kind, fermionDegree, scalarDegree]) =>
    multisets(matter, fermionDegree).flatMap((bilinear) =>
      multisets(scalars, scalarDegree).flatMap((rest): Interaction[] => {
        const powers = [...bilinear, ...rest];
        const couplings = count(powers);
        const monomial = powers.flatMap(({ letter, power }) => new Array<string>(power).fill(letter.name));
        return couplings > 0 ? [{ kind, monomial, couplings }] : [];
      })
    )
  );
}
