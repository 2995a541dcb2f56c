/** Escaping for the places of a page that text can stand in. */

import { withoutAnsi } from "../../notebook/mod.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element's content or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** `value` with typed arrays as lists and numbers at float32 precision (8 digits), which keeps a page small; NaN and ±∞ become null. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(8)) : null;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>);
  }
  return value;
}

/** JSON that can stand inside a `<script type="application/json">`: no character of it can end the element. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value, plain).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(
    /\u2029/g,
    "\\u2029",
  );
}

/** JavaScript that can stand inside a `<script>`: `</script` and `<!--` occur in it only within literals, where a backslash is harmless. */
export function embeddedScript(source: string): string {
  return source.replace(/<(\/script|!--)/gi, "<\\$1");
}

/** Text as a terminal shows it: what stands before a carriage return is overwritten. */
export function asPrinted(text: string): string {
  return withoutAnsi(text).replace(/\r+\n/g, "\n").replace(/^[^\n]*\r(?=[^\n])/gm, "");
}

/** A name for an `id` attribute: lower case words joined by hyphens, made unique among `taken`, which it joins. */
export function uniqueId(text: string, taken: Set<string>): string {
  const words = text.toLowerCase().normalize("NFKD").match(/[a-z0-9]+/g);
  const base = words === null ? "section" : words.join("-");
  let id = base;
  for (let suffix = 2; taken.has(id); suffix++) id = `${base}-${suffix}`;
  taken.add(id);
  return id;
}
