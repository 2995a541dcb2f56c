/** Notebooks made in memory, for the tests. */

import type { Notebook } from "../../lib/notebook/mod.ts";

/** A notebook of code cells; a cell may bring tags. */
export function notebookOf(
  ...cells: readonly (string | { readonly source: string; readonly tags: string[] })[]
): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: "typescript" } },
    cells: cells.map((cell, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: typeof cell === "string" ? {} : { tags: cell.tags },
      source: typeof cell === "string" ? cell : cell.source,
      execution_count: null,
      outputs: [],
    })),
  };
}
