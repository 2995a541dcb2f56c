/** Tables from the files that people keep their data in: CSV, TSV, JSON lines, Arrow and Parquet. */

import { tableFromIPC } from "@uwdata/flechette";
import { parquetMetadata, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
// @ts-types="@types/papaparse"
import Papa from "papaparse";
import { DataError } from "./error.ts";
import type { Table } from "./table.ts";

type Reader = (bytes: Uint8Array<ArrayBuffer>, file: string) => Table | Promise<Table>;

const READERS: Readonly<Record<string, Reader>> = {
  csv: (bytes, file) => delimited(utf8(bytes, file), file, [",", ";", "\t", "|"]),
  tsv: (bytes, file) => delimited(utf8(bytes, file), file, ["\t"]),
  jsonl: (bytes, file) => jsonLines(utf8(bytes, file), file),
  ndjson: (bytes, file) => jsonLines(utf8(bytes, file), file),
  arrow: arrow,
  feather: arrow,
  parquet: parquet,
};

/**
 * Reads a table; the ending of the file's name says what it is.
 * @throws {DataError} for another ending, a file that does not exist or is not what its ending says
 */
export async function readTable(file: string): Promise<Table> {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1].toLowerCase() ?? "";
  const reader = READERS[ending];
  if (reader === undefined) {
    throw new DataError(`${file}: cannot tell what it is; the name must end in .${Object.keys(READERS).join(", .")}`);
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DataError(`${file}: no such file`);
    throw error;
  }
  return reader(bytes, file);
}

function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new DataError(`${file}: it is not UTF-8 text`);
    throw error;
  }
}

/** The delimiter is the one that the header has most of. A header is needed; empty lines are passed over. */
function delimited(text: string, file: string, delimiters: readonly string[]): Table {
  const [header = ""] = text.split(/[\r\n]/, 1);
  const delimiter = delimiters.reduce((a, b) => header.split(b).length > header.split(a).length ? b : a);
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
  const [columns, ...rows] = data;
  if (columns === undefined) throw new DataError(`${file}: it is empty`);
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken !== undefined) throw new DataError(`${file}: row ${broken.row ?? "?"}: ${broken.message}`);
  const ragged = rows.findIndex((row) => row.length !== columns.length);
  if (ragged >= 0) {
    throw new DataError(
      `${file}: row ${ragged + 1} has ${rows[ragged].length} cells, the header has ${columns.length}`,
    );
  }
  return {
    columns: columns.map((name) => name.trim()),
    rows: rows.length,
    cell: (row, column) => rows[row][column],
  };
}

/** One object a line; a key that a line lacks is a missing value. */
function jsonLines(text: string, file: string): Table {
  const columns: string[] = [];
  const known = new Set<string>();
  const objects: Readonly<Record<string, unknown>>[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const object = parseObject(line, `${file}: row ${objects.length + 1}`);
    objects.push(object);
    for (const key of Object.keys(object)) {
      if (known.has(key)) continue;
      known.add(key);
      columns.push(key);
    }
  }
  return { columns, rows: objects.length, cell: (row, column) => objects[row][columns[column]] };
}

function parseObject(line: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw new DataError(`${where}: ${error.message}`);
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataError(`${where}: expected an object, got ${line.slice(0, 40)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function arrow(bytes: Uint8Array, file: string): Table {
  const table = decode(file, "Arrow", () => tableFromIPC(bytes));
  const columns = table.schema.fields.map(({ name }) => name);
  const data = columns.map((_, c) => decode(file, "Arrow", () => table.getChildAt(c).toArray()));
  return { columns, rows: table.numRows, cell: (row, column) => data[column][row] };
}

async function parquet(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Table> {
  const { buffer } = bytes;
  const metadata = decode(file, "Parquet", () => parquetMetadata(buffer));
  const rows = Number(metadata.num_rows);
  const columns: string[] = [];
  const data: unknown[][] = [];
  try {
    await parquetRead({
      file: buffer,
      metadata,
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        let column = columns.indexOf(columnName);
        if (column < 0) {
          column = columns.push(columnName) - 1;
          data.push(new Array(rows));
        }
        for (let r = 0; r < columnData.length; r++) data[column][rowStart + r] = columnData[r];
      },
    });
  } catch (error) {
    throw notA(file, "Parquet", error);
  }
  return { columns, rows, cell: (row, column) => data[column][row] };
}

function decode<T>(file: string, kind: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw notA(file, kind, error);
  }
}

function notA(file: string, kind: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${file}: it cannot be read as ${kind}: ${reason}`, { cause });
}
