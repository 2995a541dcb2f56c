/** JSON Lines: one record a line, appended; a killed writer can leave only its last line incomplete. */

import { reason, statIfThere, writeAll, WriteError } from "./atomic.ts";

/** A value that JSON can hold without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One line. */
export type Row = { readonly [key: string]: Json };

/** A line that is not the last one cannot be read. */
export class CorruptLineError extends Error {
  override readonly name = "CorruptLineError";
}

/** What a file of lines holds. */
export interface JsonLines {
  readonly rows: readonly Row[];
  /** Bytes up to the end of the last complete line. */
  readonly completeBytes: number;
  /** Set when the last line was incomplete and left out; names file and line. */
  readonly warning: string | undefined;
}

/**
 * Reads a file of lines; none if the file does not exist. A last line without line end is what a killed writer leaves:
 * it is left out with a warning.
 * @throws {CorruptLineError} naming file and line when any other line is not a JSON object
 */
export function readJsonLines(path: string): JsonLines {
  if (statIfThere(path) === undefined) return { rows: [], completeBytes: 0, warning: undefined };
  return parseJsonLines(Deno.readFileSync(path), path);
}

/** {@linkcode readJsonLines} for bytes that were read already. */
export function parseJsonLines(bytes: Uint8Array, path: string): JsonLines {
  const completeBytes = bytes.lastIndexOf(10) + 1;
  const lines = new TextDecoder().decode(bytes.subarray(0, completeBytes)).split("\n").slice(0, -1);
  const rows = lines.map((line, index) => parseLine(line, `${path}:${index + 1}`));
  const warning = completeBytes === bytes.length
    ? undefined
    : `${path}:${lines.length + 1}: the last line is incomplete and was left out`;
  return { rows, completeBytes, warning };
}

function parseLine(line: string, where: string): Row {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new CorruptLineError(`${where}: corrupt line ${JSON.stringify(line.slice(0, 60))}: ${reason(error)}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new CorruptLineError(`${where}: expected a JSON object, got ${JSON.stringify(line.slice(0, 60))}`);
  }
  return parsed as Row;
}

/** Appends records to a file. */
export class JsonLinesWriter implements Disposable {
  readonly path: string;
  readonly #file: Deno.FsFile;
  #bytes: number;

  /** Opens the file for appending. An incomplete last line is cut off. */
  constructor(path: string) {
    this.path = path;
    const info = statIfThere(path);
    this.#bytes = info === undefined ? 0 : parseJsonLines(Deno.readFileSync(path), path).completeBytes;
    this.#file = Deno.openSync(path, { write: true, create: true });
    this.#file.truncateSync(this.#bytes);
    this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
  }

  /** Length of the file: every record written so far is before it. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Writes one record as one line.
   * @throws {TypeError} on NaN or infinity, which JSON has no words for
   * @throws {WriteError} when the disk is full; nothing of the record is left in the file then
   */
  append(row: Row): void {
    const line = new TextEncoder().encode(`${JSON.stringify(row, refuseNonFinite)}\n`);
    try {
      writeAll(this.#file, line);
    } catch (error) {
      this.#file.truncateSync(this.#bytes);
      this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
      throw new WriteError(`cannot write ${this.path}: ${reason(error)}`, { cause: error });
    }
    this.#bytes += line.length;
  }

  /** Waits until everything is on the disk. */
  sync(): void {
    this.#file.syncSync();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`"${key}" is ${value}, not a finite number`);
  }
  return value;
}
