/** `deno task notebook NAME -p key=value …` and `deno task notebooks`: run notebooks and export them as reports. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describeEnvironment, writeFileAtomic } from "../runs/mod.ts";
import { htmlReport, notebookReport, type Provenance, withPictures } from "../report/mod.ts";
import {
  type CellProgress,
  executeNotebook,
  type Execution,
  type ExecutionSettings,
  formatNotebook,
  type Notebook,
  NotebookError,
  type Parameters,
  parseNotebook,
  withParameters,
} from "../notebook/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { exitCodeOf, listenForInterrupt } from "./interrupt.ts";
import { pathOption, RESULTS } from "./options.ts";
import { printError, printLine } from "./output.ts";

const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));

/** How notebooks are run. */
interface RunOptions {
  readonly out: string;
  readonly timeout?: number | undefined;
  readonly allowErrors?: boolean | undefined;
}

/** Collects `-p key=value`. */
function parameter(text: string, before: Parameters): Parameters {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) throw new InvalidArgumentError("Expected key=value.");
  return { ...before, [match[1].trim()]: match[2] };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("Expected a number of seconds above 0.");
  return value;
}

/** A notebook by its path, its name, or the beginning of its name ("02"). */
function findNotebook(name: string): string {
  if (/[/\\]|\.ipynb$/.test(name)) {
    const path = [resolve(name), join(NOTEBOOKS, name)].find((file) => exists(file));
    if (path !== undefined) return path;
  }
  const names = listNotebooks().map((path) => basename(path, ".ipynb"));
  const found = names.filter((one) => one === name || one.startsWith(`${name}_`));
  if (found.length === 1 && found[0] !== undefined) return join(NOTEBOOKS, `${found[0]}.ipynb`);
  throw new UsageError(`there is no notebook ${name}; there are: ${names.join(", ") || "none"}`);
}

function exists(path: string): boolean {
  return Deno.lstatSync(dirname(path)).isDirectory &&
    [...Deno.readDirSync(dirname(path))].some(({ name }) => name === basename(path));
}

function listNotebooks(): string[] {
  return [...Deno.readDirSync(NOTEBOOKS)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort()
    .map((name) => join(NOTEBOOKS, name));
}

/** Runs one notebook, writes the executed copy and the report, and returns how many cells failed. */
async function runNotebook(
  path: string,
  parameters: Parameters,
  options: RunOptions,
  signal: AbortSignal,
): Promise<number> {
  const name = basename(path, ".ipynb");
  const source = parseNotebook(await Deno.readTextFile(path), path);
  const execution = await execute(name, source, parameters, {
    directory: dirname(path),
    signal,
    ...(options.timeout === undefined ? {} : { cellSeconds: options.timeout }),
    ...(options.allowErrors === undefined ? {} : { allowErrors: options.allowErrors }),
    onCell: liveLine(name),
  });
  await Deno.mkdir(options.out, { recursive: true });
  const executed = join(options.out, `${name}.ipynb`);
  const report = join(options.out, `${name}.html`);
  const pictured = await withPictures(execution.notebook);
  writeFileAtomic(executed, formatNotebook(pictured.notebook));
  writeFileAtomic(report, await htmlReport(notebookReport(execution.notebook, name, provenance(name, parameters))));
  printLine(`${name}: ${report}`);
  for (const { number, message } of pictured.problems) {
    printError(`warning: ${name}, code cell ${number}: no PNG could be made of its SVG: ${message}`);
  }
  for (const { number, outcome, message } of execution.failures) {
    printError(`error: ${name}, code cell ${number} (${outcome}): ${message}`);
  }
  return execution.failures.length;
}

/** A fault of the notebook is told with its name. */
async function execute(
  name: string,
  notebook: Notebook,
  parameters: Parameters,
  settings: ExecutionSettings,
): Promise<Execution> {
  try {
    return await executeNotebook(withParameters(notebook, parameters), settings);
  } catch (error) {
    throw error instanceof NotebookError ? new UsageError(`${name}: ${error.message}`) : error;
  }
}

/** One line a cell, rewritten while the cell runs if there is a terminal. */
function liveLine(name: string): (progress: CellProgress) => void {
  const terminal = Deno.stderr.isTerminal();
  let started = 0;
  return ({ number, of, cell, outcome }) => {
    const first = (typeof cell.source === "string" ? cell.source.split("\n") : cell.source).map((line) => line.trim())
      .find((line) => line !== "" && !line.startsWith("import ")) ?? "";
    const line = `${name} [${number}/${of}] ${first.length > 60 ? `${first.slice(0, 59)}…` : first}`;
    if (outcome === undefined) {
      started = performance.now();
      if (terminal) Deno.stderr.writeSync(new TextEncoder().encode(`\r\u001b[K${line} …`));
      return;
    }
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    printError(`${terminal ? "\r\u001b[K" : ""}${line} ${outcome === "ok" ? took : `${outcome} after ${took}`}`);
  };
}

function provenance(name: string, parameters: Parameters): Provenance {
  const { git, deno, v8, typescript, os, cpu } = describeEnvironment("");
  const settings = Object.entries(parameters).map(([key, value]) =>
    ` -p ${/[^\w.=+-]/.test(value) ? `'${key}=${value.replaceAll("'", `'\\''`)}'` : `${key}=${value}`}`
  );
  return {
    command: `deno task notebook ${name}${settings.join("")}`,
    commit: git === null ? "no repository" : `${git.commit}${git.modified ? ", with local changes" : ""}`,
    ...(Object.keys(parameters).length === 0 ? {} : { config: parameters }),
    versions: { deno, v8, typescript },
    facts: { System: os, Processor: `${cpu.model}, ${cpu.count} cores` },
  };
}

async function runAll(paths: readonly string[], parameters: Parameters, options: RunOptions): Promise<number> {
  const stop = new AbortController();
  using interrupt = listenForInterrupt(
    "the report is written with what has been shown so far",
    (signal) => stop.abort(new Error(`stopped by ${signal}`)),
  );
  let failures = 0;
  for (const path of paths) {
    if (stop.signal.aborted) break;
    failures += await runNotebook(path, parameters, options, stop.signal);
  }
  if (interrupt.signal !== undefined) return exitCodeOf(interrupt.signal);
  return failures === 0 ? 0 : 1;
}

const program = defineCommand(
  "notebook",
  "Run a notebook in a fresh kernel and write the executed copy and its HTML report",
  [
    "notebook 02 -p updates=50",
    "notebook notebooks/03_evaluation.ipynb --out results/reports",
    "notebooks",
  ],
)
  .argument("[names...]", "notebooks by path, name or number; --all for every one")
  .option("--all", "run every notebook of notebooks/")
  .option("-p, --parameter <key=value>", "set a parameter of the notebook's parameters cell", parameter, {})
  .addOption(pathOption("--out <folder>", "where the results go", join(RESULTS, "reports")))
  .option("--timeout <seconds>", "end a cell that takes longer", seconds)
  .option("--allow-errors", "go on after a cell that fails");

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const options = program.opts();
  const paths = options.all === true ? listNotebooks() : program.processedArgs[0].map(findNotebook);
  if (paths.length === 0) throw new UsageError("name a notebook, or give --all");
  return await runAll(paths, options.parameter, options);
}

if (import.meta.main) await runCommand(main);
