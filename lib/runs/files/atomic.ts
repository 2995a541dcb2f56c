/** Files that are either the old ones or the new ones after a crash, never half of each. */

import { basename, dirname, join } from "node:path";

/** What a write is checked for in tests and in messages: the file that was to be written. */
export class WriteError extends Error {
  override readonly name = "WriteError";
}

/** Prefix of names that a crash may leave behind; they can be removed whenever nobody else writes the folder. */
export const TEMPORARY_PREFIX = ".tmp-";

/**
 * Writes a file through a temporary one in the same folder: fsync, rename, fsync of the folder.
 * @throws {WriteError} naming the file, e.g. when the disk is full; the old file is then untouched
 */
export function writeFileAtomic(path: string, data: Uint8Array | string): void {
  const temporary = join(dirname(path), `${TEMPORARY_PREFIX}${basename(path)}-${crypto.randomUUID()}`);
  try {
    writeDurable(temporary, data);
    Deno.renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    removeIfThere(temporary);
    throw new WriteError(`cannot write ${path}: ${reason(error)}`, { cause: error });
  }
}

/** Writes a file and waits until it is on the disk. The file is not atomic: use it inside a folder that is renamed later. */
export function writeDurable(path: string, data: Uint8Array | string): void {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  try {
    writeAll(file, typeof data === "string" ? new TextEncoder().encode(data) : data);
    file.syncSync();
  } finally {
    file.close();
  }
}

/** Writes every byte, however many calls it takes. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

/** Makes renames and new names in a folder durable. */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return; // folders cannot be opened there, and NTFS journals renames itself
  const folder = Deno.openSync(path, { read: true });
  try {
    folder.syncSync();
  } finally {
    folder.close();
  }
}

/** Removes a file or a folder with everything in it; does nothing if there is none. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  }
}

/** Removes what crashed writers left in a folder. Call it only while holding the folder's lock. */
export function removeTemporaries(folder: string): void {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name.startsWith(TEMPORARY_PREFIX)) removeIfThere(join(folder, entry.name));
  }
}

/** Whether a path exists. */
export function exists(path: string): boolean {
  return statIfThere(path) !== undefined;
}

/** What is known of a path, or undefined if nothing is there. */
export function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** An error's message without its stack. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
