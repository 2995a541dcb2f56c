/**
 * The outermost layer of every command: its declaration, and how it ends. Errors become lines on the standard error, and the exit
 * code follows one rule: 0 done; 1 failed; 2 what the user wrote cannot be used, and nothing was begun; 128 + n stopped by signal n.
 */

import { Command, CommanderError, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { endOnSignal } from "../runs/mod.ts";
import { printError } from "./output.ts";
import { standWithUser } from "./place.ts";

/** A mistake of the command's user. Its message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit code of a command whose words, or a file named by them, cannot be used. */
export const REFUSED = 2;

/** Names of the errors about what the user wrote, in words or in a file. */
const REFUSALS: ReadonlySet<string> = new Set([
  "UsageError",
  "ConfigError",
  "OverrideError",
  "ScmError",
  "UndefinedTruthError",
  "DataError",
  "FilterError",
  "ManifestError",
  "ModelError",
  "NotebookError",
  "RunError",
  "NoCheckpointError",
  "SeedOverlapError",
  "SharedScmError",
]);

/** Earlier words of options and what they are called now, in every command that has the new one. */
const RENAMED: Readonly<Record<string, string>> = {
  "--output-dir": "--out",
  "--html": "--out",
  "--folder": "--out",
  "--n-runs": "--seeds",
};

/** The commands of the modules that are loaded, by the names of their tasks. */
const DEFINED = new Map<string, CommandUnknownOpts>();

/** The command of a task whose module is loaded, or undefined. */
export function definedCommand(name: string): CommandUnknownOpts | undefined {
  return DEFINED.get(name);
}

/**
 * A command with what all have: `--debug`, examples below its help, and errors that are thrown instead of ending the process.
 * @param name the task's name
 * @param examples whole command lines without `deno task`
 */
export function defineCommand(name: string, description: string, examples: readonly string[]) {
  const program = new Command(`deno task ${name}`)
    .description(description)
    .option("--debug", "show the stack of an error")
    .addHelpText("afterAll", `\nExamples:\n${examples.map((example) => `  deno task ${example}`).join("\n")}`)
    .exitOverride();
  program.configureOutput({ outputError: (text, write) => write(newWord(text, program) ?? text) });
  DEFINED.set(name, program as unknown as CommandUnknownOpts);
  return program;
}

/** What an option is called now, if commander complains about its earlier name. */
function newWord(complaint: string, program: CommandUnknownOpts): string | undefined {
  const old = /unknown option '(--[a-z-]+)/.exec(complaint)?.[1];
  if (old === undefined || !Object.hasOwn(RENAMED, old)) return undefined;
  const known = [program, ...program.commands].flatMap(({ options }) => options.map(({ long }) => long));
  return known.includes(RENAMED[old]) ? `error: there is no ${old}: the word is ${RENAMED[old]}\n` : undefined;
}

/**
 * Runs a command to its end and exits with its code, 0 unless it returns another one, or prints its error (without stack unless
 * `--debug` is among the arguments) and exits with 1 or {@linkcode REFUSED}. Relative paths are those of the user's folder. A signal ends it at once: see {@linkcode endOnSignal}.
 */
export async function runCommand(
  main: (args: readonly string[]) => number | void | Promise<number | void>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  using _ = endOnSignal();
  try {
    standWithUser();
    Deno.exit(await main(args) ?? 0);
  } catch (error) {
    const misread = error instanceof InvalidArgumentError;
    // Commander has printed its help or its complaint.
    if (error instanceof CommanderError && !misread) Deno.exit(error.exitCode === 0 ? 0 : REFUSED);
    printError(describeError(error, args.includes("--debug")));
    Deno.exit(misread || (error instanceof Error && REFUSALS.has(error.name)) ? REFUSED : 1);
  }
}

/** `error: message`, followed by the stack and its causes if asked for. */
export function describeError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const lines = error.message.split("\n").map((line) => `error: ${line}`).join("\n");
  if (!debug) return lines;
  const cause = error.cause === undefined ? "" : `\ncaused by ${describeError(error.cause, true)}`;
  return `${lines}\n${error.stack ?? ""}${cause}`;
}
