/** What a training report opens with: headline numbers, warnings, and the run in sentences. */

import type { Block, Cell, KeyValueBlock, Section } from "../html/blocks.ts";
import { normalisedValue } from "./panels.ts";
import { bestOf, summarySentences, tenths } from "./sentences.ts";
import type { TrainingReportData } from "./types.ts";

/** The headline: numbers and sentences. */
export function summarySection(data: TrainingReportData): Section {
  const found = (data.rewards?.findings ?? []).map(({ message }) => `The reward audit found that ${message}.`);
  const warnings = [...data.warnings ?? [], ...found].map((warning): Block => ({
    kind: "markdown",
    text: `> **Warning.** ${warning}`,
  }));
  return {
    heading: "Summary",
    blocks: [
      headline(data),
      ...warnings,
      { kind: "markdown", text: summarySentences(data).join("\n\n") },
      ...(data.description === undefined ? [] : [{ kind: "markdown", text: data.description } as const]),
    ],
  };
}

function headline(data: TrainingReportData): KeyValueBlock {
  const column = data.comparison?.columns[0];
  const policy = data.comparison === undefined ? undefined : bestOf(data.comparison, ["policy"]);
  const baseline = data.comparison === undefined ? undefined : bestOf(data.comparison, ["baseline"]);
  const difference = data.differences?.find((row) =>
    row.metric === column?.key && row.policy === policy?.method && row.baseline === baseline?.method
  );
  const tile = (label: string, value: Cell | undefined, note?: string) =>
    value === undefined || value === null ? [] : [{ label, value, ...(note === undefined ? {} : { note }) }];
  const { last } = tenths(data.updates);
  const training = last.map(normalisedValue).filter(Number.isFinite);
  const items = column === undefined || policy === undefined
    ? tile(
      "Normalised value, last tenth of training",
      training.length === 0 ? undefined : training.reduce((sum, value) => sum + value, 0) / training.length,
    )
    : [
      ...tile(`${column.label}: ${policy.method}`, policy.values[column.key]),
      ...(baseline === undefined ? [] : tile(`Strongest baseline: ${baseline.method}`, baseline.values[column.key])),
      ...tile("Paired difference", difference?.difference),
    ];
  return { kind: "keyValues", appearance: "tiles", items: [...items, ...tile("Updates", String(data.updates.length))] };
}
