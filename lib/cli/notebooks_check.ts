/** `deno task notebooks:check`: the cells of every notebook are typed, linted and formatted, and hold no outputs. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNotebook } from "../report/mod.ts";
import { runCommand } from "./boundary.ts";
import { printError, printLine } from "./output.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  const folder = join(ROOT, "notebooks");
  const paths = args.length > 0
    ? args
    : [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort()
      .map((name) => join(folder, name));
  const faults: string[] = [];
  for (const path of paths) faults.push(...await checkNotebook(path, join(ROOT, "deno.json")));
  for (const fault of faults) printError(fault);
  printLine(`${paths.length} notebooks, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
