/** SCM files: one's own by their path, the named ones of `configs/scms` by their name. */

import { parseScm, type Scm } from "../scm/mod.ts";
import { configError, isPath, shippedNames, shippedPath, suggestion } from "../input/mod.ts";

/** An SCM with the file that it stands in. */
export interface OpenedScm {
  readonly scm: Scm;
  readonly text: string;
  /** Its path, from the project's folder for a named one. */
  readonly file: string;
}

/**
 * Reads an SCM.
 * @param nameOrPath a path holds a slash or ends in .yaml; anything else is a name in `configs/scms`
 * @throws ConfigError for a file that does not exist, naming the nearest named SCM
 * @throws ScmError for an SCM that makes no sense
 */
export function openScm(nameOrPath: string): OpenedScm {
  const own = isPath(nameOrPath);
  const file = own ? nameOrPath : `configs/scms/${nameOrPath}.yaml`;
  const text = readText(own ? nameOrPath : shippedPath("scms", `${nameOrPath}.yaml`));
  if (text !== null) return { scm: parseScm(text, file), text, file };
  const names = shippedNames("scms");
  const name = nameOrPath.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/, "");
  if (own) {
    const near = names.includes(name) ? `; the named SCM ${name} is written without path and ending` : "";
    throw configError(nameOrPath, "", `no such file${near}`);
  }
  throw configError(nameOrPath, "", `no such SCM${suggestion(name, names)}`);
}

function readText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (
      error instanceof Deno.errors.IsADirectory || (error instanceof Error && /is a directory/i.test(error.message))
    ) {
      throw configError(path, "", "it is a folder, not an SCM file");
    }
    throw error;
  }
}
