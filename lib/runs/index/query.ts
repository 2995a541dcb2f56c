/** Filters and orders of runs, from words to SQL. */

import { readPlainValue, Scanner, type Value } from "../../config/mod.ts";

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

const COLUMNS = ["path", "name", "id", "state", "update", "problem"] as const;

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

interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** A WHERE clause. Keys and values are bound, never pasted. */
export function whereSql(filters: readonly Filter[]): { sql: string; values: (string | number | null)[] } {
  const parts = filters.map(({ key, operator, value }): Sql => {
    const field = fieldSql(key);
    if (value === null) return { sql: `${field.sql} IS ${operator === "!=" ? "NOT " : ""}NULL`, values: field.values };
    const bound = typeof value === "boolean" ? Number(value) : value;
    return { sql: `${field.sql} ${operator} ?`, values: [...field.values, bound] };
  });
  return {
    sql: parts.length === 0 ? "" : `WHERE ${parts.map((part) => part.sql).join(" AND ")}`,
    values: parts.flatMap((part) => part.values),
  };
}

/** An ORDER BY clause. */
export function orderSql(order: Order | undefined): { sql: string; values: (string | number | null)[] } {
  if (order === undefined) return { sql: "ORDER BY path", values: [] };
  const field = fieldSql(order.key);
  return {
    sql: `ORDER BY ${field.sql} ${order.descending ? "DESC" : "ASC"} NULLS LAST, path`,
    values: [...field.values],
  };
}

/** A column, or else the metric of that name, or else the key of the config. */
function fieldSql(key: string): Sql {
  const column = COLUMNS.find((name) => name === key);
  if (column !== undefined) return { sql: `"${column}"`, values: [] };
  const metric = `$."${key.replaceAll('"', "")}"`;
  const setting = "$" + key.split(".").map((step) => `."${step.replaceAll('"', "")}"`).join("");
  return { sql: "coalesce(json_extract(metrics, ?), json_extract(config, ?))", values: [metric, setting] };
}
