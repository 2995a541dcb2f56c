/** What lies in the project's folder beside the library: configs, named SCMs, tracks, policies, notebooks. */

import { basename, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../", import.meta.url);

/**
 * A path in the project's folder, from its root.
 * @throws Error where the library was not loaded from a disk: what ships lies beside it, and only a file's neighbours can be read
 */
export function projectPath(...parts: readonly string[]): string {
  if (FOLDER.protocol !== "file:") {
    throw new Error(`${parts.join("/")} lies beside the library, which was loaded from ${FOLDER}: load it from a disk`);
  }
  return resolve(fileURLToPath(FOLDER), ...parts);
}

/** Folders of `configs/` whose files, or folders, are used by their name. */
export type ShippedKind = "baselines" | "policies" | "scms" | "studies" | "surrogates" | "tracks";

/** Where what ships of a kind lies, or one of it: `shippedPath("scms", "chain_3.yaml")`. */
export function shippedPath(kind: ShippedKind, ...file: readonly string[]): string {
  return projectPath("configs", kind, ...file);
}

/** The names of the YAML files of a kind that ships, sorted. */
export function shippedNames(kind: ShippedKind): readonly string[] {
  return yamlNames(shippedPath(kind));
}

/** Whether a word is a path, which holds a slash or ends in .yaml, and no name of what ships. */
export function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrPath);
}

/** The names of the YAML files in a folder without their ending, sorted. */
export function yamlNames(folder: string): readonly string[] {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /\.ya?ml$/.test(name));
  return files.map((name) => basename(name, extname(name))).sort();
}
