/** Tables from Parquet. What a file says of sizes, counts and places is checked against its bytes before it is used. */

import { type FileMetaData, parquetMetadata, type SchemaElement } from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { getSchemaPath } from "hyparquet/src/schema.js";
import { DataError } from "../error.ts";
import { schemaContents } from "./arrow.ts";
import type { MissingWords } from "./cells.ts";
import { DamagedError } from "./flatbuffer.ts";
import { type PageCells, readPages } from "./parquet_pages.ts";
import type { TableFile } from "./types.ts";
import { columnOfCells } from "./values.ts";

/**
 * @throws {DamagedError} at once or while reading, if a size, a count or a place does not fit the bytes
 * @throws {DataError} while reading, for a column that holds neither numbers nor text
 */
export function openParquet(bytes: Uint8Array<ArrayBuffer>, file: string, missing: MissingWords): TableFile {
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const columns = columnsOf(metadata);
  const rows = Number(metadata.num_rows);
  const stored = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== stored || metadata.row_groups.some((group) => group.num_rows < 0n)) {
    throw new DamagedError(`it says that it has ${rows} rows, its parts have ${stored}`);
  }
  const beside = arrowContents(metadata);
  return {
    columns: columns.map(({ name }) => name),
    empty: rows === 0,
    read: (requests) => {
      const read = requests.map(({ column, as }) => {
        const element = columns[column];
        const content = contentOf(element) ?? beside.get(element.name) ?? null;
        if (content !== null) throw new DataError(`${file}: column ${element.name} holds ${content}, not ${as}`);
        const cell = cellsOf(bytes, metadata, element);
        const { scale } = element;
        return columnOfCells(as, rows, scale ? (row) => rescaled(cell(row), scale) : cell, missing);
      });
      return Promise.resolve({ rows, columns: read });
    },
  };
}

/** The decimal that a number with so many digits behind the point stands for; the library's product is off by a rounding. */
function rescaled(value: unknown, scale: number): unknown {
  return typeof value === "number" ? Number(`${Math.round(value * 10 ** scale)}e${-scale}`) : value;
}

/** The elements of the top level. */
function columnsOf({ schema }: FileMetaData): SchemaElement[] {
  const found: SchemaElement[] = [];
  let at = 1;
  const behind = (index: number, depth: number): number => {
    if (depth > DEEPEST) throw new DamagedError(`its columns are nested more than ${DEEPEST} times`);
    let next = index + 1;
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child++) {
      if (next >= schema.length) throw new DamagedError("its schema ends too early");
      next = behind(next, depth + 1);
    }
    return next;
  };
  while (at < schema.length) {
    found.push(schema[at]);
    at = behind(at, 0);
  }
  return found;
}

const DEEPEST = 64;

/** What a column holds that is neither number nor text; null if it is. */
function contentOf(element: SchemaElement): string | null {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  if (type === undefined || (element.num_children ?? 0) > 0) {
    return converted === "MAP" ? "maps" : converted === "LIST" || logical?.type === "LIST" ? "lists" : "structures";
  }
  if (repetition === "REPEATED") return "lists";
  if (type === "INT96" || logical?.type === "TIMESTAMP" || converted?.startsWith("TIMESTAMP")) return "timestamps";
  if (logical?.type === "DATE" || converted === "DATE") return "dates";
  if (logical?.type === "TIME" || converted?.startsWith("TIME")) return "times of day";
  if (converted === "INTERVAL") return "intervals of time";
  const text = logical?.type === "STRING" || logical?.type === "ENUM" || converted === "UTF8" || converted === "ENUM";
  const decimal = logical?.type === "DECIMAL" || converted === "DECIMAL";
  const fixed = type === "FIXED_LEN_BYTE_ARRAY" && logical?.type !== "FLOAT16";
  if ((type === "BYTE_ARRAY" && !text && !decimal) || (fixed && !decimal)) return "bytes";
  return null;
}

/** Durations are plain whole numbers to Parquet: only the schema that Arrow leaves beside its own tells them apart. */
function arrowContents({ key_value_metadata }: FileMetaData): ReadonlyMap<string, string> {
  const stored = key_value_metadata?.find(({ key }) => key === "ARROW:schema")?.value;
  if (stored === undefined) return new Map();
  try {
    return schemaContents(Uint8Array.from(atob(stored), (character) => character.charCodeAt(0)));
  } catch (error) {
    if (error instanceof DamagedError || error instanceof DOMException) return new Map();
    throw error;
  }
}

/** The cells of a column by their row; rows are asked for in their order. */
function cellsOf(bytes: Uint8Array, metadata: FileMetaData, element: SchemaElement): (row: number) => unknown {
  const { name } = element;
  const nullable = element.repetition_type !== "REQUIRED";
  const pages = metadata.row_groups.flatMap(({ columns, num_rows }) => {
    const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema.join(".") === name)?.meta_data;
    const rows = Number(num_rows);
    if (chunk === undefined || rows === 0) {
      if (rows === 0) return [];
      throw new DamagedError(`a part of column ${name} is missing`);
    }
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const size = Number(chunk.total_compressed_size);
    if (!(start >= 4 && size >= 0 && start + size <= bytes.length)) {
      throw new DamagedError(`a column of ${size} bytes at byte ${start} does not fit into ${bytes.length}`);
    }
    if (Number(chunk.num_values) !== rows) {
      throw new DamagedError(`column ${name} has ${chunk.num_values} values in ${rows} rows`);
    }
    const decoder = {
      pathInSchema: [name],
      element,
      schemaPath: getSchemaPath(metadata.schema, [name]),
      type: chunk.type,
      codec: chunk.codec,
      parsers: DEFAULT_PARSERS,
    };
    const part = bytes.subarray(start, start + size);
    return readPages(part, Number(chunk.total_uncompressed_size), rows, decoder, nullable);
  });
  return walk(pages);
}

function walk(pages: readonly PageCells[]): (row: number) => unknown {
  let page = 0;
  let start = 0;
  let value = 0;
  return (row) => {
    while (row >= start + pages[page].rows) {
      start += pages[page++].rows;
      value = 0;
    }
    const { values, present } = pages[page];
    if (present !== null && present[row - start] === 0) return null;
    const cell: unknown = present === null ? values[row - start] : values[value++];
    if (cell === undefined) throw new DamagedError(`row ${row + 1} names an entry that its dictionary does not have`);
    return cell;
  };
}
