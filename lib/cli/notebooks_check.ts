/** `deno task notebooks:check`: the cells of every notebook are typed, linted and formatted, and hold no outputs. */

import { projectPath } from "../input/mod.ts";
import { checkNotebook } from "../notebook/mod.ts";
import { projectNotebooks } from "../report/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand(
  "notebooks:check",
  "Type-check, lint and format-check the cells of notebooks; refuse stored outputs",
  [
    "notebooks:check",
    "notebooks:check notebooks/02_training.ipynb",
  ],
).argument("[files...]", "notebooks; every one of notebooks/ by default");

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const [named] = program.processedArgs;
  const paths = named.length > 0 ? named : projectNotebooks();
  const faults: string[] = [];
  for (const path of paths) faults.push(...await checkNotebook(path, projectPath("deno.json")));
  for (const fault of faults) printError(fault);
  printLine(`${paths.length} notebooks, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
