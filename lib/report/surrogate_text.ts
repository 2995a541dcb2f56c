/** How well a surrogate finds parents, for the terminal. */

import type { SurrogateReportResults } from "../training/mod.ts";
import { formatTable } from "./text_table.ts";

const COLUMNS = [
  ["f1", "F1"],
  ["precision", "precision"],
  ["recall", "recall"],
  ["shd", "SHD"],
  ["auroc", "AUROC"],
  ["logLoss", "log-loss"],
  ["calibrationError", "calibration error"],
] as const;

/** A line a method, each metric with the ends of its interval. */
export function surrogateText({ methods }: SurrogateReportResults): string {
  const rows = methods.map(({ method, metrics }) => [
    method,
    ...COLUMNS.map(([name]) => {
      const estimate = metrics[name];
      if (estimate === null) return null;
      return `${estimate.value.toFixed(3)} [${estimate.low.toFixed(3)}, ${estimate.high.toFixed(3)}]`;
    }),
  ]);
  return formatTable([{ heading: "method" }, ...COLUMNS.map(([, heading]) => ({ heading }))], rows);
}
