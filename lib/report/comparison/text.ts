/** A comparison of models for the terminal. */

import type { MetricName } from "../../evaluation/mod.ts";
import { METRICS } from "../../evaluation/mod.ts";
import { textTable } from "../text_table.ts";
import { leadSentence, verdictSentences } from "./sentences.ts";
import { legendTable, metricsTable, plannedTable } from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

const SHOWN: readonly MetricName[] = ["meanValue", "firstValue", "lastValue", "recommendation", "success"];

/** The verdict, the planned comparisons and the headline table. */
export function comparisonSummary(data: ComparisonReportData): string {
  const { primary, notes, legend } = data;
  const names = legendTable(legend);
  const shown = SHOWN.includes(primary.metric) ? SHOWN : [primary.metric, ...SHOWN];
  return [
    [leadSentence(primary), ...verdictSentences(primary)].map((line) => line.replaceAll("**", "")).join("\n"),
    textTable(plannedTable(primary)),
    ...(names === null ? [] : [textTable(names)]),
    `${METRICS[primary.metric].label.toLowerCase()} and others, 95 % intervals over training seeds and problems\n\n${
      textTable(metricsTable(data, shown))
    }`,
    ...(notes.length === 0 ? [] : [notes.map((note) => `note: ${note}`).join("\n")]),
  ].join("\n\n");
}
