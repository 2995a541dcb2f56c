/** What lies beside a path that does not exist. */

import { basename, dirname, join } from "node:path";
import { nearest } from "./nearest.ts";

/**
 * `; did you mean "PATH"?` with the neighbour whose name is the nearest, without regard to a `.yaml` that was left out or too
 * much; nothing where none is near, and the nearest folder above where that does not exist either.
 */
export function nearestPath(path: string): string {
  const folder = dirname(path);
  const names = namesIn(folder);
  if (names === undefined) return folder === path ? "" : nearestPath(folder);
  const stem = (name: string) => name.replace(/\.ya?ml$/, "");
  const near = nearest(stem(basename(path)), names.map(stem));
  const name = names.find((one) => stem(one) === near);
  return name === undefined ? "" : `; did you mean "${join(folder, name)}"?`;
}

/** The names in a folder, sorted, hidden ones left out; undefined if there is no such folder. */
function namesIn(folder: string): readonly string[] | undefined {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}
