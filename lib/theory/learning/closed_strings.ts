/**
 * Strings without anomalies, drawn with the exact solver: the fields that a prompt gives, or a few random ones where it
 * gives none, are closed by at most three more. Only wholly vectorlike results are passed over; light exotics and the goals
 * of the task are not looked at.
 */

import type { Stream } from "../../random/mod.ts";
import {
  type Closing,
  ClosingSolver,
  contentKey,
  declaredFactors,
  EOS,
  FACTORS,
  FERMION,
  fieldTokens,
  MAX_MULTIPLICITY,
  type Prompt,
  readTheory,
} from "../language/mod.ts";
import { chiralRemainder, fermions, type Theory } from "../physics/mod.ts";
import type { TheoryScorer } from "./reward.ts";
import { SearchLog, type SearchRecord } from "./search.ts";

/** Most fields that the solver adds: a draw costs at most one look-up for each field of the grammar. */
const LARGEST_CLOSING = 3;

/** Most fields of a grammar for which the table of all pairs is made: about 4.5 million entries. */
const MOST_FIELDS = 3000;

/**
 * Can the solver finish this prompt? It must be open, fixed up to where the fields begin, let fermions be written, and its
 * grammar must not have too many fields.
 */
export function isClosable({ script, limits }: Prompt): boolean {
  const fixed = script.every((item) => typeof item === "number");
  const fields = limits.dialect.factors.reduce((product, f) => product * (FACTORS[f]!.last - FACTORS[f]!.first + 1), 1);
  return fixed && limits.ordered && limits.kinds.includes(FERMION) && script.at(-1) !== EOS &&
    fields * MAX_MULTIPLICITY <= MOST_FIELDS;
}

/** Draws and lists closed strings of prompts. It remembers the tables of gauge groups and the closings of given fields. */
export class ClosedStrings {
  readonly #accept: (theory: Theory) => boolean;
  readonly #solvers = new Map<string, ClosingSolver>();
  /** What `draw` chooses from, for prompts that give fields. */
  readonly #acceptable = new Map<Prompt, readonly (readonly number[])[]>();

  /** @param accept a further condition on drawn theories; it must hold for some closing */
  constructor(accept: (theory: Theory) => boolean = () => true) {
    this.#accept = accept;
  }

  #isAcceptable(theory: Theory): boolean {
    return chiralRemainder(theory).length > 0 && this.#accept(theory);
  }

  #start(prompt: Prompt): { readonly head: readonly number[]; readonly theory: Theory; readonly room: number } {
    if (!isClosable(prompt)) {
      throw new RangeError(`prompt ${prompt.name} has no open end that few enough fermions could close`);
    }
    const head = prompt.script as readonly number[];
    const { theory } = readTheory(head, prompt.limits.dialect);
    const { maxAdded, maxFields } = prompt.limits;
    return { head, theory, room: maxAdded > 0 ? maxAdded : maxFields };
  }

  #solver(prompt: Prompt, declared: readonly number[]): ClosingSolver {
    const key = `${prompt.limits.dialect.name}: ${declared.join()}`;
    const known = this.#solvers.get(key);
    if (known !== undefined) return known;
    const solver = new ClosingSolver(prompt.limits, declared);
    this.#solvers.set(key, solver);
    return solver;
  }

  /**
   * Every string of a prompt that gives fields whose anomalies cancel, with at most three fields added.
   * @throws RangeError if the prompt gives no fields or its end is not open
   */
  all(prompt: Prompt): readonly (readonly number[])[] {
    const { head, theory, room } = this.#start(prompt);
    if (theory.fields.length === 0) throw new RangeError(`prompt ${prompt.name} gives no fields to close`);
    const solver = this.#solver(prompt, declaredFactors(theory));
    const strings: number[][] = [];
    for (let size = 1; size <= Math.min(room, LARGEST_CLOSING); size++) {
      for (const closing of solver.closings(fermions(theory), size)) {
        strings.push([...head, ...solver.tokens(closing), EOS]);
      }
    }
    return strings;
  }

  /**
   * A string of the prompt whose anomalies cancel and whose fermions are not wholly vectorlike. One that the prompt's own
   * fields lead to is drawn uniformly; for a prompt without fields, 1 … room − 1 uniform fields are closed by one of
   * their closings, afresh until there is one.
   * @throws RangeError if the prompt gives fields of which no closing is acceptable
   */
  draw(prompt: Prompt, stream: Stream): readonly number[] {
    const { head, theory, room } = this.#start(prompt);
    if (theory.fields.length > 0) {
      const acceptable = this.#acceptable.get(prompt) ??
        this.all(prompt).filter((tokens) => this.#isAcceptable(readTheory(tokens, prompt.limits.dialect).theory));
      this.#acceptable.set(prompt, acceptable);
      if (acceptable.length === 0) throw new RangeError(`no closing of prompt ${prompt.name} is acceptable`);
      return stream.choice(acceptable);
    }
    const declared = declaredFactors(theory);
    const solver = this.#solver(prompt, declared);
    for (;;) {
      const partial = Array.from({ length: 1 + stream.integer(room - 1) }, () => stream.choice(solver.fields));
      const closings: Closing[] = [];
      for (let size = 1; size <= Math.min(LARGEST_CLOSING, room - partial.length); size++) {
        closings.push(...solver.closings(partial, size));
      }
      while (closings.length > 0) {
        const [closing] = closings.splice(stream.integer(closings.length), 1);
        const fields = [...partial, ...closing!.map((f) => solver.fields[f]!)];
        if (this.#isAcceptable({ ...theory, fields })) return [...head, ...fieldTokens(fields, declared), EOS];
      }
    }
  }
}

/** Closed strings of the prompts in turn, scored: what the solver finds without learning. */
export function closingSearch(
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
  calls: number,
  stream: Stream,
): SearchRecord {
  const closed = new ClosedStrings();
  const log = new SearchLog();
  for (let call = 0; call < calls; call++) {
    const prompt = prompts[call % prompts.length]!;
    const tokens = closed.draw(prompt, stream.child(call));
    log.add(tokens, prompt, scorer.score(tokens, prompt));
  }
  return log.record();
}

/**
 * All successful contents of prompts that give fields, with one string each: what there is to be found. Undefined where the
 * solver cannot list every closing: prompts without given fields, or with room for more fields than it adds.
 */
export function successfulContents(
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
): ReadonlyMap<string, readonly number[]> | undefined {
  const closed = new ClosedStrings();
  const contents = new Map<string, readonly number[]>();
  for (const prompt of prompts) {
    const { maxAdded, dialect } = prompt.limits;
    if (!isClosable(prompt) || maxAdded < 1 || maxAdded > LARGEST_CLOSING) return undefined;
    for (const tokens of closed.all(prompt)) {
      if (!scorer.score(tokens, prompt).success) continue;
      const key = contentKey(readTheory(tokens, dialect).theory);
      if (!contents.has(key)) contents.set(key, tokens);
    }
  }
  return contents;
}
