/** Reads a schema: which keys exist, what they default to and what they mean. */

import { z } from "zod";

/** One key of a config as its documentation shows it. */
export interface ConfigKey {
  /** Dotted path, e.g. `grpo.kl.coefficient`; `[]` stands for the index of a list, `*` for a name. */
  readonly path: string;
  /** What may stand there, in words. */
  readonly type: string;
  /** Undefined where a value must be given or the key may be absent. */
  readonly fallback: unknown;
  readonly description: string;
}

interface Peeled {
  readonly schema: z.ZodType;
  readonly fallback: unknown;
  readonly description: string;
}

/** Takes off defaults, optionality and null, remembering the default and the description. */
function peel(schema: z.ZodType): Peeled {
  let current = schema;
  let fallback: unknown;
  let description = current.description ?? "";
  while (
    current instanceof z.ZodDefault || current instanceof z.ZodPrefault || current instanceof z.ZodOptional ||
    current instanceof z.ZodNullable
  ) {
    if (current instanceof z.ZodDefault || current instanceof z.ZodPrefault) fallback ??= current.def.defaultValue;
    current = current.def.innerType as z.ZodType;
    description ||= current.description ?? "";
  }
  return { schema: current, fallback, description };
}

/** The alternatives of a schema that are objects, looking through defaults and unions. */
function objectsOf(schema: z.ZodType): z.ZodObject[] {
  const { schema: inner } = peel(schema);
  if (inner instanceof z.ZodObject) return [inner];
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => objectsOf(option as z.ZodType));
  return [];
}

/** Prefers the alternatives whose literals agree with the value, e.g. `kind: gaussian`. */
function matching(objects: readonly z.ZodObject[], value: unknown): readonly z.ZodObject[] {
  if (typeof value !== "object" || value === null) return objects;
  const kept = objects.filter((object) =>
    Object.entries(value).every(([key, given]) => {
      const literal = object.shape[key];
      return !(literal instanceof z.ZodLiteral) || literal.values.has(given as z.core.util.Literal);
    })
  );
  return kept.length > 0 ? kept : objects;
}

/** Every schema that may stand under `path`; empty if the path leads nowhere. `value` decides between alternatives. */
function schemasAt(root: z.ZodType, path: readonly PropertyKey[], value?: unknown): z.ZodType[] {
  let schemas = [root];
  let current = value;
  for (const step of path) {
    schemas = schemas.flatMap((schema) => {
      const { schema: inner } = peel(schema);
      if (inner instanceof z.ZodArray) return isIndex(step) ? [inner.element as z.ZodType] : [];
      if (inner instanceof z.ZodTuple) return isIndex(step) ? [inner.def.items[Number(step)] as z.ZodType] : [];
      if (inner instanceof z.ZodRecord) return [inner.valueType as z.ZodType];
      return matching(objectsOf(schema), current).flatMap((object) => {
        const next = Object.hasOwn(object.shape, step) ? object.shape[String(step)] : undefined;
        return next === undefined ? [] : [next as z.ZodType];
      });
    }).filter((schema) => schema !== undefined);
    current = typeof current === "object" && current !== null ? Reflect.get(current, step) : undefined;
  }
  return schemas;
}

function isIndex(step: PropertyKey): boolean {
  return typeof step === "number" || (typeof step === "string" && /^\d+$/.test(step));
}

/** Whether the schema knows a key at this path, under any alternative. */
export function isKnownPath(root: z.ZodType, path: readonly PropertyKey[]): boolean {
  return schemasAt(root, path).length > 0;
}

/** The keys that may stand in the object at `path`, given the value that stands there. */
export function keysAt(root: z.ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const parents = schemasAt(root, path, value);
  const here = path.reduce<unknown>((at, step) => isObject(at) ? Reflect.get(at, step) : undefined, value);
  return [
    ...new Set(parents.flatMap((schema) => matching(objectsOf(schema), here).flatMap((o) => Object.keys(o.shape)))),
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The default of the key at `path`, or undefined. */
export function fallbackAt(root: z.ZodType, path: readonly PropertyKey[]): unknown {
  for (const schema of schemasAt(root, path)) {
    const { fallback } = peel(schema);
    if (fallback !== undefined) return fallback;
  }
  return undefined;
}

/** Every key of the schema in its order: sections first by their own line, then their keys. `*` stands for a name of one's own. */
export function listKeys(root: z.ZodType, prefix = ""): readonly ConfigKey[] {
  const keys: ConfigKey[] = [];
  for (const object of objectsOf(root)) {
    for (const [key, schema] of Object.entries(object.shape)) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      const { schema: inner, fallback, description } = peel(schema as z.ZodType);
      const [element, mark] = elementOf(inner);
      const nested = listKeys(element, `${path}${mark}`);
      const isPureSection = inner instanceof z.ZodObject;
      if (!isPureSection) keys.push({ path, type: typeName(inner), fallback, description });
      // The ends of a range, and the like, mean what their section says.
      keys.push(...nested.map((key) => key.description === "" && isPureSection ? { ...key, description } : key));
    }
  }
  return mergeAlternatives(keys);
}

/** One entry a path: what alternatives of a section have in common may stand for any of their types, e.g. the name of a kind. */
function mergeAlternatives(keys: readonly ConfigKey[]): ConfigKey[] {
  return [...Map.groupBy(keys, ({ path }) => path).values()].map((same) => ({
    ...same[0],
    type: [...new Set(same.flatMap(({ type }) => type.split(" | ")))].join(" | "),
    description: same.find(({ description }) => description !== "")?.description ?? "",
  }));
}

/** What a schema holds many of, and the mark of one of them in a path; the schema itself where it holds one thing. */
function elementOf(schema: z.ZodType): readonly [z.ZodType, string] {
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType, "[]"];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType, ".*"];
  return [schema, ""];
}

/** What a schema accepts, in a few words. */
export function typeName(schema: z.ZodType): string {
  const { schema: inner } = peel(schema);
  if (inner instanceof z.ZodEnum) return inner.options.join(" | ");
  if (inner instanceof z.ZodLiteral) return [...inner.values].join(" | ");
  if (inner instanceof z.ZodArray) return `list of ${typeName(inner.element as z.ZodType)}`;
  if (inner instanceof z.ZodTuple) return `[${inner.def.items.map((item) => typeName(item as z.ZodType)).join(", ")}]`;
  if (inner instanceof z.ZodDiscriminatedUnion) return "section";
  if (inner instanceof z.ZodUnion) return inner.options.map((option) => typeName(option as z.ZodType)).join(" | ");
  if (inner instanceof z.ZodObject) return "section";
  if (inner instanceof z.ZodRecord) return "section of names";
  if (inner instanceof z.ZodNumber) return `${inner.isInt ? "whole number" : "number"}${bounds(inner)}`;
  if (inner instanceof z.ZodString) return "text";
  if (inner instanceof z.ZodBoolean) return "true | false";
  return inner.def.type;
}

function bounds(schema: z.ZodNumber): string {
  const parts: string[] = [];
  for (const check of schema.def.checks ?? []) {
    const { def } = check._zod;
    if ("inclusive" in def && "value" in def) {
      const sign = def.check === "greater_than" ? ">" : "<";
      if (Number.isFinite(def.value)) parts.push(`${sign}${def.inclusive ? "=" : ""} ${def.value}`);
    }
  }
  return parts.length > 0 ? ` ${parts.join(" and ")}` : "";
}
