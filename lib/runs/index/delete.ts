import { basename, dirname, join } from "node:path";
import { removeIfThere, syncFolder } from "../files/atomic.ts";
import { lockFolder } from "../files/lock.ts";

/**
 * Deletes a run's folder. It is renamed first, so that a crash leaves no run that is half there.
 * @throws {LockedError} if the run is being written
 */
export function deleteRun(folder: string): void {
  const doomed = join(dirname(folder), `.deleted-${basename(folder)}-${crypto.randomUUID().slice(0, 8)}`);
  {
    using _lock = lockFolder(folder, "run.lock", false);
    Deno.renameSync(folder, doomed);
  }
  syncFolder(dirname(folder));
  removeIfThere(doomed);
}
