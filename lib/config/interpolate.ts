/** OmegaConf's interpolation: `${a.b}` in a text stands for the value of the key `a.b`. */

import type { z } from "zod";
import { valueAt } from "./overrides/apply.ts";
import type { Value } from "./overrides/types.ts";
import { formatValue, isDictionary, isList } from "./overrides/value.ts";
import { configError, dotted, fallbackAt, keySuggestion, type Locate } from "../input/mod.ts";

/**
 * Replaces every `${a.b}`: a text that is nothing else takes the value with its type, otherwise its text is inserted.
 * @throws {ConfigError} where the key does not exist, or a key stands for itself
 */
export function interpolate(schema: z.ZodType, data: Value, locate: Locate): Value {
  const resolve = (key: string, at: readonly string[], open: readonly string[]): Value => {
    const fail = (message: string) => configError(locate(at), dotted(at), message);
    if (open.includes(key)) throw fail(`\${${key}} stands for itself: ${[...open, key].join(" → ")}`);
    const path = key.split(".");
    const value = valueAt(data, path) ?? fallbackAt(schema, path) as Value | undefined;
    if (value === undefined) {
      throw fail(
        `\${${key}}: no such key${keySuggestion(schema, path.slice(0, -1), path.at(-1) ?? "", data, { whole: true })}`,
      );
    }
    return visit(value, at, [...open, key]);
  };
  const visit = (value: Value, at: readonly string[], open: readonly string[]): Value => {
    if (isList(value)) return value.map((item, index) => visit(item, [...at, String(index)], open));
    if (isDictionary(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...at, key], open)]));
    }
    if (typeof value !== "string") return value;
    const whole = /^\$\{([^{}]+)\}$/.exec(value)?.[1];
    if (whole !== undefined) return resolve(whole, at, open);
    return value.replaceAll(/\$\{([^{}]+)\}/g, (_, key: string) => {
      const inserted = resolve(key, at, open);
      return typeof inserted === "string" ? inserted : formatValue(inserted);
    });
  };
  return visit(data, [], []);
}
