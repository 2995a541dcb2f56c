/** `deno task docs`: write the reference pages from the schemas and from what every command says of itself. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { relative } from "node:path";
import { type CommandHelp, projectTasks, referencePages } from "../report/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";
import { defineCommand, definedCommand, runCommand } from "./boundary.ts";
import { ROOT } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand(
  "docs",
  "Write docs/reference: every config key from the schemas, every command from its help",
  [
    "docs",
    "docs --check",
  ],
).option("--check", "write nothing; fail if a page is not what it would be", false);

/** What every command says of itself, in the order of their tasks. */
export async function commandHelps(): Promise<readonly CommandHelp[]> {
  const helps: CommandHelp[] = [];
  for (const [name, module] of projectTasks().programs) {
    await import(new URL(module, import.meta.url).href);
    const command = definedCommand(name);
    if (command === undefined) throw new Error(`lib/cli/${module} defines no command ${name}`);
    helps.push({ name, help: helpOf(command) });
    for (const own of command.commands) helps.push({ name: `${name} ${own.name()}`, help: helpOf(own) });
  }
  return helps;
}

/** What a command prints for `--help`, in a width that depends on no terminal. */
function helpOf(command: CommandUnknownOpts): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => text += part,
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const { check } = program.opts();
  let stale = 0;
  for (const [path, text] of await referencePages(await commandHelps())) {
    if (!check) {
      writeFileAtomic(path, text);
      printLine(path);
    } else if (Deno.readTextFileSync(path) !== text) {
      stale++;
      printError(`error: ${relative(ROOT, path)} is not what the code says: deno task docs writes it`);
    }
  }
  return stale === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
