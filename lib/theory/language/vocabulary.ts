/** The tokens of every theory string: one shared vocabulary, so that one language model can learn every task. */

import { type GaugeFactor, type Irrep, irrep } from "../physics/mod.ts";

/** A gauge factor with its tokens. `first`…`last` are the ids of its representation (or charge) tokens, in rank order. */
export interface FactorTokens {
  readonly factor: GaugeFactor;
  readonly declare: number;
  readonly first: number;
  readonly last: number;
}

const SU_FACTORS: readonly (readonly [string, number, string, readonly (readonly [string, readonly number[]])[]])[] = [
  ["SU5", 5, "f", [
    ["1", [0, 0, 0, 0]],
    ["5", [1, 0, 0, 0]],
    ["5b", [0, 0, 0, 1]],
    ["10", [0, 1, 0, 0]],
    ["10b", [0, 0, 1, 0]],
    ["15", [2, 0, 0, 0]],
    ["24", [1, 0, 0, 1]],
  ]],
  ["SU4", 4, "p", [
    ["1", [0, 0, 0]],
    ["4", [1, 0, 0]],
    ["4b", [0, 0, 1]],
    ["6", [0, 1, 0]],
    ["10", [2, 0, 0]],
    ["15", [1, 0, 1]],
  ]],
  ["SU3", 3, "c", [["1", [0, 0]], ["3", [1, 0]], ["3b", [0, 1]], ["6", [2, 0]], ["8", [1, 1]]]],
  ["SU3L", 3, "l", [["1", [0, 0]], ["3", [1, 0]], ["3b", [0, 1]], ["6", [2, 0]]]],
  ["SU3R", 3, "q", [["1", [0, 0]], ["3", [1, 0]], ["3b", [0, 1]]]],
  ["SU2", 2, "w", [["1", [0]], ["2", [1]], ["3", [2]]]],
  ["SU2R", 2, "r", [["1", [0]], ["2", [1]], ["3", [2]]]],
];

/** U(1) factors: name, unit, token letter, largest stored charge. */
const U1_FACTORS: readonly (readonly [string, number, string, number])[] = [["U1", 6, "y", 9], ["U1X", 3, "x", 15]];

const names: string[] = [];
const irreps = new Map<number, Irrep>();
const charges = new Map<number, number>();
const add = (name: string): number => names.push(name) - 1;

/** Start of a string. */
export const BOS = add("BOS");
/** End of a string. */
export const EOS = add("EOS");
/** Fills the end of a batch's shorter strings; never legal. */
export const PAD = add("PAD");
/** Separates the fields that a task gives from those that are to be added; the order of fields starts afresh. */
export const ADD = add("ADD");
/** A complex scalar with a vacuum value. */
export const VEV = add("VEV");
/** A left-handed Weyl fermion. */
export const FERMION = add("F");
/** A complex scalar. */
export const COMPLEX_SCALAR = add("S");
/** A real scalar. */
export const REAL_SCALAR = add("R");
/** `n1` … `n4`, multiplicities. */
export const FIRST_MULTIPLICITY = add("n1");
/** Largest multiplicity of one field; a repeat of the field continues it. */
export const MAX_MULTIPLICITY = 4;
for (let copies = 2; copies <= MAX_MULTIPLICITY; copies++) add(`n${copies}`);

const declarations = [...SU_FACTORS.map(([name]) => name), ...U1_FACTORS.map(([name]) => name)].map(add);

/** Every gauge factor in the one order in which strings declare them. */
export const FACTORS: readonly FactorTokens[] = [
  ...SU_FACTORS.map(([name, n, letter, representations], f): FactorTokens => {
    const ids = representations.map(([label, labels]) => {
      const id = add(`${letter}${label}`);
      irreps.set(id, irrep(n, labels));
      return id;
    });
    return { factor: { kind: "SU", name, n }, declare: declarations[f]!, first: ids[0]!, last: ids.at(-1)! };
  }),
  ...U1_FACTORS.map(([name, unit, letter, bound], u): FactorTokens => {
    const first = names.length;
    for (let charge = -bound; charge <= bound; charge++) charges.set(add(`${letter}${charge}`), charge);
    return {
      factor: { kind: "U1", name, unit },
      declare: declarations[SU_FACTORS.length + u]!,
      first,
      last: names.length - 1,
    };
  }),
];

/** Number of tokens. */
export const VOCABULARY_SIZE = names.length;

const ids = new Map(names.map((name, id) => [name, id]));

/** The name of a token. @throws RangeError for an id outside the vocabulary */
export function tokenName(id: number): string {
  const name = names[id];
  if (name === undefined) throw new RangeError(`token ${id} is not in 0…${VOCABULARY_SIZE - 1}`);
  return name;
}

/** The id of a token name. @throws RangeError for an unknown name */
export function tokenId(name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new RangeError(`"${name}" is not a token; tokens are ${names.join(" ")}`);
  return id;
}

/** The irrep that a token stands for, or undefined. */
export function tokenIrrep(id: number): Irrep | undefined {
  return irreps.get(id);
}

/** The integer charge that a token stands for, or undefined. */
export function tokenCharge(id: number): number | undefined {
  return charges.get(id);
}

/** The position in `FACTORS` of a factor name. @throws RangeError for an unknown name */
export function factorIndex(name: string): number {
  const index = FACTORS.findIndex(({ factor }) => factor.name === name);
  if (index < 0) {
    throw new RangeError(`"${name}" is not a gauge factor; they are ${FACTORS.map((f) => f.factor.name).join(", ")}`);
  }
  return index;
}

/** The ids of a string of token names separated by spaces. */
export function encode(text: string): number[] {
  return text.trim().split(/\s+/).map(tokenId);
}

/** The names of tokens, separated by spaces, padding left out. */
export function decode(tokens: ArrayLike<number>): string {
  return Array.from(tokens).filter((token) => token !== PAD).map(tokenName).join(" ");
}
