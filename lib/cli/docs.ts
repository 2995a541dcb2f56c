/** `deno task docs`: write the reference pages from the schemas and from what every command says of itself. */

import { join } from "node:path";
import { PROBLEM_KEYS } from "../advisor/mod.ts";
import { configSchema, surrogateConfigSchema, theoryConfigSchema } from "../config/mod.ts";
import { listKeys } from "../input/mod.ts";
import { type CommandHelp, commandReference, configReference, type KeySection, type PlainTask } from "../report/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";
import { slurmSchema, studySchema } from "../sweep/mod.ts";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
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

const PAGES = join(ROOT, "docs", "reference");

/** Every kind of file that a user writes by these keys. */
const KEY_SECTIONS: readonly KeySection[] = [
  {
    heading: "Training of a policy",
    text: "`deno task train`, `workflow`, `sweep run`, the first phase of `two-phase`; `configs/linear.yaml` is one.",
    keys: listKeys(configSchema),
  },
  {
    heading: "Training of the neural surrogate",
    text: "`deno task train:surrogate`, `sweep run --kind surrogate`; `configs/surrogate.yaml` is one.",
    keys: listKeys(surrogateConfigSchema),
  },
  {
    heading: "Training on theories",
    text: "`deno task theory`, `sweep run --kind theory`; `configs/theory.yaml` is one.",
    keys: listKeys(theoryConfigSchema),
  },
  {
    heading: "An experiment of one's own",
    text:
      "`deno task suggest --problem FILE`; `configs/experiments/bioreactor.yaml` is one. `*` stands for a variable's name.",
    keys: PROBLEM_KEYS,
  },
  {
    heading: "A study",
    text: "`deno task workflow --study FILE`; `configs/studies/algorithms.yaml` is one.",
    keys: listKeys(studySchema),
  },
  {
    heading: "What a task asks of Slurm",
    text: "`--launcher slurm --slurm FILE`; `configs/launchers/slurm.yaml` is one.",
    keys: listKeys(slurmSchema),
  },
];

/** Page of the config keys. */
function configPage(): string {
  return configReference(KEY_SECTIONS);
}

/** The tasks that are programs of this project, with their modules, and those that run something else. */
function readTasks(): { readonly programs: ReadonlyMap<string, string>; readonly others: readonly PlainTask[] } {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
    readonly tasks: Readonly<Record<string, { readonly description: string; readonly command: string }>>;
  };
  const programs = new Map<string, string>();
  const others: PlainTask[] = [];
  for (const [name, { command, description }] of Object.entries(tasks)) {
    // A task with words of its own is another task's program.
    const own = /^deno run .*\blib\/cli\/(\S+\.ts)$/.exec(command)?.[1];
    if (own !== undefined) programs.set(name, own);
    else others.push({ name, description });
  }
  return { programs, others };
}

/** Page of the commands, in the order of their tasks. */
async function commandPage(): Promise<string> {
  const { programs, others } = readTasks();
  const helps: CommandHelp[] = [];
  for (const [name, module] of programs) {
    await import(new URL(module, import.meta.url).href);
    const command = definedCommand(name);
    if (command === undefined) throw new Error(`lib/cli/${module} defines no command ${name}`);
    helps.push({ name, help: helpOf(command) });
    for (const own of command.commands) helps.push({ name: `${name} ${own.name()}`, help: helpOf(own) });
  }
  return commandReference(helps, others);
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

/** Markdown as `deno fmt` lays it out. */
async function formatted(markdown: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  await using child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`deno fmt: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** The reference pages as the code says them, by their names. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const pages = [["config.md", configPage()], ["commands.md", await commandPage()]] as const;
  return new Map(await Promise.all(pages.map(async ([name, text]) => [name, await formatted(text)] as const)));
}

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const { check } = program.opts();
  let stale = 0;
  for (const [name, text] of await referencePages()) {
    const path = join(PAGES, name);
    if (!check) {
      writeFileAtomic(path, text);
      printLine(path);
    } else if (Deno.readTextFileSync(path) !== text) {
      stale++;
      printError(`error: docs/reference/${name} is not what the code says: deno task docs writes it`);
    }
  }
  return stale === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
