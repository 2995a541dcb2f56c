/** Parameters of a notebook: the defaults stand in its cell tagged `parameters`, given values in a cell put after it. */

import { distance } from "fastest-levenshtein";
import { type Declared, declaredVariables } from "./declarations.ts";
import {
  type CodeCell,
  joined,
  type Notebook,
  type NotebookCell,
  NotebookError,
  splitLines,
  tagsOf,
} from "./nbformat.ts";
import { expression, readValue, shapeWords, ValueError } from "./values.ts";

/** Values by name, as they were given on the command line. */
export type Parameters = Readonly<Record<string, string>>;

const GIVEN = "injected-parameters";

/** The cell with the defaults. */
export function parametersCell(notebook: Notebook): CodeCell | undefined {
  return notebook.cells.find((cell): cell is CodeCell =>
    cell.cell_type === "code" && tagsOf(cell).includes("parameters")
  );
}

/**
 * The notebook's parameters by name.
 * @throws NotebookError if the cell with the defaults is no TypeScript
 */
export function declaredParameters(notebook: Notebook): ReadonlyMap<string, Declared> {
  const source = joined(parametersCell(notebook)?.source ?? "");
  try {
    return new Map(declaredVariables(source).map((one) => [one.name, one]));
  } catch (error) {
    throw new NotebookError(
      `the notebook's parameters cell cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * The notebook with a cell that sets the given values, in place of one that an earlier run left; itself if none are given.
 * A text is taken as it is; other values are read as YAML: `5`, `true`, `[1, 2]`.
 * @throws NotebookError for a name that the parameters cell does not declare, a value of another kind than the variable
 * holds, or a notebook without that cell
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
    const variable = declared.get(name);
    if (variable === undefined) throw unknownParameter(name, [...declared.keys()]);
    // Declared again, as a kernel allows from cell to cell: an assignment would show its value.
    return `${variable.keyword} ${name} = ${expression(valueOf(variable, text))};\n`;
  });
  const kept = notebook.cells.filter((one) => !tagsOf(one).includes(GIVEN));
  const injected: CodeCell = {
    cell_type: "code",
    id: freeId(kept),
    metadata: { tags: [GIVEN] },
    source: splitLines(lines.join("").trimEnd()),
    execution_count: null,
    outputs: [],
  };
  return { ...notebook, cells: kept.flatMap((one) => one === cell ? [one, injected] : [one]) };
}

function unknownParameter(name: string, known: readonly string[]): NotebookError {
  const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  return new NotebookError(
    `the notebook has no parameter ${JSON.stringify(name)}` +
      (nearest === undefined ? ": its parameters cell declares none" : `; the nearest is ${JSON.stringify(nearest)}`),
  );
}

function valueOf({ name, shape, written }: Declared, text: string): unknown {
  try {
    return readValue(text, shape);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const expected = shape === null ? "" : ` is a ${shapeWords(shape)}${written === "" ? "" : ` (${written})`}, and`;
    throw new NotebookError(`the parameter ${name}${expected} ${JSON.stringify(text)} ${error.message}`);
  }
}

function freeId(cells: readonly NotebookCell[]): string {
  const taken = new Set(cells.map((cell) => cell.id));
  let id = GIVEN;
  for (let n = 2; taken.has(id); n++) id = `${GIVEN}-${n}`;
  return id;
}
