import { isDictionary } from "../config/mod.ts";
import type { Json } from "./files/json_lines.ts";

/** The leaves of a config or of metrics by their dotted paths; lists are leaves. */
export function leaves(value: Json, prefix = ""): ReadonlyMap<string, Json> {
  if (!isDictionary(value) || Object.keys(value).length === 0) return new Map([[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, prefix === "" ? key : `${prefix}.${key}`)]),
  );
}
