/** Rows of an SCM as CSV. */

import type { Scm } from "../types.ts";

/**
 * A heading and one line for each row (RFC 4180 with line feeds), numbers with all their digits. Hidden variables are left
 * out: no experimenter sees them.
 *
 * @param rows `[rows, variables]`
 */
export function formatCsv(scm: Scm, rows: Float64Array): string {
  const n = scm.variables.length;
  const seen = scm.variables.flatMap(({ observed }, v) => observed ? [v] : []);
  const lines = [seen.map((v) => cell(scm.variables[v].name)).join(",")];
  for (let row = 0; row < rows.length; row += n) lines.push(seen.map((v) => String(rows[row + v])).join(","));
  return `${lines.join("\n")}\n`;
}

/** A text as a cell: in quotes where it holds a separator or a quote. */
function cell(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
