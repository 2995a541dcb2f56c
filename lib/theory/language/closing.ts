/**
 * Exact closing of partial theories: every way to cancel the anomalies of given fermions by a few more. The anomalies of the
 * fields are integer vectors that add up, so the sums of all pairs go into a hash table once, and a closing by k fields is
 * a list of k − 2 fields with a look-up of what is missing (meet in the middle). Sums are compared exactly.
 */

import { anomalyConditions, anomalyContribution, type Field } from "../physics/mod.ts";
import { gaugeGroup } from "./dialect.ts";
import { type GrammarLimits, grammarStart, type GrammarState, legalInto, stepUnchecked } from "./grammar.ts";
import { readTheory } from "./text.ts";
import { BOS, EOS, FACTORS, FERMION, FIRST_MULTIPLICITY, MAX_MULTIPLICITY, VOCABULARY_SIZE } from "./vocabulary.ts";

/** Weights of the anomalies in a key. With sums of fields below 2²⁵, keys stay exact integers. */
const KEY_WEIGHTS = [1_299_709, 15_485_863, 32_452_843, 49_979_687, 67_867_967, 86_028_121, 104_395_301, 122_949_823];

/** Ascending positions in `ClosingSolver.fields`, in the order in which a string writes the fields. */
export type Closing = readonly number[];

/** The fermion fields, multiplicity included, that the grammar can write once `declared` factors stand. */
function fermionFields(limits: GrammarLimits, declared: readonly number[]): readonly (readonly number[])[] {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  const start = declared.reduce(
    (state, f) => stepUnchecked(state, FACTORS[f]!.declare),
    stepUnchecked(grammarStart({ ...limits, ordered: false }), BOS),
  );
  const tuples = (state: GrammarState): readonly (readonly number[])[] => {
    if (state.phase === "multiplicity") return [state.tuple];
    legalInto(state, mask);
    return Array.from(mask).flatMap((bit, token) => bit === 1 ? [token] : [])
      .flatMap((token) => tuples(stepUnchecked(state, token)));
  };
  return tuples(stepUnchecked(start, FERMION)).flatMap((tuple) =>
    Array.from({ length: MAX_MULTIPLICITY }, (_, i) => [...tuple, FIRST_MULTIPLICITY + MAX_MULTIPLICITY - 1 - i])
  );
}

/** Closes partial theories of one gauge group by fermions of its grammar. */
export class ClosingSolver {
  /** Every multiplet of the grammar in canonical order, each with 4, 3, 2 and 1 copies. */
  readonly fields: readonly Field[];
  readonly #tokens: readonly (readonly number[])[];
  readonly #conditions: ReturnType<typeof anomalyConditions>;
  /** `[fields, conditions]` */
  readonly #anomalies: Int32Array;
  readonly #keys: Float64Array;
  readonly #single: KeyTable;
  #pair: KeyTable | undefined;

  /**
   * @param declared positions in `FACTORS` of the declared gauge factors, ascending
   * @throws RangeError if the group has more anomalies than keys have weights
   */
  constructor(limits: GrammarLimits, declared: readonly number[]) {
    this.#conditions = anomalyConditions(gaugeGroup(limits.dialect, declared));
    const width = this.#conditions.length;
    if (width > KEY_WEIGHTS.length) {
      throw new RangeError(`a theory with ${width} anomalies cannot be closed, only one with ≤ ${KEY_WEIGHTS.length}`);
    }
    this.#tokens = fermionFields(limits, declared);
    const head = [BOS, ...declared.map((f) => FACTORS[f]!.declare)];
    this.fields = this.#tokens.map((tokens) => readTheory([...head, ...tokens, EOS], limits.dialect).theory.fields[0]!);
    this.#anomalies = Int32Array.from(this.fields.flatMap((field) => this.#sum([field])));
    this.#keys = Float64Array.from(
      this.fields,
      (_, f) => this.#key(this.#anomalies.subarray(f * width, f * width + width)),
    );
    this.#single = new KeyTable(this.#keys, Int32Array.from(this.fields, (_, f) => f));
  }

  #sum(fields: readonly Field[]): number[] {
    return this.#conditions.map((condition) =>
      fields.reduce((sum, field) => sum + anomalyContribution(condition, field), 0)
    );
  }

  /** Additive in the anomalies; Witten's, which counts modulo 2, is left out. */
  #key(anomalies: ArrayLike<number>): number {
    return this.#conditions.reduce(
      (key, { kind }, k) => kind === "witten" ? key : key + KEY_WEIGHTS[k]! * anomalies[k]!,
      0,
    );
  }

  /** The tokens of a closing's fields. */
  tokens(closing: Closing): readonly number[] {
    return closing.flatMap((f) => this.#tokens[f]!);
  }

  /** May field `next` be written behind field `last`? A multiplet is repeated only after its full number of copies. */
  #mayFollow(last: number, next: number): boolean {
    const repeats = Math.floor(last / MAX_MULTIPLICITY) === Math.floor(next / MAX_MULTIPLICITY);
    return repeats ? last <= next && last % MAX_MULTIPLICITY === 0 : last < next;
  }

  #pairs(): KeyTable {
    if (this.#pair !== undefined) return this.#pair;
    const count = this.fields.length;
    const keys = new Float64Array(count * (count + 1) / 2);
    const values = new Int32Array(keys.length);
    let size = 0;
    for (let a = 0; a < count; a++) {
      for (let b = a; b < count; b++) {
        if (!this.#mayFollow(a, b)) continue;
        keys[size] = this.#keys[a]! + this.#keys[b]!;
        values[size++] = a * count + b;
      }
    }
    return this.#pair = new KeyTable(keys.subarray(0, size), values.subarray(0, size));
  }

  /**
   * Every closing of `given` by exactly `size` fields, each once.
   * @throws RangeError for a size below 1
   */
  closings(given: readonly Field[], size: number): readonly Closing[] {
    if (!(Number.isInteger(size) && size >= 1)) throw new RangeError(`a closing needs at least 1 field, got ${size}`);
    const sums = this.#sum(given);
    const count = this.fields.length;
    const table = size === 1 ? this.#single : this.#pairs();
    const found: Closing[] = [];
    const chosen: number[] = [];
    const extend = (key: number): void => {
      const last = chosen.at(-1);
      if (size - chosen.length > 2) {
        for (let next = last ?? 0; next < count; next++) {
          if (last !== undefined && !this.#mayFollow(last, next)) continue;
          chosen.push(next);
          extend(key + this.#keys[next]!);
          chosen.pop();
        }
        return;
      }
      for (let i = table.first(-key); i >= 0; i = table.next(i, -key)) {
        const value = table.values[i]!;
        const rest = size === 1 ? [value] : [Math.floor(value / count), value % count];
        if (last !== undefined && !this.#mayFollow(last, rest[0]!)) continue;
        const closing = [...chosen, ...rest];
        if (this.#cancels(sums, closing)) found.push(closing);
      }
    };
    extend(this.#key(sums));
    return found;
  }

  #cancels(given: readonly number[], closing: Closing): boolean {
    const width = this.#conditions.length;
    return this.#conditions.every(({ kind }, k) => {
      const sum = closing.reduce((total, f) => total + this.#anomalies[f * width + k]!, given[k]!);
      return kind === "witten" ? sum % 2 === 0 : sum === 0;
    });
  }
}

/** Integers by integer key: a hash table with chains, which are walked by `first` and `next` in the order of the input. */
class KeyTable {
  readonly values: Int32Array;
  readonly #keys: Float64Array;
  readonly #heads: Int32Array;
  readonly #links: Int32Array;

  /** @param values `[keys]` */
  constructor(keys: Float64Array, values: Int32Array) {
    this.values = values;
    this.#keys = keys;
    this.#heads = new Int32Array(2 * keys.length + 1).fill(-1);
    this.#links = new Int32Array(keys.length);
    for (let i = keys.length - 1; i >= 0; i--) {
      const slot = this.#slot(keys[i]!);
      this.#links[i] = this.#heads[slot]!;
      this.#heads[slot] = i;
    }
  }

  #slot(key: number): number {
    return Math.abs(key % this.#heads.length);
  }

  #match(entry: number, key: number): number {
    while (entry >= 0 && this.#keys[entry] !== key) entry = this.#links[entry]!;
    return entry;
  }

  /** The first entry of a key, −1 if there is none. */
  first(key: number): number {
    return this.#match(this.#heads[this.#slot(key)]!, key);
  }

  /** The entry of the same key behind `entry`, −1 if there is none. */
  next(entry: number, key: number): number {
    return this.#match(this.#links[entry]!, key);
  }
}
