/** Tables from CSV, TSV and their kin. */

import { DataError } from "../error.ts";
import { type ByteSource, openUtf8, readInto } from "./bytes.ts";
import { describeText, type MissingWords, numberIn } from "./cells.ts";
import { type DelimitedRecord, scanRecords } from "./records.ts";
import { notUtf8 } from "./text.ts";
import type { CellFault, ColumnRequest, NumberColumn, TableFile, TableRows, WordColumn } from "./types.ts";

/** How a problem says that its text files are written. */
export interface TextOptions {
  readonly encoding: string | null;
  readonly missing: MissingWords;
}

/** Bytes from which the header and the delimiter are told. */
const HEAD = 1 << 18;

/**
 * Reads the header, which must be there. The delimiter is that of Excel's line `sep=;`, or the one that the header has most
 * of outside quotes.
 * @throws {DataError} if the file is empty or cannot be read
 */
export function openDelimited(file: string, delimiters: readonly string[], options: TextOptions): TableFile {
  const head = new Uint8Array(HEAD);
  const source = openUtf8(file, options.encoding);
  let size: number;
  try {
    size = readInto(source, head);
  } finally {
    source.close();
  }
  const start = head.subarray(0, size);
  const separator = /^"?sep=([^\r\n"])"?(?:\r\n|\r|\n)/i.exec(new TextDecoder().decode(start.subarray(0, 16)));
  const delimiter = separator?.[1] ?? delimiterOf(start, delimiters);
  const text = new TextDecoder("utf-8", { fatal: true });
  const names: string[][] = [];
  scanRecords(whole(start.subarray(separator?.[0].length ?? 0)), delimiter.charCodeAt(0), (record) => {
    names.push(names.length > 0 ? [] : columnNames(record, text, file));
    return names.length < 2;
  }, () => `${file}: ${names.length === 0 ? "header" : "row 1"}`);
  const [columns, second] = names;
  if (columns === undefined) throw new DataError(`${file}: it is empty`);
  const skip = separator === null ? 1 : 2;
  return {
    columns,
    empty: second === undefined && size < HEAD,
    read: (requests) => Promise.resolve(readRecords({ file, columns, delimiter, skip }, requests, options)),
  };
}

function columnNames(record: DelimitedRecord, text: TextDecoder, file: string): string[] {
  return Array.from({ length: record.cells }, (_, c) => {
    try {
      return text.decode(record.bytes.subarray(record.starts[c], record.ends[c])).trim();
    } catch (error) {
      if (error instanceof TypeError) throw notUtf8(`${file}: header`);
      throw error;
    }
  });
}

/** The delimiter that the first line with anything on it has most of outside quotes; the first one if it has none. */
function delimiterOf(start: Uint8Array, delimiters: readonly string[]): string {
  const counts = delimiters.map(() => 0);
  let quoted = false;
  let cellStarts = true;
  let seen = false;
  for (const byte of start) {
    if (byte === 0x22 && (quoted || cellStarts)) quoted = !quoted;
    if (quoted) continue;
    cellStarts = false;
    if (byte === 0x0a || byte === 0x0d) {
      if (seen) break;
      cellStarts = true;
      continue;
    }
    seen = true;
    const which = delimiters.indexOf(String.fromCharCode(byte));
    if (which < 0) continue;
    counts[which]++;
    cellStarts = true;
  }
  return delimiters[counts.indexOf(Math.max(...counts))];
}

function whole(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    read: (into) => {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
    close: () => {},
  };
}

interface Layout {
  readonly file: string;
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Records before the first row. */
  readonly skip: number;
}

/** A column while it is read. */
interface ColumnReader {
  readonly column: number;
  /** Takes in the cell of a row; false: it cannot be taken, and no more is wanted. */
  take(row: number, bytes: Uint8Array, start: number, end: number): boolean;
  finish(rows: number): NumberColumn | WordColumn;
}

/** Rows that room is made for at the start; with more, columns are copied as they grow. */
const MOST_ROWS_AT_ONCE = 1 << 22;

function readRecords(
  { file, columns, delimiter, skip }: Layout,
  requests: readonly ColumnRequest[],
  { encoding, missing }: TextOptions,
): TableRows {
  // A row takes at least one byte for each of its columns. What is not written to takes no memory.
  const capacity = Math.min(MOST_ROWS_AT_ONCE, 1 + Math.floor(Deno.statSync(file).size / columns.length));
  const readers = requests.map((request) =>
    request.as === "numbers"
      ? numberReader(request.column, capacity, missing, file)
      : wordReader(request.column, capacity, columns[request.column], file)
  );
  let row = -skip;
  const source = openUtf8(file, encoding);
  try {
    scanRecords(source, delimiter.charCodeAt(0), (record) => {
      if (row >= 0) {
        if (record.cells !== columns.length) {
          throw new DataError(
            `${file}: row ${row + 1} has ${record.cells} cells, the header has ${columns.length}`,
          );
        }
        for (const reader of readers) {
          const { column } = reader;
          if (!reader.take(row, record.bytes, record.starts[column], record.ends[column])) return false;
        }
      }
      row++;
      return true;
    }, () => row < 0 ? `${file}: header` : `${file}: row ${row + 1}`);
  } finally {
    source.close();
  }
  const rows = Math.max(0, row);
  return { rows, columns: readers.map((reader) => reader.finish(rows)) };
}

function numberReader(column: number, capacity: number, missing: MissingWords, file: string): ColumnReader {
  let values = new Float64Array(capacity);
  let fault: CellFault | null = null;
  const slow = (row: number, bytes: Uint8Array, start: number, end: number): number => {
    const text = textOf(bytes, start, end, () => `${file}: row ${row + 1}`);
    if (missing.has(text)) return NaN;
    const number = numberIn(text);
    if (number === undefined) fault = { row, message: describeText(text) };
    return number ?? NaN;
  };
  return {
    column,
    take: (row, bytes, start, end) => {
      if (row === values.length) values = grown(values);
      let value = plainNumber(bytes, start, end);
      if (Number.isNaN(value)) {
        value = start === end ? NaN : slow(row, bytes, start, end);
      } else if (missing.numbers && missing.hasNumber(value)) {
        value = NaN;
      }
      values[row] = value;
      return fault === null;
    },
    finish: (rows) => ({ kind: "numbers", values: values.subarray(0, rows), fault }),
  };
}

function wordReader(column: number, capacity: number, name: string, file: string): ColumnReader {
  let codes = new Int32Array(capacity);
  const words = new Map<string, number>();
  return {
    column,
    take: (row, bytes, start, end) => {
      if (row === codes.length) {
        const longer = new Int32Array(2 * codes.length);
        longer.set(codes);
        codes = longer;
      }
      const word = start === end
        ? ""
        : textOf(bytes, start, end, () => `${file}: row ${row + 1}, column ${name}`).trim();
      let code = word === "" ? -1 : words.get(word);
      if (code === undefined) words.set(word, code = words.size);
      codes[row] = code;
      return true;
    },
    finish: (rows) => ({ kind: "words", words: [...words.keys()], codes: codes.subarray(0, rows) }),
  };
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function textOf(bytes: Uint8Array, start: number, end: number, where: () => string): string {
  try {
    return UTF8.decode(bytes.subarray(start, end));
  } catch (error) {
    if (error instanceof TypeError) throw notUtf8(where());
    throw error;
  }
}

/** Powers of ten that are exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);

/**
 * A number of at most 15 digits with a small exponent, for which one rounding gives what `Number` gives: digits and power of
 * ten are exact (Clinger 1990). NaN for everything else.
 */
export function plainNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  let digits = 0;
  let significant = 0;
  let mantissa = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit >= 0 && digit <= 9) {
      mantissa = 10 * mantissa + digit;
      digits++;
      if (mantissa > 0) significant++;
    } else if (bytes[at] === 0x2e && point < 0) {
      point = digits;
    } else {
      break;
    }
  }
  if (digits === 0 || significant > 15) return NaN;
  let exponent = point < 0 ? 0 : point - digits;
  if (at < end) {
    const power = plainExponent(bytes, at, end);
    if (Number.isNaN(power)) return NaN;
    exponent += power;
  }
  if (exponent < -22 || exponent > 22) return NaN;
  const value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
  return negative ? -value : value;
}

/** The number behind an `e`; NaN if there is none, or more than two digits. */
function plainExponent(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if ((bytes[at++] | 0x20) !== 0x65) return NaN;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  if (at >= end || end - at > 2) return NaN;
  let power = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    power = 10 * power + digit;
  }
  return negative ? -power : power;
}
