/** Parameters of a notebook: the defaults stand in its cell tagged `parameters`, given values in a cell put after it. */

import { distance } from "fastest-levenshtein";
import { parse } from "yaml";
import { type CodeCell, joined, type Notebook, NotebookError, splitLines, tagsOf } from "./nbformat.ts";

/** Values by name, as they were given on the command line. */
export type Parameters = Readonly<Record<string, string>>;

const declaration = /^\s*(?:let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(.*?);?\s*(?:\/\/.*)?$/gm;

/** The cell with the defaults. */
export function parametersCell(notebook: Notebook): CodeCell | undefined {
  return notebook.cells.find((cell): cell is CodeCell =>
    cell.cell_type === "code" && tagsOf(cell).includes("parameters")
  );
}

/** The notebook's parameters and the text of their defaults. */
export function declaredParameters(notebook: Notebook): ReadonlyMap<string, string> {
  const source = joined(parametersCell(notebook)?.source ?? "");
  return new Map([...source.matchAll(declaration)].map(([, name = "", value = ""]) => [name, value]));
}

/**
 * The notebook with a cell that sets the given values; itself if none are given. Values are read as YAML scalars: `5`,
 * `true`, `[1, 2]`, `text`.
 * @throws NotebookError for a name that the parameters cell does not declare, a value of another kind than the default, or
 * a notebook without that cell
 */
export function withParameters(notebook: Notebook, given: Parameters): Notebook {
  if (Object.keys(given).length === 0) return notebook;
  const cell = parametersCell(notebook);
  if (cell === undefined) {
    throw new NotebookError(
      `the notebook has no cell tagged "parameters", so ${Object.keys(given).join(", ")} cannot be set`,
    );
  }
  const declared = declaredParameters(notebook);
  const lines = Object.entries(given).map(([name, text]) => {
    const value = declared.get(name);
    if (value === undefined) {
      const nearest = [...declared.keys()].sort((a, b) => distance(a, name) - distance(b, name))[0];
      throw new NotebookError(
        `the notebook has no parameter ${JSON.stringify(name)}` +
          (nearest === undefined
            ? ": its parameters cell declares none"
            : `; the nearest is ${JSON.stringify(nearest)}`),
      );
    }
    return `${name} = ${JSON.stringify(readValue(name, text, value))};\n`;
  });
  const injected: CodeCell = {
    cell_type: "code",
    id: freeId(notebook),
    metadata: { tags: ["injected-parameters"] },
    source: splitLines(lines.join("").trimEnd()),
    execution_count: null,
    outputs: [],
  };
  return { ...notebook, cells: notebook.cells.flatMap((one) => one === cell ? [one, injected] : [one]) };
}

function readValue(name: string, text: string, byDefault: string): unknown {
  const value: unknown = parse(text);
  const standard: unknown = /^["'`\d[{tf.+-]/.test(byDefault)
    ? parse(byDefault.replace(/^`|`$/g, '"').replace(/(?<=\d)_(?=\d)/g, ""))
    : undefined;
  if (typeof standard === "string") return text;
  if (standard !== undefined && kind(standard) !== kind(value)) {
    throw new NotebookError(
      `the parameter ${name} is a ${kind(standard)} (${byDefault}), and ${JSON.stringify(text)} is a ${kind(value)}`,
    );
  }
  return value;
}

function kind(value: unknown): string {
  return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

function freeId(notebook: Notebook): string {
  const taken = new Set(notebook.cells.map((cell) => cell.id));
  let id = "injected-parameters";
  for (let n = 2; taken.has(id); n++) id = `injected-parameters-${n}`;
  return id;
}
