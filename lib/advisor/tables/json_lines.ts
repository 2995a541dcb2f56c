/** Tables from JSON lines: one object a row. */

import { DataError } from "../error.ts";
import { openUtf8 } from "./bytes.ts";
import type { TextOptions } from "./delimited.ts";
import { notUtf8 } from "./text.ts";
import type { TableFile } from "./types.ts";
import { columnOfCells } from "./values.ts";

/**
 * Reads all lines. A key that a line lacks is a missing value; lines with nothing on them are passed over.
 * @throws {DataError} naming the row that is no object
 */
export function openJsonLines(file: string, { encoding, missing }: TextOptions): TableFile {
  const cells = new Map<string, unknown[]>();
  let rows = 0;
  for (const line of linesOf(file, encoding)) {
    if (line.trim() === "") continue;
    for (const [key, value] of Object.entries(parseObject(line, `${file}: row ${rows + 1}`))) {
      let column = cells.get(key);
      if (column === undefined) cells.set(key, column = []);
      while (column.length < rows) column.push(null);
      column.push(value);
    }
    rows++;
  }
  const columns = [...cells.keys()];
  return {
    columns,
    empty: rows === 0,
    read: (requests) =>
      Promise.resolve({
        rows,
        columns: requests.map(({ column, as }) => {
          const content = cells.get(columns[column]);
          return columnOfCells(as, rows, (row) => content?.[row], missing);
        }),
      }),
  };
}

const PIECE = 1 << 18;

function* linesOf(file: string, encoding: string | null): Generator<string> {
  const source = openUtf8(file, encoding);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const piece = new Uint8Array(PIECE);
    let rest = "";
    for (let size = -1; size !== 0;) {
      size = source.read(piece);
      const lines = (rest + decodePiece(text, piece.subarray(0, size), file)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    yield rest;
  } finally {
    source.close();
  }
}

function decodePiece(text: TextDecoder, piece: Uint8Array, file: string): string {
  try {
    return text.decode(piece, { stream: piece.length > 0 });
  } catch (error) {
    if (error instanceof TypeError) throw notUtf8(file);
    throw error;
  }
}

function parseObject(line: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const hint = /\b(?:NaN|Infinity)\b/.test(line) ? "; NaN and Infinity are no JSON: write null" : "";
      throw new DataError(`${where}: ${error.message}${hint}`);
    }
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataError(`${where}: expected an object, got ${line.slice(0, 40)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}
