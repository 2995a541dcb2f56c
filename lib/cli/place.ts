/** Where a command's user stands. */

import { projectPath } from "../input/mod.ts";

/**
 * Goes to the folder in which the user typed the command: `deno task` runs every command in the project's folder, and keeps the
 * user's in `INIT_CWD`. Relative paths among the words of a command then mean what they mean to the shell.
 */
export function standWithUser(): void {
  const folder = Deno.env.get("INIT_CWD");
  if (folder === undefined || folder === "" || !isFolder(folder)) return;
  // A command that was started anywhere else stands there: by hand, by a sweep, or by `deno task --cwd`.
  if (Deno.realPathSync(Deno.cwd()) === Deno.realPathSync(projectPath())) Deno.chdir(folder);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
