/** Applies overrides to the data of a config file, before its defaults are filled in. */

import type { z } from "zod";
import { configError, fallbackAt, isKnownPath, keySuggestion, type Origin } from "../../input/mod.ts";
import type { Override, Value } from "./types.ts";
import { formatValue, isDictionary, isList } from "./value.ts";

/** Says in an error which word was at fault. */
export function overrideOrigin(override: Override): Origin {
  return `command line "${override.text}"`;
}

/**
 * Applies the words in their order. `key=value` needs a key that the schema knows, `+key=value` one that is neither set
 * nor has a default, `~key` one that is set. A dictionary is merged into a section, a list replaces a list.
 * @throws {ConfigError} naming the word
 */
export function applyOverrides(schema: z.ZodType, data: Value, overrides: readonly Override[]): Value {
  return overrides.reduce((current, override) => applyOne(schema, current, override), data);
}

function applyOne(schema: z.ZodType, data: Value, override: Override): Value {
  const { operation, path } = override;
  const dottedPath = path.join(".");
  const fail = (message: string) => configError(overrideOrigin(override), dottedPath, message);
  if (override.sweep !== undefined) throw fail("a sweep over several values needs --multirun");
  const present = valueAt(data, path);
  if (operation === "delete") {
    if (present === undefined) {
      throw fail(`nothing to delete: the config file does not set it${defaultNote(schema, path)}`);
    }
    if (override.value !== undefined && !equal(override.value, present)) {
      throw fail(`not deleted: its value is ${formatValue(present)}`);
    }
    return withoutPath(data, path);
  }
  if (operation === "set" && present === undefined && !isKnownPath(schema, path)) {
    const known = knownPrefix(schema, path);
    throw fail(
      `unknown key${
        keySuggestion(schema, known, path[known.length] ?? "", data, { last: path.at(-1) ?? "", whole: true })
      }`,
    );
  }
  if (operation === "add" && (present !== undefined || fallbackAt(schema, path) !== undefined)) {
    throw fail("it has a value already; leave out the + to replace it, or write ++");
  }
  return withPath(data, path, override.value ?? null, fail);
}

/** The longest part of the path that exists, always shorter than the path. */
function knownPrefix(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let length = 0;
  while (length + 1 < path.length && isKnownPath(schema, path.slice(0, length + 1))) length++;
  return path.slice(0, length);
}

function defaultNote(schema: z.ZodType, path: readonly string[]): string {
  const fallback = fallbackAt(schema, path);
  return fallback === undefined ? "" : `, it is the default ${JSON.stringify(fallback)}`;
}

/** The value under a path, or undefined. */
export function valueAt(data: Value | undefined, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((at, step) => {
    if (isList(at)) return /^\d+$/.test(step) ? at[Number(step)] : undefined;
    return isDictionary(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, data);
}

function withPath(data: Value | undefined, path: readonly string[], value: Value, fail: (m: string) => Error): Value {
  const [step, ...rest] = path;
  if (step === undefined) return isDictionary(data) && isDictionary(value) ? merge(data, value) : value;
  if (isList(data)) {
    const index = Number(step);
    if (!/^\d+$/.test(step) || index >= data.length) throw fail(`the list has the indices 0 to ${data.length - 1}`);
    return data.map((item, at) => at === index ? withPath(item, rest, value, fail) : item);
  }
  const section = isDictionary(data) ? data : {};
  const inner = Object.hasOwn(section, step) ? section[step] : undefined;
  return { ...section, [step]: withPath(inner, rest, value, fail) };
}

function merge(into: { readonly [key: string]: Value }, from: { readonly [key: string]: Value }): Value {
  const merged: Record<string, Value> = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const present = Object.hasOwn(into, key) ? into[key] : undefined;
    merged[key] = isDictionary(present) && isDictionary(value) ? merge(present, value) : value;
  }
  return merged;
}

function withoutPath(data: Value, path: readonly string[]): Value {
  const [step, ...rest] = path;
  if (isList(data)) {
    const index = Number(step);
    return rest.length === 0
      ? data.filter((_, at) => at !== index)
      : data.map((item, at) => at === index ? withoutPath(item, rest) : item);
  }
  if (!isDictionary(data) || step === undefined) return data;
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, item]) => {
      if (key !== step) return [[key, item] as const];
      return rest.length === 0 ? [] : [[key, withoutPath(item, rest)] as const];
    }),
  );
}

function equal(a: Value, b: Value): boolean {
  return formatValue(a) === formatValue(b);
}
