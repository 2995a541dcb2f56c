/** Reads YAML against a strict schema and says what is wrong in one line: the file, the path and the nearest key. */

import { parseDocument } from "yaml";
import { z } from "zod";
import { closest } from "../closest.ts";
import { ScmError } from "../error.ts";

/**
 * @param file name of the file, for messages
 * @throws ScmError for YAML that cannot be read or does not fit the schema; it names the first thing that is wrong
 */
export function readYaml<Schema extends z.ZodType>(schema: Schema, text: string, file: string): z.output<Schema> {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) throw new ScmError(`${file}: ${broken.message.split("\n")[0].replace(/:$/, "")}`);
  const data: unknown = document.toJS();
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const first = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  throw new ScmError(`${file}: ${describe(schema, first, [])}`);
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): string {
  const path = [...prefix, ...issue.path];
  const where = path.length > 0 ? `${path.map(String).join(".")}: ` : "";
  const got = issue.input === undefined ? "it is missing" : `got ${show(issue.input)}`;
  switch (issue.code) {
    case "unrecognized_keys": {
      const [key] = issue.keys;
      return `${[...path, key].map(String).join(".")}: unknown key; ${hint(key, keysAt(schema, path))}`;
    }
    case "invalid_union": {
      // The alternative that got beyond the value's own type is the one that was meant.
      const meant = issue.errors.find((errors) => errors.every((error) => error.path.length > 0));
      const unknown = issue.errors.flat().find(({ code, path }) => code === "unrecognized_keys" && path.length === 0);
      const inner = unknown ?? meant?.[0];
      return inner === undefined ? `${where}${issue.message}, ${got}` : describe(schema, inner, path);
    }
    case "invalid_type":
      return `${where}expected ${issue.expected === "record" ? "a section" : issue.expected}, ${got}`;
    case "invalid_value":
      return `${where}expected one of ${issue.values.join(", ")}, ${got}`;
    default:
      return `${where}${issue.message}, ${got}`;
  }
}

function hint(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return near === undefined ? `known here are ${known.join(", ")}` : `did you mean "${near}"?`;
}

function show(value: unknown): string {
  return typeof value === "string" ? `the text "${value}"` : JSON.stringify(value) ?? String(value);
}

/** The keys of the objects that may stand at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const reached = path.reduce<z.ZodType[]>((schemas, step) => schemas.flatMap((s) => below(s, step)), [schema]);
  return [...new Set(reached.flatMap((s) => objectsIn(s)).flatMap((object) => Object.keys(object.shape)))];
}

function below(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => below(option as z.ZodType, step));
  if (inner instanceof z.ZodRecord) return [inner.valueType as z.ZodType];
  if (inner instanceof z.ZodArray) return [inner.element as z.ZodType];
  const child = inner instanceof z.ZodObject ? inner.shape[String(step)] : undefined;
  return child === undefined ? [] : [child as z.ZodType];
}

function objectsIn(schema: z.ZodType): z.ZodObject[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => objectsIn(option as z.ZodType));
  return inner instanceof z.ZodObject ? [inner] : [];
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.def.innerType as z.ZodType)
    : schema;
}
