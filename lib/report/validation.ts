/** The report of a validation: every check with what was found, and the trainings that it made. */

import { intervalFigure, lineFigure } from "./figures.ts";
import type { Block, Provenance, Section } from "./html/blocks.ts";
import { htmlReport } from "./html/page.ts";
import { seriesColours, seriesStyle } from "./theme.ts";
import type { MetricRow } from "./training/types.ts";

/** What the report shows. */
export interface ValidationReportData {
  readonly checks: readonly {
    readonly group: string;
    readonly name: string;
    readonly passed: boolean;
    readonly found: string;
    readonly measured?: { readonly value: number; readonly low: number; readonly high: number };
  }[];
  /** Metrics of each update of the trainings with the documented weights, by seed. */
  readonly histories: readonly (readonly MetricRow[])[];
  readonly provenance: Provenance;
}

/** A validation as one self-contained HTML file. */
export async function validationReport({ checks, histories, provenance }: ValidationReportData): Promise<string> {
  const failed = checks.filter(({ passed }) => !passed);
  return await htmlReport({
    title: "Validation of rewards and learning",
    subtitle: failed.length === 0
      ? `all ${checks.length} checks passed`
      : `${failed.length} of ${checks.length} checks failed`,
    sections: [
      ...(failed.length === 0 ? [] : [{
        heading: "What failed",
        blocks: failed.map(({ name, found }): Block => ({ kind: "markdown", text: `> **${name}**: ${found}` })),
      }]),
      { heading: "Trainings", blocks: [measuredFigure(checks), learningFigure(histories)] },
      ...[...Map.groupBy(checks, ({ group }) => group)].map(([group, members]): Section => ({
        heading: group.charAt(0).toUpperCase() + group.slice(1),
        blocks: [{
          kind: "table",
          columns: [{ key: "verdict", label: "" }, { key: "name", label: "Check" }, { key: "found", label: "Found" }],
          rows: members.map(({ passed, name, found }) => ({ verdict: passed ? "passed" : "FAILED", name, found })),
          emphasised: members.keys().filter((row) => members[row]?.passed === false).toArray(),
        }],
      })),
    ],
    provenance,
  });
}

function measuredFigure(checks: ValidationReportData["checks"]): Block {
  const rows = checks.flatMap(({ name, measured, passed }) =>
    measured === undefined
      ? []
      : [{ label: name, estimate: measured, color: passed ? seriesColours[0] : seriesColours[1] }]
  );
  return intervalFigure(rows, "difference in the mean component reward", 0, {
    title: "What trainings changed",
    caption:
      "On problems that no training met, with 95 % intervals over seeds and problems. Blue: passed; orange: failed.",
  });
}

function learningFigure(histories: ValidationReportData["histories"]): Block {
  return lineFigure(
    histories.map((rows, seed) => ({
      name: `seed ${seed}`,
      x: rows.map((_, update) => update + 1),
      y: rows.map((row) => row.normalised_value ?? NaN),
      color: seriesStyle(seed).color,
    })),
    { x: "update", y: "normalised value", reference: { at: 1, label: "optimal" } },
    { title: "Short trainings with the documented weights" },
  );
}
