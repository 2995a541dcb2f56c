/** The pages of docs/reference as files: what every schema and every command says, laid out. */

import { PROBLEM_KEYS } from "../advisor/mod.ts";
import { configSchema, surrogateConfigSchema, theoryConfigSchema } from "../config/mod.ts";
import { listKeys, projectPath } from "../input/mod.ts";
import { slurmSchema, studySchema } from "../sweep/mod.ts";
import { type CommandHelp, commandReference, configReference, type KeySection, type PlainTask } from "./reference.ts";

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

/** The tasks of deno.json: those that are programs of this project, with their modules, and those that run something else. */
export function projectTasks(): {
  readonly programs: ReadonlyMap<string, string>;
  readonly others: readonly PlainTask[];
} {
  const { tasks } = JSON.parse(Deno.readTextFileSync(projectPath("deno.json"))) as {
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

/**
 * The reference pages, by their paths.
 * @param helps of the commands, in the order of their tasks
 */
export async function referencePages(helps: readonly CommandHelp[]): Promise<ReadonlyMap<string, string>> {
  const pages = [
    ["config.md", configReference(KEY_SECTIONS)],
    ["commands.md", commandReference(helps, projectTasks().others)],
  ] as const;
  return new Map(
    await Promise.all(
      pages.map(async ([name, text]) => [projectPath("docs", "reference", name), await formatted(text)] as const),
    ),
  );
}

/** Markdown as `deno fmt` lays it out. */
async function formatted(markdown: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: projectPath(),
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
