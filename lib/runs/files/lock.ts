/** One writer for each folder. */

import { join } from "node:path";
import { writeAll } from "./atomic.ts";

/** The folder is being written by another process. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/** A held lock; dispose of it to let others write. */
export interface Lock extends Disposable {
  readonly path: string;
}

/**
 * Takes the lock of a folder. The kernel keeps it (`flock`), so that it ends with its process however that ends: a killed
 * run leaves no stale lock, and no clock or process number decides anything.
 * @param announce write this process's name into the lock for others to read, which needs room on the disk
 * @throws {LockedError} naming the process that holds it
 */
export function lockFolder(folder: string, name = "run.lock", announce = true): Lock {
  const path = join(folder, name);
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  if (!tryLockPatiently(file)) {
    const holder = readHolder(file);
    file.close();
    throw new LockedError(`${folder}: another process is writing it${holder === "" ? "" : ` (${holder})`}`);
  }
  try {
    file.truncateSync(0);
    if (announce) writeAll(file, new TextEncoder().encode(`process ${Deno.pid} on ${Deno.hostname()}\n`));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    path,
    [Symbol.dispose]: () => {
      file.truncateSync(0);
      file.unlockSync();
      file.close();
    },
  };
}

/** {@linkcode isLocked} holds a lock for a moment: a writer that meets one tries again instead of giving up. */
function tryLockPatiently(file: Deno.FsFile): boolean {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < 10; attempt++) {
    if (file.tryLockSync(true)) return true;
    Atomics.wait(sleeper, 0, 0, 20);
  }
  return false;
}

/** Whether some process holds the lock of a folder now. */
export function isLocked(folder: string, name = "run.lock"): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(join(folder, name), { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  try {
    return !file.tryLockSync(false);
  } finally {
    file.close();
  }
}

function readHolder(file: Deno.FsFile): string {
  const buffer = new Uint8Array(200);
  const length = file.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length)).trim();
}
