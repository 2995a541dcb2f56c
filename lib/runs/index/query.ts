/** Filters and orders of runs, from words to SQL. */

import { isDictionary, readPlainValue, Scanner, type Value } from "../../config/mod.ts";
import type { Json, Row } from "../files/json_lines.ts";
import type { RunRecord } from "./scan.ts";

/** `key OP value`. */
export interface Filter {
  readonly key: string;
  readonly operator: "=" | "!=" | ">" | ">=" | "<" | "<=";
  readonly value: null | boolean | number | string;
}

/** By which key runs are sorted; runs without it come last. */
export interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** A filter that cannot be read. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}

/** What is known of a run besides its config and its metrics. */
const COLUMNS = ["path", "name", "id", "state", "update", "track", "score", "started", "seconds", "problem"] as const;

/**
 * Where the values of a key stand: a column of the list, a metric, or a key of the config. Metrics and config keys are two
 * namespaces: what a word means does not depend on what one run happens to lack.
 */
export interface Field {
  readonly kind: "column" | "metric" | "setting";
  /** Steps from the record of a run to the value. */
  readonly path: readonly string[];
}

/**
 * The field that a word names: a column; `metrics.NAME` or `config.KEY`; else a metric, if any run has one of that name; else a
 * key of the config.
 */
export function fieldOf(word: string, isMetric: (name: string) => boolean): Field {
  if (COLUMNS.some((name) => name === word)) return { kind: "column", path: [word] };
  const [, space, rest] = /^(metrics|config)\.(.+)$/.exec(word) ?? [];
  const name = rest ?? word;
  if (space === "metrics" || (space === undefined && isMetric(name))) {
    return { kind: "metric", path: ["metrics", name] };
  }
  return { kind: "setting", path: ["config", ...name.split(".")] };
}

/** The value of a field in a run; undefined where it has none. A section of the config is no value. */
export function valueOf(run: RunRecord, { path }: Field): Json | undefined {
  const value = path.reduce<Json | undefined>(
    (at, step) => isDictionary(at) && Object.hasOwn(at, step) ? at[step] : undefined,
    run as unknown as Row,
  );
  return isDictionary(value) ? undefined : value;
}

/**
 * Reads `state=finished`, `grpo.epochs>=2`, `normalised_value>0.9`: a column, a key of the config, or a metric.
 * @throws {FilterError} showing what a filter looks like
 */
export function parseFilter(text: string): Filter {
  const match = /^\s*([\w./-]+)\s*(>=|<=|!=|=|>|<)(.*)$/s.exec(text);
  if (match === null) {
    throw new FilterError(`filter "${text}": expected KEY=VALUE, or one of != > >= < <= between them`);
  }
  const [, key = "", operator = "", rest = ""] = match;
  const value = readPlainValue(new Scanner(rest.trim()), () => null);
  if (!isScalar(value)) throw new FilterError(`filter "${text}": expected a number, text, true, false or null`);
  return { key, operator: operator as Filter["operator"], value };
}

function isScalar(value: Value): value is Filter["value"] {
  return value === null || typeof value !== "object";
}

/** Reads `normalised_value` or `-normalised_value`, the latter for the largest first. */
export function parseOrder(text: string): Order {
  return { key: text.replace(/^-/, ""), descending: text.startsWith("-") };
}

/** A piece of SQL with the values that are bound to its question marks. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** A WHERE clause. Keys and values are bound, never pasted. */
export function whereSql(filters: readonly (Filter & { readonly field: Field })[]): Sql {
  const parts = filters.map(({ field, operator, value }): Sql => {
    const { sql, values } = fieldSql(field);
    if (value === null) return { sql: `${sql} IS ${operator === "!=" ? "NOT " : ""}NULL`, values };
    const bound = typeof value === "boolean" ? Number(value) : value;
    return { sql: `${sql} ${operator} ?`, values: [...values, bound] };
  });
  return {
    sql: parts.length === 0 ? "" : `WHERE ${parts.map((part) => part.sql).join(" AND ")}`,
    values: parts.flatMap((part) => part.values),
  };
}

/** An ORDER BY clause. */
export function orderSql(order: (Order & { readonly field: Field }) | undefined): Sql {
  const path = "json_extract(record, '$.path')";
  if (order === undefined) return { sql: `ORDER BY ${path}`, values: [] };
  const { sql, values } = fieldSql(order.field);
  return { sql: `ORDER BY ${sql} ${order.descending ? "DESC" : "ASC"} NULLS LAST, ${path}`, values };
}

/** A field's value in SQL; null where {@linkcode valueOf} has none. */
export function fieldSql({ path }: Field): Sql {
  const place = `$${path.map((step) => `."${step.replaceAll('"', "")}"`).join("")}`;
  return {
    sql: "CASE json_type(record, ?) WHEN 'object' THEN NULL ELSE json_extract(record, ?) END",
    values: [place, place],
  };
}
