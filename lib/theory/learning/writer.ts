/** Writing strings with the language model: batched, cached, legal by construction. */

import type { Stream } from "../../random/mod.ts";
import { Decoder } from "../network/mod.ts";
import type { TheoryActions, TheoryPolicy, TheoryViews } from "./policy.ts";
import {
  extendWalk,
  isFinished,
  legalNextInto,
  PAD,
  type Prompt,
  startWalk,
  VOCABULARY_SIZE,
  type Walk,
} from "../language/mod.ts";

/** One decision of a string. */
export interface Choice {
  /** Index of the chosen token in the string. */
  readonly position: number;
  /** The legal tokens, ascending. */
  readonly legal: readonly number[];
  /** Log-probability of the chosen token. */
  readonly logProb: number;
  /** Entropy of the choice, nats. */
  readonly entropy: number;
}

/** A finished string with how it came about. */
export interface WrittenTheory {
  readonly prompt: Prompt;
  readonly tokens: readonly number[];
  readonly choices: readonly Choice[];
}

/** A string being written. */
interface Draft {
  walk: Walk;
  /** Tokens that the decoder has not seen. */
  pending: number[];
  legal: readonly number[];
  readonly choices: Choice[];
}

/** Plays forced tokens; returns the choices of the next decision, none if the string has ended. */
function advance(draft: Draft, mask: Uint8Array): void {
  while (legalNextInto(draft.walk, mask) === 1) {
    const token = mask.indexOf(1);
    draft.walk = extendWalk(draft.walk, token);
    draft.pending.push(token);
  }
  const legal: number[] = [];
  for (let token = 0; token < VOCABULARY_SIZE; token++) if (mask[token] === 1) legal.push(token);
  draft.legal = isFinished(draft.walk) ? [] : legal;
}

/** Log-probabilities of the legal tokens from a row of logits. */
function legalLogProbs(logits: Float32Array, row: number, legal: readonly number[], temperature: number): number[] {
  const scaled = legal.map((token) => logits[row * VOCABULARY_SIZE + token] / temperature);
  const highest = Math.max(...scaled);
  const total = Math.log(scaled.reduce((sum, x) => sum + Math.exp(x - highest), 0)) + highest;
  return scaled.map((x) => x - total);
}

/**
 * Writes one string for each prompt of the list. Equal prompts that stand behind each other share the encoding of their
 * common beginning. String i depends on the weights, its prompt and `streams[i]` alone.
 * @param mode `sample` draws from the policy, `mode` takes its most probable token
 * @param dropout the key of the channels that the network drops; null drops none
 */
export function writeTheories(
  policy: TheoryPolicy,
  prompts: readonly Prompt[],
  streams: readonly Stream[],
  mode: "sample" | "mode" = "sample",
  dropout: number | null = null,
): readonly WrittenTheory[] {
  const capacity = prompts.reduce((longest, { maxLength }) => Math.max(longest, maxLength), 1);
  const decoder = new Decoder(policy.weights, policy.options, prompts.length, capacity, dropout);
  const mask = new Uint8Array(VOCABULARY_SIZE);
  const drafts = prompts.map((prompt): Draft => {
    const draft: Draft = { walk: startWalk(prompt), pending: [], legal: [], choices: [] };
    advance(draft, mask);
    return draft;
  });
  const leader = prompts.map((prompt, i) => {
    let first = i;
    while (first > 0 && prompts[first - 1] === prompt) first--;
    return first;
  });
  let shared = true;
  for (;;) {
    const open = drafts.flatMap((draft, i) => draft.legal.length > 0 ? [i] : []);
    if (open.length === 0) break;
    const fed = shared ? open.filter((i) => leader[i] === i) : open;
    const logits = decoder.append(fed.map((i) => ({ sequence: i, tokens: drafts[i].pending })));
    const rowOf = new Map(fed.map((i, row) => [i, row]));
    for (const i of open) {
      if (shared && leader[i] !== i) decoder.copy(leader[i], i);
      const draft = drafts[i];
      const logProbs = legalLogProbs(logits, rowOf.get(shared ? leader[i] : i)!, draft.legal, policy.temperature);
      const pick = mode === "mode" ? logProbs.indexOf(Math.max(...logProbs)) : draw(logProbs, streams[i].uniform());
      draft.choices.push({
        position: draft.walk.tokens.length,
        legal: draft.legal,
        logProb: logProbs[pick],
        entropy: -logProbs.reduce((sum, logProb) => sum + Math.exp(logProb) * logProb, 0),
      });
      draft.walk = extendWalk(draft.walk, draft.legal[pick]);
      draft.pending = [draft.legal[pick]];
      advance(draft, mask);
    }
    shared = false;
  }
  return drafts.map(({ walk, choices }) => ({ prompt: walk.prompt, tokens: walk.tokens, choices }));
}

function draw(logProbs: readonly number[], uniform: number): number {
  let left = uniform;
  for (let i = 0; i < logProbs.length - 1; i++) {
    left -= Math.exp(logProbs[i]);
    if (left < 0) return i;
  }
  return logProbs.length - 1;
}

/**
 * A batch of written strings as the trainer's views and actions; strings are cut after their last decision.
 * @param dropout the key of the channels that they were written without
 */
export function viewsOf(
  written: readonly WrittenTheory[],
  dropout: number | null = null,
): {
  readonly views: TheoryViews;
  readonly actions: TheoryActions;
  readonly mask: Float32Array;
  readonly logProb: Float32Array;
} {
  const count = written.length;
  const length = 1 + written.reduce((longest, { choices }) => Math.max(longest, choices.at(-1)?.position ?? 1), 1);
  const width = length - 1;
  const tokens = new Int32Array(count * length).fill(PAD);
  const actions = new Int32Array(count * width).fill(PAD);
  const legal = new Uint8Array(count * width * VOCABULARY_SIZE);
  const mask = new Float32Array(count * width);
  const logProb = new Float32Array(count * width);
  written.forEach((theory, s) => {
    theory.tokens.slice(0, length).forEach((token, position) => {
      tokens[s * length + position] = token;
      if (position > 0) actions[s * width + position - 1] = token;
    });
    for (const choice of theory.choices) {
      const decision = s * width + choice.position - 1;
      mask[decision] = 1;
      logProb[decision] = choice.logProb;
      for (const token of choice.legal) legal[decision * VOCABULARY_SIZE + token] = 1;
    }
    for (let p = 0; p < width; p++) {
      const decision = s * width + p;
      if (mask[decision] === 0) legal[decision * VOCABULARY_SIZE + actions[decision]] = 1;
    }
  });
  return { views: { count, length, tokens, legal }, actions: { tokens: actions, dropout }, mask, logProb };
}
