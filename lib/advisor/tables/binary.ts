/** The binary formats by their names. */

import { DataError } from "../error.ts";
import { missingWords } from "./cells.ts";
import type { ColumnRequest, TableFile, TableRows } from "./types.ts";

export type BinaryFormat = "Arrow" | "Parquet";

/** Each format is loaded when it is needed. */
const OPENERS = {
  Arrow: async () => (await import("./arrow.ts")).openArrow,
  Parquet: async () => (await import("./parquet.ts")).openParquet,
};

/**
 * Opens the bytes of a file.
 * @param missing further words for a missing value
 * @throws {DataError} for everything that is wrong with them, with the file
 */
export async function openBinary(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  format: BinaryFormat,
  missing: readonly string[],
): Promise<TableFile> {
  if (bytes.length === 0) throw new DataError(`${file}: it is empty`);
  const fail = (error: unknown): never => {
    if (error instanceof DataError) throw error;
    // What a library stumbles over in a damaged file says nothing to its reader.
    const known = error instanceof Error && !(error instanceof TypeError);
    const reason = known ? error.message : "it is damaged";
    throw new DataError(`${file}: it cannot be read as ${format}: ${reason}`, { cause: error });
  };
  let table: TableFile;
  try {
    const open = await OPENERS[format]();
    table = open(bytes, file, missingWords(missing));
  } catch (error) {
    return fail(error);
  }
  return {
    ...table,
    read: async (requests: readonly ColumnRequest[]): Promise<TableRows> => {
      try {
        return await table.read(requests);
      } catch (error) {
        return fail(error);
      }
    },
  };
}
