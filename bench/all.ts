/**
 * `deno task bench`: every benchmark of speed, one after the other, each a process of its own. One that fails does not keep the
 * others from running: it is named at the end, and the exit status is then 1. A peer that is not installed is no failure.
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { defineCommand, runCommand } from "../lib/cli/boundary.ts";
import { printError, printLine } from "../lib/cli/output.ts";

const PARTS = ["matmul", "loop", "growth", "end_to_end", "scm_sampling"] as const;

const program = defineCommand("bench", "Measure speed and memory, beside JAX where it is installed", [
  "bench",
  "bench loop",
]).argument("[parts...]", `which of ${PARTS.join(", ")}; all by default`, choosePart, []);

/** One more part of those that the command line names. */
function choosePart(name: string, before: readonly string[]): readonly string[] {
  if (PARTS.some((part) => part === name)) return [...before, name];
  throw new InvalidArgumentError(`There are ${PARTS.join(", ")}.`);
}

/** Runs the parts; returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const [chosen] = program.processedArgs;
  const failed: string[] = [];
  for (const part of chosen.length > 0 ? chosen : PARTS) {
    printLine(`== ${part}`);
    const script = new URL(`${part}.ts`, import.meta.url).pathname;
    const { success } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script] }).spawn().status;
    if (!success) failed.push(part);
    printLine();
  }
  if (failed.length > 0) printError(`These benchmarks failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

if (import.meta.main) await runCommand(main);
