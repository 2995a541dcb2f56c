/** Checks data against a schema and says what is wrong in the words of its author. */

import { z } from "zod";
import { ConfigError, type ConfigProblem, type Origin } from "./error.ts";
import { nearest, suggestion } from "./nearest.ts";
import { isKnownPath, keysAt, listKeys } from "./walk.ts";
import type { Locate } from "./yaml.ts";

/**
 * Fills in the defaults of `data` and checks it.
 * @throws {ConfigError} with every problem: unknown keys, wrong types, values out of range
 */
export function validate<Schema extends z.ZodType>(schema: Schema, data: unknown, locate: Locate): z.output<Schema> {
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(
    ordered(result.error.issues.flatMap((issue) => describeIssue(schema, issue, [], data, locate))),
  );
}

/** Unknown keys first; a key that is missing because it was misspelt is not named a second time. */
function ordered(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const unknown = problems.filter(({ message }) => message.startsWith("unknown key"));
  const misspelt = ({ path, message }: ConfigProblem) => {
    const at = path.lastIndexOf(".") + 1;
    return message.startsWith("missing;") &&
      unknown.some((other) =>
        other.path.slice(0, at) === path.slice(0, at) && other.message.endsWith(`did you mean "${path.slice(at)}"?`)
      );
  };
  return [...unknown, ...problems.filter((problem) => !unknown.includes(problem) && !misspelt(problem))];
}

type Issue = z.core.$ZodIssue;

/** What the schema library says where a schema has no message of its own. */
const DEFAULT_MESSAGE = "Invalid input";

function describeIssue(
  schema: z.ZodType,
  issue: Issue,
  prefix: readonly PropertyKey[],
  data: unknown,
  locate: Locate,
): ConfigProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, errors) => depth(errors) > depth(best) ? errors : best);
    // No alternative got beyond the value's own type: the schema's words for all of them say it best, if it has any.
    if (depth(closest) === 0 && issue.message !== DEFAULT_MESSAGE) {
      const value = valueAt(data, path);
      const message = value === undefined ? `missing; ${issue.message}` : `${issue.message}, got ${show(value)}`;
      return [{ origin: locate(path), path: dotted(path), message }];
    }
    return closest.flatMap((inner) => describeIssue(schema, inner as Issue, path, data, locate));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      origin: locate([...path, key]),
      path: dotted([...path, key]),
      message: `unknown key${keySuggestion(schema, path, key, data)}`,
    }));
  }
  const value = valueAt(data, path);
  const origin = locate(path);
  const message = explain(issue, value) + quoteHint(issue, value, path, origin);
  return [{ origin, path: dotted(path), message }];
}

/** A number or a truth value where text is wanted needs quotes, on the command line some that the shell leaves alone. */
function quoteHint(issue: Issue, value: unknown, path: readonly PropertyKey[], origin: Origin): string {
  const plain = typeof value === "number" || typeof value === "boolean";
  if (issue.code !== "invalid_type" || issue.expected !== "string" || !plain) return "";
  return origin.startsWith("command line")
    ? `; as text it needs quotes that the shell leaves alone: '${dotted(path)}="${value}"'`
    : `; as text it needs quotes: "${value}"`;
}

/** How far into the value an alternative got before it failed: the one that got furthest is the one that was meant. */
function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.min(...issues.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)));
}

/**
 * The nearest key of the same section, or one in another section that is near.
 * @param key the first unknown step after `path`
 * @param written how it was written: its last step tells what was meant (`training.learning_rate`), and a whole path, as on the
 * command line, is answered with a whole path
 */
export function keySuggestion(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  key: string,
  data: unknown,
  { last = key, whole = false }: { readonly last?: string; readonly whole?: boolean } = {},
): string {
  const here = keysAt(schema, path, data);
  if (isKnownPath(schema, [...path, key])) return ` of this kind; valid here: ${here.join(", ")}`;
  const neighbour = nearest(key, here);
  if (neighbour !== undefined) return `; did you mean "${whole ? dotted([...path, neighbour]) : neighbour}"?`;
  const written = dotted([...path, key]);
  const others = listKeys(schema).map((known) => known.path).filter((known) =>
    known !== written && !/\[\]|\*/.test(known)
  );
  const names = [...new Set(others.map((known) => known.split(".").at(-1) ?? known))];
  const near = nearest(last, names);
  const meant = near === undefined ? undefined : others.find((known) => known.split(".").at(-1) === near);
  return meant === undefined ? suggestion(key, here) : `; did you mean "${meant}"?`;
}

function explain(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type": {
      if (value === undefined) return `missing; expected ${typeWord(issue.expected)}`;
      return `expected ${typeWord(issue.expected)}, got ${show(value)}${textHint(issue.expected, value)}`;
    }
    case "invalid_value":
      if (value === undefined) return `missing; expected one of ${issue.values.join(", ")}`;
      return `expected one of ${issue.values.join(", ")}, got ${show(value)}${suggestionFor(value, issue.values)}`;
    case "invalid_union": {
      const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      if (value === undefined) return `missing; expected one of ${options.join(", ")}`;
      return `expected one of ${options.join(", ")}, got ${show(value)}${suggestionFor(value, options)}`;
    }
    case "too_small":
      return `expected ${sizeWord(issue.origin)}${issue.inclusive ? ">=" : ">"} ${issue.minimum}, got ${show(value)}`;
    case "too_big":
      return `expected ${sizeWord(issue.origin)}${issue.inclusive ? "<=" : "<"} ${issue.maximum}, got ${show(value)}`;
    default:
      return `${issue.message}${value === undefined || issue.code === "custom" ? "" : `, got ${show(value)}`}`;
  }
}

function suggestionFor(value: unknown, options: readonly unknown[]): string {
  const near = nearest(String(value), options.map(String));
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function typeWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    number: "a number",
    int: "a whole number",
    string: "text",
    boolean: "true or false",
    object: "a section (key: value pairs)",
    array: "a list",
    tuple: "a list",
    null: "null",
  };
  return words[expected] ?? expected;
}

function sizeWord(origin: string): string {
  if (origin === "array") return "a list whose length is ";
  return origin === "string" ? "text whose length is " : "a value ";
}

function textHint(expected: string, value: unknown): string {
  if (typeof value !== "string") return "";
  if ((expected === "number" || expected === "int") && value.trim() !== "") {
    const number = Number(value.replaceAll("_", ""));
    if (Number.isFinite(number)) return `; write the number without quotes or underscores: ${number}`;
  }
  if (expected === "boolean" && /^(yes|on|y)$/i.test(value)) return "; write true";
  if (expected === "boolean" && /^(no|off|n)$/i.test(value)) return "; write false";
  return "";
}

function show(value: unknown): string {
  if (typeof value === "string") return `text ${JSON.stringify(value)}`;
  if (typeof value === "number") return String(value);
  return JSON.stringify(value) ?? String(value);
}

/** `["a", 0, "b"]` → `a.0.b` */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined,
    data,
  );
}
