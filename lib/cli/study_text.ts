/** A phase-2 study as a table for the terminal. */

import { findings, STUDY_METRICS, type StudyMetric, type StudySummary } from "../contest/mod.ts";
import { formatTable } from "./table.ts";

const SHOWN: readonly StudyMetric[] = [
  "finalF1",
  "finalShd",
  "judgedF1",
  "stepsToFound",
  "finalTarget",
  "improvement",
  "finalValue",
  "coverage",
];

/** Arms × metrics with 95 % intervals, and what they show. */
export function studyText(study: StudySummary): string {
  const rows = study.arms.map(({ name, privileged, metrics }) => [
    privileged ? `${name} (privileged)` : name,
    ...SHOWN.map((metric) => estimate(metrics[metric], metric === "stepsToFound" ? 1 : 3)),
  ]);
  const columns = ["arm", ...SHOWN.map((metric) => STUDY_METRICS[metric].label)];
  return [
    `${study.scm}: ${study.instances} instances, ${study.observationalRows} observational rows, ${study.horizon} ` +
    `interventions, 95 % intervals`,
    "",
    formatTable(columns.map((heading, k) => ({ heading, align: k === 0 ? "left" as const : "right" as const })), rows),
    "",
    ...findings(study),
  ].join("\n");
}

function estimate({ value, low, high }: { value: number; low: number; high: number }, digits: number): string {
  return `${value.toFixed(digits)} ± ${((high - low) / 2).toFixed(digits)}`;
}
