/** A phase-2 study for the terminal. */

import { findings, STUDY_METRICS, type StudyMetric, type StudySummary } from "../contest/mod.ts";
import { textTable } from "./text_table.ts";

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

/** What the study shows, then arms × metrics with 95 % intervals. */
export function studyText(study: StudySummary): string {
  const table = textTable({
    kind: "table",
    columns: [
      { key: "arm", label: "arm" },
      ...SHOWN.map((key) => ({ key, label: STUDY_METRICS[key].label, digits: key === "stepsToFound" ? 1 : 3 })),
    ],
    rows: study.arms.map(({ name, privileged, metrics }) => ({
      arm: privileged ? `${name} (privileged)` : name,
      ...Object.fromEntries(SHOWN.map((metric) => [metric, metrics[metric]])),
    })),
  });
  return [
    `${study.scm}: ${study.instances} instances, ${study.observationalRows} observational rows, ${study.horizon} ` +
    `interventions, 95 % intervals`,
    "",
    ...findings(study),
    "",
    table,
  ].join("\n");
}
