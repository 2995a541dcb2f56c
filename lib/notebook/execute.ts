/** Runs a notebook in a fresh kernel, top to bottom, and keeps everything that its cells show. */

import { CellTimeout, type Kernel, KernelError, startKernel } from "./kernel/process.ts";
import { explainFailure, withSourceLine } from "./explain.ts";
import {
  checkLanguage,
  type CodeCell,
  joined,
  type Notebook,
  type Output,
  tagsOf,
  withoutOutputs,
} from "./nbformat.ts";
import { errorOutput, type OutputCollector, outputCollector } from "./outputs.ts";

/** How a notebook is run. */
export interface ExecutionSettings {
  /** Working directory of the kernel: the notebook's folder, as in Jupyter. */
  readonly directory: string;
  /** Seconds that one cell may take; default: no limit. */
  readonly cellSeconds?: number;
  /** Go on after a cell that failed. A cell tagged `raises-exception` may fail in any case. */
  readonly allowErrors?: boolean;
  /** Ends the run after what has been shown so far. */
  readonly signal?: AbortSignal;
  /** Called before and after each code cell. */
  readonly onCell?: (progress: CellProgress) => void;
  /** The Deno executable and environment of the kernel. */
  readonly deno?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where a run stands. */
export interface CellProgress {
  /** Counted from 1 among the code cells. */
  readonly number: number;
  readonly of: number;
  readonly cell: CodeCell;
  /** Undefined before the cell has run. */
  readonly outcome?: CellOutcome;
}

/** How a cell ended; after `timeout`, `died` and `stopped` there is no kernel for the cells that follow. */
export type CellOutcome = "ok" | "error" | "timeout" | "died" | "stopped";

/** A finished run. */
export interface Execution {
  /** The notebook with its outputs; cells after the end of the run have none. */
  readonly notebook: Notebook;
  /** The cells that failed without leave. */
  readonly failures: readonly { readonly number: number; readonly outcome: CellOutcome; readonly message: string }[];
}

/**
 * Runs every code cell of `notebook`. A failing cell ends the run (unless errors are allowed) but never loses what was
 * shown before it.
 * @throws NotebookError if it is written in a language that Deno does not run, KernelError if the kernel cannot be started
 */
export async function executeNotebook(notebook: Notebook, settings: ExecutionSettings): Promise<Execution> {
  checkLanguage(notebook);
  const kernel = await startKernel(settings);
  try {
    return await runCells(withoutOutputs(notebook), kernel, settings);
  } finally {
    await kernel.stop();
  }
}

async function runCells(notebook: Notebook, kernel: Kernel, settings: ExecutionSettings): Promise<Execution> {
  const collector = outputCollector();
  const counts = new Map<number, number | null>();
  const failures: { number: number; outcome: CellOutcome; message: string }[] = [];
  const places = notebook.cells.keys().filter((place) => notebook.cells[place]?.cell_type === "code").toArray();
  for (const [index, place] of places.entries()) {
    const cell = notebook.cells[place];
    if (cell === undefined || cell.cell_type !== "code" || joined(cell.source).trim() === "") continue;
    const progress = { number: index + 1, of: places.length, cell };
    settings.onCell?.(progress);
    const { outcome, executionCount } = await runCell(kernel, cell, place, collector, settings);
    counts.set(place, executionCount);
    settings.onCell?.({ ...progress, outcome });
    if (outcome === "ok" || (outcome === "error" && tagsOf(cell).includes("raises-exception"))) continue;
    failures.push({ number: index + 1, outcome, message: lastError(collector.outputs(place)) });
    if (outcome !== "error" || settings.allowErrors !== true) break;
  }
  const cells = notebook.cells.map((cell, place) =>
    cell.cell_type === "code"
      ? { ...cell, execution_count: counts.get(place) ?? null, outputs: collector.outputs(place) }
      : cell
  );
  return {
    notebook: { ...notebook, metadata: { ...notebook.metadata, language_info: languageInfo(kernel) }, cells },
    failures,
  };
}

async function runCell(
  kernel: Kernel,
  cell: CodeCell,
  place: number,
  collector: OutputCollector,
  settings: ExecutionSettings,
): Promise<{ readonly outcome: CellOutcome; readonly executionCount: number | null }> {
  const source = joined(cell.source);
  let failed = false;
  try {
    const reply = await kernel.execute(source, (published) => {
      failed ||= published.type === "error";
      const content = published.type === "error" ? withSourceLine(published.content, source) : published.content;
      collector.add(place, { type: published.type, content });
    }, {
      ...(settings.cellSeconds === undefined ? {} : { seconds: settings.cellSeconds }),
      ...(settings.signal === undefined ? {} : { signal: settings.signal }),
    });
    if (!reply.ok && !failed) {
      // The kernel says nothing at all about a cell that it cannot parse or whose imports it cannot load.
      collector.add(place, { type: "error", content: await explainFailure(source, settings.deno ?? Deno.execPath()) });
    }
    return { outcome: reply.ok ? "ok" : "error", executionCount: reply.executionCount };
  } catch (error) {
    const outcome = settings.signal?.aborted === true
      ? "stopped"
      : error instanceof CellTimeout
      ? "timeout"
      : error instanceof KernelError
      ? "died"
      : undefined;
    if (outcome === undefined || !(error instanceof Error)) throw error;
    const ename = outcome === "stopped" ? "Stopped" : error.name;
    collector.add(place, {
      type: "error",
      content: { ename, evalue: error.message, traceback: [`${ename}: ${error.message}`] },
    });
    return { outcome, executionCount: null };
  }
}

function lastError(outputs: readonly Output[]): string {
  const error = outputs.findLast((output) => output.output_type === "error");
  const { ename, evalue } = error ?? errorOutput({});
  return `${ename}: ${evalue}`;
}

function languageInfo(kernel: Kernel): unknown {
  return kernel.info.language_info ?? { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" };
}
