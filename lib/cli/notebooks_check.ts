/** `deno task notebooks:check`: the cells of every notebook are typed, linted and formatted, and hold no outputs. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNotebook } from "../notebook/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { printError, printLine } from "./output.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

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
  const folder = join(ROOT, "notebooks");
  const paths = named.length > 0
    ? named
    : [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort()
      .map((name) => join(folder, name));
  const faults: string[] = [];
  for (const path of paths) faults.push(...await checkNotebook(path, join(ROOT, "deno.json")));
  for (const fault of faults) printError(fault);
  printLine(`${paths.length} notebooks, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
