/** Tables from the files that people keep their data in: CSV, TSV, JSON lines, Arrow, Feather and Parquet. */

import { DataError } from "../error.ts";
import type { BinaryFormat } from "./binary.ts";
import { missingWords } from "./cells.ts";
import { openDelimited, type TextOptions } from "./delimited.ts";
import { readIsolated } from "./isolated.ts";
import { openJsonLines } from "./json_lines.ts";
import type { ColumnRequest, TableFile, TableRows } from "./types.ts";

/** How the files of a problem are written. */
export interface TableOptions {
  /** A label of the WHATWG Encoding Standard for text without a byte-order mark; `null`: UTF-8. */
  readonly encoding: string | null;
  /** Words for a missing value beside the usual ones. */
  readonly missing: readonly string[];
}

/** Says which columns are wanted, once their names are known; it may refuse them. */
export type ChooseColumns = (columns: readonly string[]) => readonly ColumnRequest[];

type OpenText = (file: string, options: TextOptions) => TableFile;

const TEXT: Readonly<Record<string, OpenText>> = {
  csv: (file, options) => openDelimited(file, [",", ";", "\t", "|"], options),
  tsv: (file, options) => openDelimited(file, ["\t"], options),
  jsonl: openJsonLines,
  ndjson: openJsonLines,
};

const BINARY: Readonly<Record<string, BinaryFormat>> = { arrow: "Arrow", feather: "Arrow", parquet: "Parquet" };

/**
 * Reads some columns of a table; the ending of the file's name says what it is. No other column is looked at.
 * @throws {DataError} for another ending, a file that does not exist, has no rows, is damaged or is not what its ending says
 */
export async function readTable(file: string, options: TableOptions, choose: ChooseColumns): Promise<TableRows> {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1].toLowerCase() ?? "";
  const chosen = (columns: readonly string[], empty: boolean) => {
    if (empty) throw new DataError(`${file}: it has no rows`);
    return choose(columns);
  };
  if (Object.hasOwn(BINARY, ending)) {
    return await readIsolated({ file, format: BINARY[ending], missing: options.missing }, chosen);
  }
  if (!Object.hasOwn(TEXT, ending)) {
    const endings = [...Object.keys(TEXT), ...Object.keys(BINARY)].join(", .");
    throw new DataError(`${file}: cannot tell what it is; the name must end in .${endings}`);
  }
  const table = TEXT[ending](file, { encoding: options.encoding, missing: missingWords(options.missing) });
  const rows = await table.read(chosen(table.columns, table.empty));
  if (rows.rows === 0 && rows.columns.every((column) => column.kind === "words" || column.fault === null)) {
    throw new DataError(`${file}: it has no rows`);
  }
  return rows;
}
