/** SVG as text: elements, numbers, the width of words, and colours that follow the reader's light or dark. */

import { escapeHtml } from "../html/escape.ts";
import { pageColours } from "../theme.ts";

/** Attributes of an element; undefined ones are left out, numbers are rounded to a tenth. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with its content, which must be markup already. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const words = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === "number" ? pixels(value) : escapeHtml(value)}"`]
  ).join("");
  return content === "" ? `<${name}${words}/>` : `<${name}${words}>${content}</${name}>`;
}

/** A number to a tenth of a pixel. */
export function pixels(value: number): string {
  return String(Math.round(10 * value) / 10);
}

/** The roles of colours. Every element names its role as a class and carries the light colour as an attribute. */
const roles = ["text", "muted", "line", "grid", "ground"] as const;
type Role = typeof roles[number];

/** Filled, or drawn, in the colour of a role. */
export function inked(role: Role, as: "fill" | "stroke" = "fill"): Attributes {
  return { class: `${as}-${role}`, [as]: pageColours.light[role] };
}

/** Dark colours for readers who prefer them; the selectors hold inside figures only, wherever the SVG is put. */
export const darkStyle = `<style>@media (prefers-color-scheme:dark){${
  roles.flatMap((role) =>
    (["fill", "stroke"] as const).map((as) => `.drawn-figure .${as}-${role}{${as}:${pageColours.dark[role]}}`)
  ).join("")
}}</style>`;

/** Advance widths in thousandths of the font size, of the characters that differ most from the mean. */
const narrow = new Map([..."iljI|.,:;'!"].map((character) => [character, 300] as const));
const wide = new Map([..."mwMW%@"].map((character) => [character, 930] as const));

/** About how wide a line of text is, for a sans-serif face of the wider kind: the reader's own face is not known. */
export function textWidth(text: string, size: number): number {
  const units = Array.from(text, (character) =>
    narrow.get(character) ?? wide.get(character) ??
      (character === " " || character === "(" || character === ")" || character === "-"
        ? 370
        : /[A-Z\d]/.test(character)
        ? 670
        : 600));
  return size * units.reduce((sum, unit) => sum + unit, 0) / 1000;
}

/** Words in lines that are at most `width` wide; a longer word has a line of its own. */
export function wrapped(text: string, size: number, width: number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    return lines.length > 0 && textWidth(longer, size) <= width ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []).map((line) => line.trim());
}
