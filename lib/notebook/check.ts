/** What must hold for a notebook in the repository: typed, linted, formatted, with parameters, and without stored outputs. */

import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { withoutAnsi } from "./outputs.ts";
import {
  type CodeCell,
  formatNotebook,
  joined,
  type Notebook,
  NotebookError,
  notebookLanguage,
  parseNotebook,
} from "./nbformat.ts";
import { declaredParameters, parametersCell } from "./parameters.ts";

/** A notebook's cells as one module, and where its lines come from. */
export interface NotebookModule {
  readonly source: string;
  /** For each line of the module, counted from 0: code cell and line, counted from 1. */
  readonly origin: readonly { readonly cell: number; readonly line: number }[];
}

/**
 * The code cells one after the other. Relative imports become absolute, so that the module can stand anywhere.
 * @param folder where the notebook lies
 */
export function notebookModule(notebook: Notebook, folder: string): NotebookModule {
  const codes = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const lines = codes.flatMap((cell, c) =>
    joined(cell.source).split("\n").map((text, l) => ({
      text: absoluteImports(text, folder),
      cell: c + 1,
      line: l + 1,
    }))
  );
  return {
    source: `${lines.map(({ text }) => text).join("\n")}\nexport {};\n`,
    origin: lines.map(({ cell, line }) => ({ cell, line })),
  };
}

function absoluteImports(line: string, folder: string): string {
  return line.replace(
    /((?:\bfrom|\bimport)\s*\(?\s*)(["'])(\.{1,2}\/[^"']+)\2/g,
    (_, before: string, quote: string, path: string) => `${before}${quote}${pathToFileURL(join(folder, path))}${quote}`,
  );
}

/**
 * What is wrong with a notebook; empty if nothing is.
 * @param path its file
 * @param config the deno.json whose imports and rules apply
 */
export async function checkNotebook(path: string, config: string): Promise<string[]> {
  const name = basename(path);
  const text = await Deno.readTextFile(path);
  const notebook = parseNotebook(text, name);
  const module = notebookModule(notebook, dirname(path));
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, module.source);
    const [types, lint, format] = await Promise.all([
      runDeno(["check", "--config", config, file]),
      // Parameters are `let` because a later cell may set them, and a cell ends in the value that it shows.
      runDeno(["lint", "--quiet", "--config", config, "--rules-exclude=prefer-const,no-console", file]),
      isFormatted(text, config),
    ]);
    return [
      ...structureFaults(notebook),
      ...(text === formatNotebook(notebook)
        ? []
        : ["it is not written as Jupyter writes it: sources as lines, keys sorted, indent 1"]),
      ...[types, lint].filter((words) => words !== undefined).map((words) => readable(words, file, module)),
      ...(format ? [] : [`cells are not formatted: deno fmt ${path}`]),
    ].map((fault) => `${name}: ${fault}`);
  } finally {
    await Deno.remove(file);
  }
}

/** Faults that need no other tool to find. */
export function structureFaults(notebook: Notebook): string[] {
  const language = notebookLanguage(notebook);
  const codes = notebook.cells.filter((cell) => cell.cell_type === "code");
  const stored = codes.filter((cell) => cell.outputs.length > 0 || cell.execution_count !== null).length;
  return [
    // Without it `deno fmt` does not know what it reads and finds nothing wrong.
    ...(language === "typescript"
      ? []
      : [`its language is ${language}, not typescript: select the project's kernel and save it`]),
    ...(stored === 0 ? [] : [`${stored} cells hold outputs or execution counts: clear all outputs before you save`]),
    ...parameterFaults(notebook),
  ];
}

function parameterFaults(notebook: Notebook): string[] {
  if (parametersCell(notebook) === undefined) return ['no cell is tagged "parameters"'];
  try {
    return declaredParameters(notebook).size === 0 ? ['the cell tagged "parameters" declares none'] : [];
  } catch (error) {
    if (error instanceof NotebookError) return [error.message];
    throw error;
  }
}

/** What a command of Deno complains about; undefined if it does not. */
async function runDeno(args: readonly string[]): Promise<string | undefined> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (success) return undefined;
  return withoutAnsi([stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join(""))
    .split("\n").filter((line) =>
      !/^(Check|Download|Found \d+|Checked \d+|error: Type checking failed|Stack backtrace|\s+0: <unknown>)/.test(line)
    )
    .join("\n").trim();
}

/** Whether `deno fmt` leaves the notebook as it is. Its own `--check` reports notebooks that it would not change (Deno 2.9.5). */
async function isFormatted(text: string, config: string): Promise<boolean> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", config, "--ext=ipynb", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const [output] = await Promise.all([process.output(), new Response(text).body?.pipeTo(process.stdin)]);
  return output.success && new TextDecoder().decode(output.stdout) === text;
}

/** Complaints with the places of the module replaced by those of the notebook. */
function readable(words: string, file: string, module: NotebookModule): string {
  const escaped = file.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return words.replace(new RegExp(`(?:file://)?${escaped}:(\\d+):(\\d+)`, "g"), (_, line: string, column: string) => {
    const origin = module.origin[Number(line) - 1];
    return origin === undefined ? "the end" : `code cell ${origin.cell}, line ${origin.line}, column ${column}`;
  });
}
