/**
 * A prompt is a string with holes: fixed tokens, places where the writer chooses among listed tokens, and, once it is used
 * up, the free grammar until EOS. A walk fills it in; tokens with one legal choice are played by themselves.
 */

import {
  type GrammarLimits,
  grammarStart,
  type GrammarState,
  grammarStep,
  legalInto,
  stepUnchecked,
} from "./grammar.ts";
import { tokenName, VOCABULARY_SIZE } from "./vocabulary.ts";

/** A fixed token, or the tokens to choose from. */
export type ScriptItem = number | readonly number[];

/** The beginning (or the whole) of a string that a task hands to the writer. */
export interface Prompt {
  readonly name: string;
  readonly limits: GrammarLimits;
  readonly script: readonly ScriptItem[];
  /** Longest string that can result, BOS and EOS included. */
  readonly maxLength: number;
  /** Most decisions (positions with two or more legal tokens) of a string. */
  readonly maxDecisions: number;
}

/** A string being written. Plain data. */
export interface Walk {
  readonly prompt: Prompt;
  readonly state: GrammarState;
  readonly tokens: readonly number[];
}

/**
 * Builds a prompt and checks its fixed tokens against the grammar, each hole filled with its first choice.
 * @throws RangeError if a fixed token is illegal or a hole has fewer than two choices
 */
export function prompt(name: string, limits: GrammarLimits, script: readonly ScriptItem[]): Prompt {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  let state = grammarStart(limits);
  let holes = 0;
  for (const item of script) {
    if (typeof item !== "number" && item.length < 2) throw new RangeError(`prompt ${name}: a hole needs two choices`);
    if (typeof item !== "number") holes++;
    state = grammarStep(state, typeof item === "number" ? item : item[0]!, mask);
  }
  const finished = state.phase === "done";
  const factors = state.declared.length > 0 ? state.declared.length : limits.dialect.factors.length;
  const fieldLength = factors + 2;
  const openFields = (limits.maxAdded > 0 ? limits.maxAdded : 0) +
    (state.adding ? 0 : Math.max(0, limits.maxFields - state.fields));
  const vacua = state.fields > 0 || state.adding ? 0 : limits.dialect.vacua.length * (factors + 1);
  const groups = state.declared.length > 0 ? 0 : factors;
  const open = finished ? 0 : groups + vacua + openFields * fieldLength + 2;
  return { name, limits, script, maxLength: script.length + open, maxDecisions: holes + open };
}

/** The walk before BOS. */
export function startWalk(prompt: Prompt): Walk {
  return { prompt, state: grammarStart(prompt.limits), tokens: [] };
}

/**
 * Writes the legal tokens of the walk's next position.
 * @param mask `[VOCABULARY_SIZE]`
 * @returns their number; 0 only when the string is finished
 */
export function legalNextInto(walk: Walk, mask: Uint8Array): number {
  const item = walk.prompt.script[walk.tokens.length];
  if (item === undefined) return legalInto(walk.state, mask);
  if (typeof item === "number") {
    mask.fill(0);
    mask[item] = 1;
    return 1;
  }
  legalInto(walk.state, mask);
  let count = 0;
  let kept = 0;
  for (let token = 0; token < VOCABULARY_SIZE; token++) {
    // Holes list ascending tokens, so one pass intersects them with the mask.
    while (kept < item.length && item[kept]! < token) kept++;
    mask[token] = mask[token] === 1 && item[kept] === token ? 1 : 0;
    count += mask[token]!;
  }
  return count;
}

/** The walk after a legal token. @throws RangeError if it is illegal */
export function stepWalk(walk: Walk, token: number, mask: Uint8Array): Walk {
  legalNextInto(walk, mask);
  if (mask[token] !== 1) {
    throw new RangeError(
      `token ${
        tokenName(token)
      } is illegal at position ${walk.tokens.length} of a string of prompt ${walk.prompt.name}`,
    );
  }
  return extendWalk(walk, token);
}

/** The walk after a token that is known to be legal. */
export function extendWalk(walk: Walk, token: number): Walk {
  return { prompt: walk.prompt, state: stepUnchecked(walk.state, token), tokens: [...walk.tokens, token] };
}

/** Plays forced tokens until there is a choice or the string ends. `mask` then holds the choices. */
export function playForced(walk: Walk, mask: Uint8Array): Walk {
  let current = walk;
  while (legalNextInto(current, mask) === 1) current = extendWalk(current, mask.indexOf(1));
  return current;
}

/** Has the string ended? */
export function isFinished(walk: Walk): boolean {
  return walk.state.phase === "done";
}
