/** The report of a surrogate's training: how it learned, and how it finds parents beside simple scores. */

import { closingRemarks, SURROGATE_TRAINING, type SurrogateReportResults } from "../../training/mod.ts";
import { formatEstimate, formatInteger } from "../format.ts";
import type { Column, Section } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
import { diagnosticFigures } from "../training/panels.ts";
import { progressNote, readReportedRun } from "./run.ts";

/** The report as HTML. */
export async function surrogateRunReport(folder: string): Promise<string> {
  const run = readReportedRun(folder, SURROGATE_TRAINING);
  const { config, rows, updates, provenance } = run;
  const results = run.results === null ? null : run.results["report"] as unknown as SurrogateReportResults;
  const { kind, width, layers } = config.network;
  const warnings = closingRemarks(rows).map((remark) =>
    ({ kind: "markdown", text: `> **Warning.** ${remark}.` }) as const
  );
  return await htmlReport({
    title: `${config.name}: a surrogate that finds the target's parents`,
    subtitle: `${kind} network of width ${width} with ${layers} layers, seed ${config.seed}, ` +
      `${updates} updates${progressNote(run)}`,
    sections: [
      ...(warnings.length === 0 ? [] : [{ heading: "Summary", blocks: warnings }]),
      ...(results === null ? [] : [evaluationSection(results)]),
      { heading: "Learning curves", blocks: [{ kind: "grid", blocks: diagnosticFigures(rows) }] },
    ],
    provenance,
  });
}

const COLUMNS: readonly Column[] = [
  { key: "method", label: "Method" },
  { key: "f1", label: "F1", better: "higher" },
  { key: "precision", label: "Precision", better: "higher" },
  { key: "recall", label: "Recall", better: "higher" },
  { key: "shd", label: "SHD", better: "lower" },
  { key: "auroc", label: "AUROC", better: "higher" },
  { key: "logLoss", label: "Log-loss, nats", better: "lower" },
  { key: "calibrationError", label: "Calibration error", better: "lower" },
];

function evaluationSection({ episodes, methods }: SurrogateReportResults): Section {
  const f1 = methods.flatMap(({ method, metrics }) => metrics.f1 === null ? [] : [{ method, ...metrics.f1 }]);
  const best = f1.reduce<typeof f1[number] | undefined>(
    (top, one) => top === undefined || one.value > top.value ? one : top,
    undefined,
  );
  const own = f1.find(({ method }) => method === "neural");
  const others = best === undefined || own === undefined || best === own
    ? ""
    : `; the highest, of **${best.method}**, is ${formatEstimate(best)}`;
  return {
    heading: "On held-out episodes",
    blocks: [
      ...(own === undefined ? [] : [
        {
          kind: "markdown",
          text: `On ${formatInteger(episodes)} episodes the mean F1 of the parents is **${
            formatEstimate(own)
          }**${others}.`,
        } as const,
      ]),
      {
        kind: "table",
        columns: COLUMNS,
        rows: methods.map(({ method, metrics }) => ({ method, ...metrics })),
        emphasised: [0],
        caption: "Means over episodes, log-loss, AUROC and calibration pooled over all candidates; 95 % bootstrap " +
          "intervals over episodes. Log-loss and calibration mean something for probabilities alone.",
      },
    ],
  };
}
