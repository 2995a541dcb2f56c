/** Columns from cells that have a type already: those of JSON, Arrow and Parquet. */

import { describeText, type MissingWords, numberIn } from "./cells.ts";
import type { CellFault, ColumnRequest, NumberColumn, WordColumn } from "./types.ts";

/** Makes a column of the cells of all rows; null and undefined are missing. */
export function columnOfCells(
  as: ColumnRequest["as"],
  rows: number,
  cell: (row: number) => unknown,
  missing: MissingWords,
): NumberColumn | WordColumn {
  return as === "numbers" ? numbers(rows, cell, missing) : words(rows, cell);
}

function numbers(rows: number, cell: (row: number) => unknown, missing: MissingWords): NumberColumn {
  const values = new Float64Array(rows).fill(NaN);
  let fault: CellFault | null = null;
  for (let row = 0; row < rows && fault === null; row++) {
    const content = cell(row);
    if (content === null || content === undefined) continue;
    const number = typeof content === "string" ? textNumber(content, missing) : typedNumber(content);
    if (typeof number === "string") fault = { row, message: number };
    else if (!missing.hasNumber(number)) values[row] = number;
  }
  return { kind: "numbers", values, fault };
}

/** The number of a text, NaN for a word that says that there is none; else what the text is. */
function textNumber(text: string, missing: MissingWords): number | string {
  return missing.has(text) ? NaN : numberIn(text) ?? describeText(text);
}

/** The number of a cell that is no text; else what it is. */
function typedNumber(content: unknown): number | string {
  switch (typeof content) {
    case "number":
      return Math.abs(content) === Infinity ? `${content}; only finite numbers can be worked with` : content;
    case "bigint":
      return Number(content);
    case "boolean":
      return content ? 1 : 0;
    default:
      if (content instanceof Date) return `the date ${content.toISOString()}`;
      if (Array.isArray(content)) return "a list";
      return content instanceof Uint8Array ? "bytes" : "an object";
  }
}

function words(rows: number, cell: (row: number) => unknown): WordColumn {
  const codes = new Int32Array(rows).fill(-1);
  const known = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const content = cell(row);
    if (content === null || content === undefined) continue;
    const word = (typeof content === "object" ? JSON.stringify(content) : String(content)).trim();
    if (word === "") continue;
    let code = known.get(word);
    if (code === undefined) known.set(word, code = known.size);
    codes[row] = code;
  }
  return { kind: "words", words: [...known.keys()], codes };
}
