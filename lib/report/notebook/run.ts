/** A notebook, from its file to the executed copy and the report. */

import { basename, dirname, join, resolve } from "node:path";
import { configError, projectPath, suggestion } from "../../input/mod.ts";
import {
  type CellProgress,
  executeNotebook,
  type Execution,
  formatNotebook,
  NotebookError,
  type Parameters,
  parseNotebook,
  withParameters,
} from "../../notebook/mod.ts";
import { describeEnvironment, exists, shellCommand, writeFileAtomic } from "../../runs/mod.ts";
import type { Provenance } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
import { notebookReport } from "./export.ts";
import { withPictures } from "./pictures.ts";

/** The paths of the project's notebooks, in order. */
export function projectNotebooks(): readonly string[] {
  const folder = projectPath("notebooks");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(folder, name));
}

/**
 * A notebook by its path, its name, or the beginning of its name ("02").
 * @throws ConfigError for one that does not exist, saying which there are
 */
export function findNotebook(name: string): string {
  if (/[/\\]|\.ipynb$/.test(name)) {
    const path = [resolve(name), join(projectPath("notebooks"), name)].find(exists);
    if (path !== undefined) return path;
  }
  const known = projectNotebooks();
  const found = known.filter((path) => {
    const own = basename(path, ".ipynb");
    return own === name || own.startsWith(`${name}_`);
  });
  if (found.length === 1) return found[0];
  const names = known.map((path) => basename(path, ".ipynb"));
  throw configError(name, "", `there is no such notebook${suggestion(name, names)}`);
}

/** How a notebook is run, and where its files go. */
export interface NotebookRun {
  readonly out: string;
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
  readonly onCell: (progress: CellProgress) => void;
  /** Seconds after which a cell is ended. */
  readonly timeout?: number | undefined;
  /** Whether the cells after one that failed are run. */
  readonly allowErrors?: boolean | undefined;
}

/** What a run of a notebook left. */
export interface NotebookResult {
  /** Path of the HTML page; the executed copy lies beside it. */
  readonly report: string;
  readonly failures: Execution["failures"];
  /** Figures of which no picture could be made. */
  readonly problems: Awaited<ReturnType<typeof withPictures>>["problems"];
}

/**
 * Runs a notebook in a kernel of its own; writes the executed copy and the report.
 * @throws NotebookError with the notebook's name
 */
export async function runNotebook(path: string, options: NotebookRun): Promise<NotebookResult> {
  const { out, parameters, signal, onCell, timeout, allowErrors } = options;
  const name = basename(path, ".ipynb");
  const source = parseNotebook(await Deno.readTextFile(path), path);
  const execution = await naming(name, () =>
    executeNotebook(withParameters(source, parameters), {
      directory: dirname(path),
      signal,
      ...(timeout === undefined ? {} : { cellSeconds: timeout }),
      ...(allowErrors === undefined ? {} : { allowErrors }),
      onCell,
    }));
  await Deno.mkdir(out, { recursive: true });
  const { notebook, problems } = await withPictures(execution.notebook);
  const report = join(out, `${name}.html`);
  writeFileAtomic(join(out, `${name}.ipynb`), formatNotebook(notebook));
  writeFileAtomic(report, await htmlReport(notebookReport(execution.notebook, name, provenance(name, parameters))));
  return { report, failures: execution.failures, problems };
}

async function naming<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof NotebookError ? new NotebookError(`${name}: ${error.message}`) : error;
  }
}

function provenance(name: string, parameters: Parameters): Provenance {
  const { git, deno, v8, typescript, os, cpu } = describeEnvironment("");
  const settings = Object.entries(parameters).flatMap(([key, value]) => ["-p", `${key}=${value}`]);
  return {
    command: shellCommand(["deno", "task", "notebook", name, ...settings]),
    commit: git === null ? "no repository" : `${git.commit}${git.modified ? ", with local changes" : ""}`,
    ...(Object.keys(parameters).length === 0 ? {} : { config: parameters }),
    versions: { deno, v8, typescript },
    facts: { System: os, Processor: `${cpu.model}, ${cpu.count} cores` },
  };
}
