/** Where a run comes from: its kind and the command that started it. Nothing that is computed depends on it. */

import { join } from "node:path";
import { z } from "zod";
import { formatJson } from "./checkpoint/contents.ts";
import { exists, reason, writeFileAtomic } from "./files/atomic.ts";
import { readJsonLines, type Row } from "./files/json_lines.ts";
import type { Environment } from "./environment.ts";
import { RUN_FILES } from "./folder.ts";

const originSchema = z.object({ kind: z.string(), command: z.array(z.string()).nullable() });

/** What `run.json` says. */
export interface RunOrigin {
  /** Name of the run's kind. */
  readonly kind: string;
  /** The words that started it, `deno` first; null if no command did. */
  readonly command: readonly string[] | null;
}

/** A word as a shell reads it back, quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as a shell reads them back. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** Writes where a run comes from into its folder. */
export function writeOrigin(folder: string, { kind, command }: RunOrigin): void {
  writeFileAtomic(join(folder, RUN_FILES.origin), formatJson({ kind, command }));
}

/** Where a run comes from; null, with what is wrong, if that cannot be read. */
export function readOrigin(folder: string): { readonly origin: RunOrigin | null; readonly problem?: string } {
  const path = join(folder, RUN_FILES.origin);
  try {
    return { origin: originSchema.parse(JSON.parse(Deno.readTextFileSync(path))) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { origin: null, problem: `${path}: missing` };
    return { origin: null, problem: `${path}: ${reason(error).split("\n")[0]}` };
  }
}

/**
 * The environment that a run was started in: as `environment.json` has it, else as the run's first session recorded it.
 * Null, with what is wrong, if neither can be read.
 */
export function readEnvironment(
  folder: string,
): { readonly environment: Environment | null; readonly problem?: string } {
  const path = join(folder, RUN_FILES.environment);
  try {
    return { environment: JSON.parse(Deno.readTextFileSync(path)) as Environment };
  } catch (error) {
    const problem = exists(path) ? `${path}: ${reason(error)}` : `${path}: missing`;
    return { environment: firstSession(folder), problem };
  }
}

function firstSession(folder: string): Environment | null {
  try {
    const environment = readJsonLines(join(folder, RUN_FILES.sessions)).rows[0]?.["environment"];
    return typeof environment === "object" ? environment as Row as unknown as Environment : null;
  } catch {
    return null; // a damaged list of sessions has no environment either
  }
}
