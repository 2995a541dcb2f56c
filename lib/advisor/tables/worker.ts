/** Reads a binary file apart from everything else: a damaged one may take time and memory without end. */

import { parentPort, workerData } from "node:worker_threads";
import { DataError } from "../error.ts";
import { type BinaryFormat, openBinary } from "./binary.ts";
import type { ColumnRequest, TableFile, TableRows } from "./types.ts";

/** What the worker is started with. */
export interface BinaryJob {
  readonly file: string;
  readonly format: BinaryFormat;
  readonly missing: readonly string[];
}

/** What the worker says: the columns once the file is open, the rows once they were asked for, or what is wrong. */
export type BinaryAnswer =
  | { readonly kind: "opened"; readonly columns: readonly string[]; readonly empty: boolean }
  | { readonly kind: "rows"; readonly rows: TableRows }
  | { readonly kind: "failed"; readonly message: string; readonly known: boolean };

/** Runs in the worker, which is started with a {@linkcode BinaryJob} and then told the columns that are wanted. */
async function serve({ file, format, missing }: BinaryJob): Promise<void> {
  const say = (answer: BinaryAnswer, buffers: ArrayBuffer[] = []) => parentPort?.postMessage(answer, buffers);
  const fail = (error: unknown) =>
    say({
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
      known: error instanceof DataError,
    });
  // Parts that fail behind the first failure have nothing to add.
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
  let table: TableFile;
  try {
    table = await openBinary(Deno.readFileSync(file), file, format, missing);
  } catch (error) {
    return fail(error);
  }
  parentPort?.once("message", (requests: readonly ColumnRequest[]) => {
    table.read(requests).then((rows) => {
      const arrays = rows.columns.map((column) => column.kind === "numbers" ? column.values : column.codes);
      say({ kind: "rows", rows }, arrays.map(({ buffer }) => buffer as ArrayBuffer));
    }, fail);
  });
  say({ kind: "opened", columns: table.columns, empty: table.empty });
}

if (parentPort !== null) await serve(workerData as BinaryJob);
