/** `deno task notebook NAME -p key=value …` and `deno task notebooks`: run notebooks and export them as reports. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { basename, join } from "node:path";
import type { CellProgress, Parameters } from "../notebook/mod.ts";
import { findNotebook, type NotebookRun, projectNotebooks, runNotebook } from "../report/mod.ts";
import { exitCodeOf, listenForInterrupt } from "../runs/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { pathOption, RESULTS } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { type Progress, startProgress } from "./progress.ts";

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

/** The cells of a notebook: a bar with time left on a terminal, a line for each elsewhere, and a line for each that fails. */
function liveCells(name: string): { readonly onCell: (progress: CellProgress) => void } & Disposable {
  const terminal = Deno.stderr.isTerminal();
  let started = 0;
  let bar: Progress | undefined;
  return {
    onCell({ number, of, cell, outcome }) {
      const first = (typeof cell.source === "string" ? cell.source.split("\n") : cell.source).map((line) => line.trim())
        .find((line) => line !== "" && !line.startsWith("import ")) ?? "";
      const words = first.length > 60 ? `${first.slice(0, 59)}…` : first;
      if (terminal) {
        bar ??= startProgress(name, of);
        bar.update(outcome === undefined ? number - 1 : number, { "·": words });
      }
      if (outcome === undefined) {
        started = performance.now();
        return;
      }
      const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      if (terminal && outcome === "ok") return;
      printError(`${name} [${number}/${of}] ${words} ${outcome === "ok" ? took : `${outcome} after ${took}`}`);
    },
    [Symbol.dispose]: () => bar?.[Symbol.dispose](),
  };
}

/** Runs notebooks one after the other. Returns the exit code: 1 if a cell failed. */
async function runAll(
  paths: readonly string[],
  options: Omit<NotebookRun, "signal" | "onCell">,
): Promise<number> {
  const stop = new AbortController();
  using interrupt = listenForInterrupt(
    "the report is written with what has been shown so far",
    (signal) => stop.abort(new Error(`stopped by ${signal}`)),
  );
  let failed = 0;
  for (const path of paths) {
    if (stop.signal.aborted) break;
    const name = basename(path, ".ipynb");
    using cells = liveCells(name);
    const { report, problems, failures } = await runNotebook(path, {
      ...options,
      signal: stop.signal,
      onCell: cells.onCell,
    });
    cells[Symbol.dispose]();
    printLine(`${name}: ${report}`);
    for (const { number, message } of problems) {
      printError(`warning: ${name}, code cell ${number}: no PNG could be made of its SVG: ${message}`);
    }
    for (const { number, outcome, message } of failures) {
      printError(`error: ${name}, code cell ${number} (${outcome}): ${message}`);
    }
    failed += failures.length;
  }
  if (interrupt.signal !== undefined) return exitCodeOf(interrupt.signal);
  return failed === 0 ? 0 : 1;
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
  const { all, parameter: parameters, ...options } = program.opts();
  const paths = all === true ? projectNotebooks() : program.processedArgs[0].map(findNotebook);
  if (paths.length === 0) throw new UsageError("name a notebook, or give --all");
  return await runAll(paths, { ...options, parameters });
}

if (import.meta.main) await runCommand(main);
