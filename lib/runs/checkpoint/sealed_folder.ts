/** A folder whose files are all listed with their SHA-256 in `SHA256SUMS`, in the format of `sha256sum`. */

import { basename, dirname, join } from "node:path";
import {
  exists,
  reason,
  removeIfThere,
  syncFolder,
  TEMPORARY_PREFIX,
  writeDurable,
  WriteError,
} from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";

/** A checkpoint that is truncated, altered or incomplete. The message names the file. */
export class CorruptCheckpointError extends Error {
  override readonly name = "CorruptCheckpointError";
}

const SUMS = "SHA256SUMS";

/**
 * Writes a folder so that it appears complete or not at all. A folder of that name is replaced.
 * @throws {WriteError} naming the folder, e.g. when the disk is full; what was there is then untouched
 */
export function writeSealedFolder(folder: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  const parent = dirname(folder);
  const temporary = join(parent, `${TEMPORARY_PREFIX}${basename(folder)}-${crypto.randomUUID()}`);
  try {
    Deno.mkdirSync(temporary);
    for (const [name, data] of files) writeDurable(join(temporary, name), data);
    const sums = [...files].map(([name, data]) => `${sha256(data)}  ${name}\n`).join("");
    writeDurable(join(temporary, SUMS), sums);
    syncFolder(temporary);
    replaceFolder(temporary, folder);
    syncFolder(parent);
  } catch (error) {
    removeIfThere(temporary);
    throw new WriteError(`cannot write ${folder}: ${reason(error)}`, { cause: error });
  }
}

function replaceFolder(from: string, to: string): void {
  if (exists(to)) {
    const old = join(dirname(to), `${TEMPORARY_PREFIX}old-${crypto.randomUUID()}`);
    Deno.renameSync(to, old);
    Deno.renameSync(from, to);
    removeIfThere(old);
  } else {
    Deno.renameSync(from, to);
  }
}

/**
 * Reads every file of a sealed folder.
 * @throws {CorruptCheckpointError} naming the first file that is missing, unlisted, truncated or altered
 */
export function readSealedFolder(folder: string): ReadonlyMap<string, Uint8Array> {
  const sums = parseSums(readOrCorrupt(join(folder, SUMS)), join(folder, SUMS));
  const files = new Map<string, Uint8Array>();
  for (const [name, sum] of sums) {
    const path = join(folder, name);
    const data = readOrCorrupt(path);
    if (sha256(data) !== sum) {
      throw new CorruptCheckpointError(
        `${path}: corrupt (its SHA-256 is not the one in ${SUMS}; ${data.length} bytes)`,
      );
    }
    files.set(name, data);
  }
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name !== SUMS && !files.has(entry.name)) {
      throw new CorruptCheckpointError(`${join(folder, entry.name)}: not listed in ${SUMS}`);
    }
  }
  return files;
}

function parseSums(bytes: Uint8Array, path: string): ReadonlyMap<string, string> {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw new CorruptCheckpointError(`${path}: truncated`);
  return new Map(lines.map((line) => {
    const match = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line);
    if (match === null) throw new CorruptCheckpointError(`${path}: corrupt line ${JSON.stringify(line.slice(0, 60))}`);
    return [match[2] ?? "", match[1] ?? ""];
  }));
}

function readOrCorrupt(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new CorruptCheckpointError(`${path}: missing`);
    throw error;
  }
}
