/**
 * Every successful content of a free prompt of SU(3) × SU(2) × U(1): the ground truth of T4. A theory whose charged states are
 * all massive has as many left-handed states of each charge and colour as of the opposite ones, which is linear in the
 * fields, as the anomalies are. The chiral remainders that obey both are listed by mending the first unbalanced kind of
 * state until two fields are missing, which a hash table has; vectorlike and real matter is then added; the scorer decides.
 */

import { createStream } from "../../random/mod.ts";
import {
  anomalyConditions,
  anomalyContribution,
  conjugateMultiplet,
  type Field,
  multipletKey,
} from "../physics/mod.ts";
import {
  ClosingSolver,
  contentKey,
  declaredFactors,
  EOS,
  fieldTokens,
  MAX_MULTIPLICITY,
  type Prompt,
  readTheory,
} from "../language/mod.ts";
import type { TheoryScorer } from "./reward.ts";

/** What there is to be found. */
export interface Census {
  /** Canonical strings of successes. */
  readonly strings: number;
  /** Successful contents (up to conjugation and charge signs) by key, with their number of fields. */
  readonly contents: ReadonlyMap<string, number>;
}

/** Copies by multiplet, position in the list of multiplets. */
type Copies = ReadonlyMap<number, number>;

const COLOURS: Readonly<Record<string, number>> = { "00": 0, "11": 1, "10": 2, "01": -2, "20": 3, "02": -3 };
const CHARGES = 12;
/** How many states more of each charge (in sixths) and colour than of the opposite ones a multiplet has. */
function balanceOf({ irreps, charges }: Field): Int32Array {
  const [colour, weak] = irreps;
  const kind = COLOURS[colour!.labels.join("")]!;
  const row = new Int32Array(4 * (2 * CHARGES + 1));
  for (let third = 1 - weak!.dimension; third < weak!.dimension; third += 2) {
    const charge = charges[0]! + 3 * third;
    const sign = kind >= 2 ? 1 : kind < 0 ? -1 : Math.sign(charge);
    row[Math.abs(kind) * (2 * CHARGES + 1) + CHARGES + sign * charge]! += sign;
  }
  return row;
}

/** Fields of a canonical string that the copies need. */
function fieldCount(copies: Copies): number {
  return [...copies.values()].reduce((sum, count) => sum + Math.ceil(count / MAX_MULTIPLICITY), 0);
}

/** Lists the chiral remainders with vanishing anomalies and balanced charged states, at most `room` fields. */
function balancedRemainders(
  fields: readonly Field[],
  conjugate: Int32Array,
  room: number,
  prompt: Prompt,
): readonly Copies[] {
  const { theory } = readTheory(prompt.script as readonly number[], prompt.limits.dialect);
  const conditions = anomalyConditions(theory.group).filter(({ kind }) => kind !== "witten");
  const count = fields.length;
  const multiplet = (f: number) => Math.floor(f / MAX_MULTIPLICITY);
  const balances = fields.map((field) => balanceOf(field).map((value) => value * field.multiplicity));
  // Odd and below 2²⁹, so that the sums stay exact integers. Where two sums share a key by chance, the scorer tells them apart.
  const random = createStream(0);
  const weights = Array.from(
    { length: conditions.length + balances[0]!.length },
    () => (random.uint32() >>> 4) * 2 + 1,
  );
  const keys = fields.map((field, f) =>
    [...conditions.map((condition) => anomalyContribution(condition, field)), ...balances[f]!]
      .reduce((key, value, i) => key + value * weights[i]!, 0)
  );
  const fits = (chosen: readonly number[], f: number): boolean =>
    conjugate[multiplet(f)] !== multiplet(f) && chosen.every((g) => multiplet(g) !== conjugate[multiplet(f)]);
  const pairs = new Map<number, number[]>();
  for (let a = 0; a < count; a++) {
    for (let b = a; b < count; b++) {
      if (!fits([], a) || !fits([a], b)) continue;
      const key = keys[a]! + keys[b]!;
      const known = pairs.get(key);
      if (known === undefined) pairs.set(key, [a * count + b]);
      else known.push(a * count + b);
    }
  }
  // mending[kind of state][surplus is positive ? 1 : 0]: the fields that lessen a surplus.
  const mending = Array.from(
    balances[0]!,
    (_, s) => [1, -1].map((sign) => fields.flatMap((_, f) => Math.sign(balances[f]![s]!) === sign ? [f] : [])),
  );
  const all = fields.map((_, f) => f);
  const found = new Map<string, Copies>();
  const add = (chosen: readonly number[]) => {
    const copies = new Map<number, number>();
    for (const f of chosen) copies.set(multiplet(f), (copies.get(multiplet(f)) ?? 0) + fields[f]!.multiplicity);
    const id = [...copies].sort(([a], [b]) => a - b).join(";");
    if (fieldCount(copies) === chosen.length) found.set(id, copies);
  };
  const extend = (chosen: readonly number[], balance: Int32Array, key: number, left: number): void => {
    if (left === 2) {
      for (const pair of pairs.get(-key) ?? []) {
        const rest = [Math.floor(pair / count), pair % count];
        if (rest.every((f) => fits(chosen, f))) add([...chosen, ...rest]);
      }
      return;
    }
    // A field changes at most three kinds of state.
    if (balance.reduce((sum, value) => value === 0 ? sum : sum + 1, 0) > 3 * left) return;
    const first = balance.findIndex((value) => value !== 0);
    for (const f of first < 0 ? all : mending[first]![balance[first]! > 0 ? 1 : 0]!) {
      if (f < (chosen[0] ?? 0) || !fits(chosen, f)) continue;
      extend([...chosen, f], balance.map((value, s) => value + balances[f]![s]!), key + keys[f]!, left - 1);
    }
  };
  for (let size = 2; size <= room; size++) extend([], new Int32Array(balances[0]!.length), 0, size);
  return [...found.values()];
}

/**
 * Lists all successes of a free prompt of the standard group with at most `room` fields. Six fields cost about 520,000 score
 * calls.
 */
export function successCensus(scorer: TheoryScorer, prompt: Prompt, room = prompt.limits.maxFields): Census {
  const head = prompt.script as readonly number[];
  const { dialect } = prompt.limits;
  const declared = declaredFactors(readTheory(head, dialect).theory);
  const { fields } = new ClosingSolver(prompt.limits, declared);
  const multiplets = fields.filter((_, f) => f % MAX_MULTIPLICITY === 0);
  const at = new Map(multiplets.map((field, m) => [multipletKey(field), m]));
  const conjugate = Int32Array.from(multiplets, (field) => at.get(multipletKey(conjugateMultiplet(field))) ?? -1);
  const strings = new Set<string>();
  const contents = new Map<string, number>();
  const extend = (copies: Copies, from: number): void => {
    const matter = [...copies].map(([m, multiplicity]) => ({ ...multiplets[m]!, multiplicity }));
    const tokens = [...head, ...fieldTokens(matter, declared), EOS];
    const verdict = scorer.score(tokens, prompt);
    // Vectorlike matter changes no goal: what the remainder misses stays missed.
    if (verdict.shortfalls.some((shortfall) => shortfall > 0)) return;
    if (verdict.success) {
      strings.add(tokens.join());
      contents.set(contentKey(readTheory(tokens, dialect).theory), fieldCount(copies));
    }
    for (let m = from; m < multiplets.length; m++) {
      const partner = conjugate[m]!;
      if (partner < m) continue;
      for (let added = 1;; added++) {
        const more = new Map(copies).set(m, (copies.get(m) ?? 0) + added);
        if (partner !== m) more.set(partner, (copies.get(partner) ?? 0) + added);
        if (fieldCount(more) > room) break;
        extend(more, m + 1);
      }
    }
  };
  for (const remainder of balancedRemainders(fields, conjugate, room, prompt)) extend(remainder, 0);
  return { strings: strings.size, contents };
}
