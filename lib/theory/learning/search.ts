/**
 * What the learned policy is compared with, at equal numbers of score calls: uniform legal sampling, best of N, simulated
 * annealing and, where the strings are few, enumeration.
 */

import type { Stream } from "../../random/mod.ts";
import {
  ADD,
  contentKey,
  EOS,
  extendWalk,
  FACTORS,
  fieldTokens,
  FIRST_MULTIPLICITY,
  isFinished,
  legalNextInto,
  MAX_MULTIPLICITY,
  playForced,
  type Prompt,
  readTheory,
  startWalk,
  tokenCharge,
  tokenName,
  VOCABULARY_SIZE,
  type Walk,
} from "../language/mod.ts";
import type { TheoryScorer, Verdict } from "./reward.ts";

/** What a search achieved with its score calls. */
export interface SearchRecord {
  readonly calls: number;
  /** Calls whose theory was a success. */
  readonly successes: number;
  /** Score calls up to and including the first success; undefined if there was none. */
  readonly firstSuccess: number | undefined;
  /** Distinct successful contents (up to conjugation and charge signs), with one string each, in order of discovery. */
  readonly contents: ReadonlyMap<string, readonly number[]>;
  readonly bestReward: number;
}

/** A `SearchRecord` as plain data, for checkpoints. */
export interface SearchLogState extends Omit<SearchRecord, "contents" | "firstSuccess"> {
  readonly firstSuccess: number | null;
  readonly contents: readonly (readonly [string, readonly number[]])[];
}

/** Collects the verdicts of a search or of a training run. */
export class SearchLog {
  #calls = 0;
  #successes = 0;
  #firstSuccess: number | undefined;
  readonly #contents = new Map<string, readonly number[]>();
  #bestReward = -1;

  /** Records one score call. */
  add(tokens: readonly number[], prompt: Prompt, verdict: Verdict): void {
    this.#calls++;
    this.#bestReward = Math.max(this.#bestReward, verdict.reward);
    if (!verdict.success) return;
    this.#successes++;
    this.#firstSuccess ??= this.#calls;
    const key = contentKey(readTheory(tokens, prompt.limits.dialect).theory);
    if (!this.#contents.has(key)) this.#contents.set(key, tokens);
  }

  /** The record so far. */
  record(): SearchRecord {
    return {
      calls: this.#calls,
      successes: this.#successes,
      firstSuccess: this.#firstSuccess,
      contents: new Map(this.#contents),
      bestReward: this.#bestReward,
    };
  }

  /** What `restore` needs to go on. */
  state(): SearchLogState {
    const record = this.record();
    return { ...record, firstSuccess: record.firstSuccess ?? null, contents: [...record.contents] };
  }

  /** Goes on from a state. */
  restore(state: SearchLogState): void {
    this.#calls = state.calls;
    this.#successes = state.successes;
    this.#firstSuccess = state.firstSuccess ?? undefined;
    this.#contents.clear();
    for (const [key, tokens] of state.contents) this.#contents.set(key, tokens);
    this.#bestReward = state.bestReward;
  }
}

/** A string drawn token by token, uniformly over the legal ones. */
export function uniformString(prompt: Prompt, stream: Stream): readonly number[] {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  let walk: Walk = playForced(startWalk(prompt), mask);
  while (!isFinished(walk)) {
    const legal = Array.from(mask).flatMap((bit, token) => bit === 1 ? [token] : []);
    walk = playForced(extendWalk(walk, legal[stream.integer(legal.length)]!), mask);
  }
  return walk.tokens;
}

/** Uniform legal sampling, the prompts taken in turn. */
export function uniformSearch(
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
  calls: number,
  stream: Stream,
): SearchRecord {
  const log = new SearchLog();
  for (let call = 0; call < calls; call++) {
    const prompt = prompts[call % prompts.length]!;
    const tokens = uniformString(prompt, stream.child(call));
    log.add(tokens, prompt, scorer.score(tokens, prompt));
  }
  return log.record();
}

/** Best of N: for each prompt in turn the best of `attempts` uniform strings is the answer. */
export interface BestOfRecord {
  readonly calls: number;
  readonly answers: number;
  readonly successfulAnswers: number;
}

/** Spends `calls` score calls on groups of `attempts` uniform strings. */
export function bestOfSearch(
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
  calls: number,
  attempts: number,
  stream: Stream,
): BestOfRecord {
  const answers = Math.floor(calls / attempts);
  let successfulAnswers = 0;
  for (let answer = 0; answer < answers; answer++) {
    const prompt = prompts[answer % prompts.length]!;
    let solved = false;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const tokens = uniformString(prompt, stream.child(answer).child(attempt));
      solved = scorer.score(tokens, prompt).success || solved;
    }
    if (solved) successfulAnswers++;
  }
  return { calls: answers * attempts, answers, successfulAnswers };
}

/** How simulated annealing cools: geometrically from `start` to `end` over `chain` score calls, then it starts afresh. */
export interface AnnealingOptions {
  readonly start: number;
  readonly end: number;
  readonly chain: number;
}

/**
 * Simulated annealing on theories: a move changes one hole of a template, or changes, adds or removes a field. A chain
 * ends at a success (there is nothing better) or after `chain` calls; the prompts are taken in turn.
 */
export function annealingSearch(
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
  calls: number,
  options: AnnealingOptions,
  stream: Stream,
): SearchRecord {
  const log = new SearchLog();
  const judge = (tokens: readonly number[], prompt: Prompt): Verdict => {
    const verdict = scorer.score(tokens, prompt);
    log.add(tokens, prompt, verdict);
    return verdict;
  };
  let used = 0;
  for (let chain = 0; used < calls; chain++) {
    const prompt = prompts[chain % prompts.length]!;
    const random = stream.child(chain);
    let current = uniformString(prompt, random.child("start"));
    let energy = judge(current, prompt).reward;
    used++;
    for (let step = 1; step < options.chain && used < calls && energy < 1; step++) {
      const temperature = options.start * (options.end / options.start) ** (step / options.chain);
      const proposed = neighbour(current, prompt, random);
      const { reward } = judge(proposed, prompt);
      used++;
      if (reward >= energy || random.uniform() < Math.exp((reward - energy) / temperature)) {
        current = proposed;
        energy = reward;
      }
    }
  }
  return log.record();
}

/** A legal string of the prompt that differs from `tokens` by one move. */
export function neighbour(tokens: readonly number[], prompt: Prompt, stream: Stream): readonly number[] {
  const holes = prompt.script.flatMap((item, position) => typeof item === "number" ? [] : [position]);
  for (;;) {
    const proposed = holes.length > 0
      ? changeHole(tokens, prompt, holes, stream)
      : changeFields(tokens, prompt, stream);
    if (proposed !== undefined && proposed.join() !== tokens.join() && isLegal(proposed, prompt)) return proposed;
  }
}

function changeHole(
  tokens: readonly number[],
  prompt: Prompt,
  holes: readonly number[],
  stream: Stream,
): readonly number[] {
  const at = stream.choice(holes);
  const choices = prompt.script[at] as readonly number[];
  return tokens.map((token, position) => position === at ? moved(token, choices[0]!, choices.at(-1)!, stream) : token);
}

/** Another token of a range: half of the time a neighbouring charge, else any. */
function moved(token: number, first: number, last: number, stream: Stream): number {
  if (tokenCharge(token) !== undefined && stream.uniform() < 0.5) {
    return Math.min(last, Math.max(first, token + stream.sign()));
  }
  return first + stream.integer(last - first + 1);
}

function changeFields(tokens: readonly number[], prompt: Prompt, stream: Stream): readonly number[] | undefined {
  const start = tokens.includes(ADD) ? tokens.indexOf(ADD) + 1 : prompt.script.length;
  const declared = FACTORS.flatMap(({ declare }, f) => tokens.includes(declare) ? [f] : []);
  const length = declared.length + 2;
  const fields: number[][] = [];
  for (let i = start; tokens[i] !== EOS; i += length) fields.push(tokens.slice(i, i + length) as number[]);
  const limit = prompt.limits.maxAdded > 0 ? prompt.limits.maxAdded : prompt.limits.maxFields;
  const move = stream.uniform();
  if (move < 0.2 && fields.length < limit) {
    const slots = declared.map((f) => moved(-1, FACTORS[f]!.first, FACTORS[f]!.last, stream));
    fields.push([stream.choice(prompt.limits.kinds), ...slots, FIRST_MULTIPLICITY + stream.integer(MAX_MULTIPLICITY)]);
  } else if (move < 0.35) {
    if (fields.length < 2) return undefined;
    fields.splice(stream.integer(fields.length), 1);
  } else {
    const field = fields[stream.integer(fields.length)]!;
    const slot = stream.integer(length);
    if (slot === 0) field[0] = stream.choice(prompt.limits.kinds);
    else if (slot === length - 1) field[slot] = FIRST_MULTIPLICITY + stream.integer(MAX_MULTIPLICITY);
    else {
      const { first, last } = FACTORS[declared[slot - 1]!]!;
      field[slot] = moved(field[slot]!, first, last, stream);
    }
  }
  const parsed = readTheory([...tokens.slice(0, start), ...fields.flat(), EOS], prompt.limits.dialect);
  const free = parsed.theory.fields.slice(tokens.includes(ADD) ? parsed.given : 0);
  return [...tokens.slice(0, start), ...fieldTokens(free, declared), EOS];
}

/** Is every token legal for the prompt, and the string finished? */
export function isLegal(tokens: readonly number[], prompt: Prompt): boolean {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  let walk = startWalk(prompt);
  for (const token of tokens) {
    if (legalNextInto(walk, mask) === 0 || mask[token] !== 1) return false;
    walk = extendWalk(walk, token);
  }
  return isFinished(walk);
}

/**
 * Scores every string of a template prompt in lexicographic order, up to `calls`.
 * @throws RangeError if the prompt does not end in its script
 */
export function enumerationSearch(scorer: TheoryScorer, prompt: Prompt, calls: number): SearchRecord {
  const holes = prompt.script.flatMap((item, position) => typeof item === "number" ? [] : [{ item, position }]);
  const last = prompt.script.at(-1);
  if (last !== EOS) {
    throw new RangeError(
      `prompt ${prompt.name} is open: only a template that ends in EOS can be enumerated, not one that ends in ${
        typeof last === "number" ? tokenName(last) : "a hole"
      }`,
    );
  }
  const log = new SearchLog();
  const tokens = prompt.script.map((item) => typeof item === "number" ? item : item[0]!);
  const index = holes.map(() => 0);
  for (let call = 0; call < calls; call++) {
    log.add([...tokens], prompt, scorer.score(tokens, prompt));
    let wheel = holes.length - 1;
    while (wheel >= 0) {
      const { item, position } = holes[wheel]!;
      index[wheel] = (index[wheel]! + 1) % item.length;
      tokens[position] = item[index[wheel]!]!;
      if (index[wheel] !== 0) break;
      wheel--;
    }
    if (wheel < 0) break;
  }
  return log.record();
}
