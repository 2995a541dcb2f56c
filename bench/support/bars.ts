/** What a benchmark should reach: printed beside what it reached. */

import { formatTable, type TextCell } from "../../lib/report/mod.ts";

/** A figure and the most or the least that it should be. */
export interface Bar {
  readonly what: string;
  /** What was measured, or why nothing was. */
  readonly figure: number | string;
  readonly wanted: { readonly most: number } | { readonly least: number };
}

/** A table of bars. The ratio is the figure divided by what is wanted. */
export function formatBars(bars: readonly Bar[]): string {
  const columns = [
    { heading: "bar" },
    { heading: "figure", align: "right" },
    { heading: "wanted", align: "right" },
    { heading: "figure / wanted", digits: 2, align: "right" },
    { heading: "reached" },
  ] as const;
  const rows = bars.map(({ what, figure, wanted }): TextCell[] => {
    const isMost = "most" in wanted;
    const limit = isMost ? wanted.most : wanted.least;
    const shown = `${isMost ? "≤" : "≥"} ${limit.toLocaleString("en")}`;
    if (typeof figure === "string") return [what, figure, shown, null, "not measured"];
    const text = figure.toLocaleString("en", { maximumSignificantDigits: figure < 1000 ? 3 : 6 });
    return [what, text, shown, figure / limit, (isMost ? figure <= limit : figure >= limit) ? "yes" : "no"];
  });
  return formatTable(columns, rows);
}
