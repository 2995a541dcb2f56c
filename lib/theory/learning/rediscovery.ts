/**
 * Exact-match rediscovery: which theories of the literature a prompt can be completed to, and how often a policy does so.
 * A sample matches if it has the known theory's fermions up to conjugations and charge signs.
 */

import {
  contentKey,
  declaredFactors,
  encode,
  EOS,
  FERMION,
  fieldTokens,
  FIRST_MULTIPLICITY,
  freeLimits,
  KNOWN_THEORIES,
  type KnownTheory,
  multipletTokens,
  parseTheory,
  type Prompt,
  type ScriptItem,
} from "../language/mod.ts";
import type { Field } from "../physics/mod.ts";
import { isLegal } from "./search.ts";

/** A known theory that a prompt can be completed to. */
export interface Rediscoverable {
  readonly name: string;
  /** What `contentKey` gives for it. */
  readonly key: string;
  /** One string of the prompt that has its fermions. */
  readonly tokens: readonly number[];
}

/** A field that a prompt's script declares: where its slots stand, and how often it counts. */
interface ScriptField {
  readonly at: number;
  readonly slots: readonly ScriptItem[];
  readonly copies: number;
}

/** The theories of `KNOWN_THEORIES` that the prompt can be completed to. */
export function rediscoverable(prompt: Prompt): readonly Rediscoverable[] {
  return KNOWN_THEORIES.filter(({ dialect }) => dialect === prompt.limits.dialect).flatMap((known) => {
    const completed = completeTo(prompt, known);
    return completed === undefined ? [] : [completed];
  });
}

function completeTo(prompt: Prompt, { name, dialect, text }: KnownTheory): Rediscoverable | undefined {
  const { theory } = parseTheory(encode(text), { ...freeLimits(dialect), ordered: false });
  const declared = declaredFactors(theory);
  const given = scriptFields(prompt.script, declared.length);
  const script = prompt.script.map((item) => typeof item === "number" ? item : item[0]!);
  const tokens = fill(given, theory.fields, script, declared, (filled, left) => {
    if (script.at(-1) === EOS) return left.length === 0 ? filled : undefined;
    const whole = [...filled, ...fieldTokens(left, declared), EOS];
    return isLegal(whole, prompt) ? whole : undefined;
  });
  return tokens === undefined ? undefined : { name, key: contentKey(theory), tokens };
}

function scriptFields(script: readonly ScriptItem[], slots: number): readonly ScriptField[] {
  return script.flatMap((item, at) =>
    item === FERMION
      ? [{
        at: at + 1,
        slots: script.slice(at + 1, at + 1 + slots),
        copies: script[at + 1 + slots] as number - FIRST_MULTIPLICITY + 1,
      }]
      : []
  );
}

/** Gives each declared field copies of one of the fields that are left, in every way until `finish` accepts one. */
function fill(
  given: readonly ScriptField[],
  left: readonly Field[],
  tokens: readonly number[],
  declared: readonly number[],
  finish: (tokens: readonly number[], left: readonly Field[]) => readonly number[] | undefined,
): readonly number[] | undefined {
  const [first, ...rest] = given;
  if (first === undefined) return finish(tokens, left.filter(({ multiplicity }) => multiplicity > 0));
  for (const [f, field] of left.entries()) {
    if (field.multiplicity < first.copies) continue;
    const slots = multipletTokens(field, declared);
    const fits = first.slots.every((item, s) =>
      typeof item === "number" ? item === slots[s] : item.includes(slots[s]!)
    );
    if (!fits) continue;
    const fewer = left.with(f, { ...field, multiplicity: field.multiplicity - first.copies });
    const done = fill(rest, fewer, tokens.toSpliced(first.at, slots.length, ...slots), declared, finish);
    if (done !== undefined) return done;
  }
  return undefined;
}
