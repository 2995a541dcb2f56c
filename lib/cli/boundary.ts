/** The outermost layer of every command: errors become lines on the standard error and an exit code. */

import { printError } from "./output.ts";

/** A mistake of the command's user. Its message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command to its end and exits with 0, or prints its error (without stack unless `--debug` is among the arguments)
 * and exits with 1. A command may return another exit code.
 */
export async function runCommand(
  main: (args: readonly string[]) => number | void | Promise<number | void>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  try {
    Deno.exit(await main(args) ?? 0);
  } catch (error) {
    printError(describeError(error, args.includes("--debug")));
    Deno.exit(1);
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
