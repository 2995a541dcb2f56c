/** Fractions and multiplets as people write them: `-2/3`, `3×(3b,1)_-2/3`, `(3,2)_1/6,?`. */

import { type Rational, rational } from "../physics/mod.ts";
import { FACTORS, tokenName } from "./vocabulary.ts";

/** A field of a prompt: a representation or charge token for each factor, `null` for a charge that is left to the writer. */
export interface WrittenField {
  readonly tokens: readonly (number | null)[];
  readonly copies: number;
}

/** The exact value of `1/6`, `-0.5` or `3`. @throws RangeError for anything else */
export function readFraction(text: string | number): Rational {
  const words = String(text).trim().replace("−", "-");
  const ratio = /^([+-]?\d+)\s*(?:\/\s*(\d+))?$/.exec(words);
  if (ratio !== null) return rational(Number(ratio[1]), Number(ratio[2] ?? 1));
  const decimal = /^([+-]?\d*)\.(\d{1,6})$/.exec(words);
  if (decimal === null) throw new RangeError(`"${text}" is no fraction; write e.g. 1/6, -2/3, 0.5 or 2`);
  const scale = 10 ** decimal[2].length;
  return rational(Math.round(Number(words) * scale), scale);
}

/**
 * How many units of 1/`unit` a fraction is.
 * @throws RangeError if they are not whole, naming the unit
 */
export function inUnits(text: string | number, unit: number, what: string): number {
  const { numerator, denominator } = readFraction(text);
  if (unit % denominator !== 0) throw new RangeError(`${what} ${text} is no multiple of 1/${unit}`);
  return numerator * (unit / denominator);
}

/**
 * A field in the notation of reports: copies, the representation of each SU factor, the charge of each U(1), in the order in
 * which strings declare the factors. `?` stands for a charge that is left to the writer.
 * @param factors positions in `FACTORS`, ascending
 * @throws RangeError naming what the factor has instead
 */
export function readField(text: string, factors: readonly number[]): WrittenField {
  const words = /^(?:(\d+)\s*[×x*]?\s*)?\(([^()]*)\)(?:\s*_\s*(.+))?$/.exec(text.trim());
  if (words === null) throw new RangeError(`"${text}" is no field; write e.g. (3,2)_1/6 or 3×(3b,1)_-2/3`);
  const [, copies = "1", irreps, charges = ""] = words;
  const parts = (list: string) => list.split(",").map((part) => part.trim()).filter((part) => part !== "");
  const [simple, abelian] = [parts(irreps), parts(charges)];
  const tokensOf = factors.map((f) => FACTORS[f]);
  const expected = { SU: simple.length, U1: abelian.length };
  for (const kind of ["SU", "U1"] as const) {
    const names = tokensOf.flatMap(({ factor }) => factor.kind === kind ? [factor.name] : []);
    if (names.length !== expected[kind]) {
      const what = kind === "SU" ? "representations" : "charges";
      const wanted = names.length === 0 ? "none" : `${names.length} (${names.join(", ")})`;
      throw new RangeError(`${text} has ${expected[kind]} ${what}; expected ${wanted}`);
    }
  }
  if (Number(copies) < 1) throw new RangeError(`${text} has ${copies} copies; expected at least 1`);
  const tokens = tokensOf.map((own) =>
    own.factor.kind === "SU" ? irrepToken(simple.shift()!, own) : chargeToken(abelian.shift()!, own)
  );
  return { tokens, copies: Number(copies) };
}

type Factor = typeof FACTORS[number];

function irrepToken(word: string, { factor, first, last }: Factor): number {
  const label = word.replace(/^(\d+)[*̄]$/u, "$1b");
  const ids = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const names = ids.map((id) => tokenName(id).slice(1));
  const at = names.indexOf(label);
  if (at < 0) throw new RangeError(`${factor.name} has no representation ${word}; it has ${names.join(", ")}`);
  return ids[at];
}

function chargeToken(word: string, { factor, first, last }: Factor): number | null {
  if (word === "?") return null;
  const unit = factor.kind === "U1" ? factor.unit : 1;
  const charge = inUnits(word, unit, `the ${factor.name} charge`);
  const most = (last - first) / 2;
  if (Math.abs(charge) > most) {
    throw new RangeError(`the ${factor.name} charge ${word} is outside ±${most}/${unit}`);
  }
  return first + most + charge;
}
