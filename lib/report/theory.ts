/** The report of a theory run: learning curves, the comparison at equal score calls, and a proof of each theory found. */

import type { SearchRow, TheoryProof } from "../theory/mod.ts";
import {
  closingRemarks,
  type TheoryComparison,
  type TheoryEvaluationRow,
  type TheoryReportResults,
} from "../training/mod.ts";
import { lineFigure, movingMean } from "./figures.ts";
import { formatInteger, formatNumber, formatPercent } from "./format.ts";
import type { Block, FigureBlock, Provenance, Section } from "./html/blocks.ts";
import { htmlReport } from "./html/page.ts";
import { neutralColour, seriesColours } from "./theme.ts";
import { anomalyLatex, contentLatex, fieldLatex, sumLatex, theoryLatex } from "./theory_latex.ts";

/** Everything that the report shows. */
export interface TheoryReportData {
  readonly title: string;
  readonly subtitle: string;
  /** One row an update, as in `metrics.jsonl`. */
  readonly updates: readonly Readonly<Record<string, number>>[];
  /** Null before the run's end. */
  readonly results: TheoryReportResults | null;
  readonly provenance: Provenance;
}

/** Updates that the curves are averaged over. */
const WINDOW = 21;
/** What is drawn of the metrics: column, title, axis. */
const CURVES = [
  ["success", "Success", "share of the written theories"],
  ["stage_success", "Success over all prompts", "share of each latest group"],
  ["theory_reward", "Reward", "mean reward of the written theories"],
  ["legal_entropy", "Entropy over the legal tokens", "nats a decision"],
  ["distinct_share", "Distinct strings", "share of the written theories"],
] as const;

/** The run as one self-contained HTML file; the same data give the same bytes. */
export async function theoryReport(data: TheoryReportData): Promise<string> {
  const { results, updates } = data;
  const warnings = closingRemarks(updates).map((remark) => `> **Warning.** ${remark}.`);
  const findings = results === null ? [] : theoryFindings(results).map((sentence) => `- ${sentence}`);
  const summary = [...warnings, findings.join("\n")].filter((text) => text !== "");
  return await htmlReport({
    title: data.title,
    subtitle: data.subtitle,
    sections: [
      ...(summary.length === 0 ? [] : [{ blocks: [{ kind: "markdown", text: summary.join("\n\n") } as const] }]),
      { heading: "Learning curves", blocks: curves(updates) },
      ...(results === null ? [] : [
        evaluationSection(results.evaluations),
        ...(results.comparison === null ? [] : [comparisonSection(results.comparison)]),
        proofSection(results.proofs),
      ]),
    ],
    provenance: data.provenance,
  });
}

/** What the run shows, in sentences that its numbers give. */
export function theoryFindings({ evaluations, comparison, proofs }: TheoryReportResults): readonly string[] {
  const success = evaluations.map(({ task, prompts, success, samples }) =>
    `${formatPercent(success)} of ${
      formatInteger(samples)
    } theories written for the ${prompts} prompts of ${task} succeed.`
  );
  const against = comparison === null ? [] : againstSearches(comparison);
  const known = [...new Set(proofs.flatMap(({ proof }) => proof.known ?? []))];
  const found = proofs.length === 0
    ? "No consistent theory was found."
    : `${proofs.length} ${proofs.length === 1 ? "content is" : "contents are"} written out below; ${
      known.length === 0 ? "none has a name here" : `known by name: ${known.join(", ")}`
    }.`;
  return [...success, ...against, found];
}

function againstSearches({ training, after, searches }: TheoryComparison): readonly string[] {
  const best = searches.toSorted((a, b) => b.success - a.success)[0];
  if (best === undefined) return [];
  const ratio = ({ success }: SearchRow) => (success / best.success).toFixed(1);
  return [
    `Of the ${formatInteger(training.calls)} theories scored in training ${
      formatPercent(training.success, 3)
    } succeed, ` +
    `of those written after it ${formatPercent(after.success, 3)}; ` +
    (best.success > 0
      ? `the best search, ${best.method}, has ${formatPercent(best.success, 3)} of as many as training (ratios of ${
        ratio(training)
      } and ${ratio(after)}).`
      : "no search has a success in as many as training."),
  ];
}

function curves(updates: TheoryReportData["updates"]): Block[] {
  const rowsOf = (key: string) => updates.filter((row) => row[key] !== undefined);
  const isLevel = (key: string) => updates.length > 1 && new Set(rowsOf(key).map((row) => row[key])).size === 1;
  // Of a single prompt the success over all prompts would be the first curve again.
  const shown = CURVES.filter(([key]) =>
    rowsOf(key).length > 0 && (key !== "stage_success" || updates.some((row) => row[key] !== row.success))
  );
  const level = shown.filter(([key]) => isLevel(key)).map(([key, title]) =>
    `${title.toLowerCase()} ${formatNumber(rowsOf(key)[0][key])}`
  );
  const figures = shown.filter(([key]) => !isLevel(key)).map(([key, title, y]): FigureBlock => {
    const rows = rowsOf(key);
    const x = rows.map(({ update }) => update);
    const values = rows.map((row) => row[key]);
    return lineFigure(
      [
        { name: "each update", x, y: values, color: neutralColour, width: 1, opacity: 0.5 },
        { name: `mean over ${WINDOW} updates`, x, y: movingMean(values, WINDOW), color: seriesColours[0] },
      ],
      { x: "update", y, ...(y.startsWith("share") ? { within: [0, 1] as const } : {}) },
      { title, height: 300 },
    );
  });
  return [
    ...(figures.length === 0 ? [] : [{ kind: "grid", blocks: figures } as const]),
    ...(level.length === 0
      ? []
      : [{ kind: "markdown", text: `The same at every update: ${level.join(", ")}.` } as const]),
  ];
}

function evaluationSection(evaluations: readonly TheoryEvaluationRow[]): Section {
  return {
    heading: "After training",
    blocks: [{
      kind: "table",
      columns: [
        { key: "task", label: "Task" },
        { key: "prompts", label: "Prompts" },
        { key: "samples", label: "Theories", format: "integer" },
        { key: "success", label: "Success", format: "percent" },
        { key: "reward", label: "Reward" },
        { key: "distinctContents", label: "Distinct successful contents", format: "integer" },
        { key: "legalEntropy", label: "Entropy" },
        { key: "distinctShare", label: "Distinct strings", format: "percent" },
      ],
      rows: evaluations.map((row) => ({ ...row })),
      caption: "Drawn from the trained policy. A content counts once, whatever its charge conjugation and signs.",
    }],
  };
}

function comparisonSection({ training, after, searches }: TheoryComparison): Section {
  return {
    heading: "At equal score calls",
    blocks: [{
      kind: "table",
      columns: [
        { key: "method", label: "Method" },
        { key: "calls", label: "Score calls", format: "integer" },
        { key: "success", label: "Success", format: "percent", digits: 4, better: "higher" },
        { key: "distinct", label: "Distinct contents", format: "integer" },
        { key: "firstSuccess", label: "First success at call", format: "integer" },
        { key: "bestReward", label: "Best reward" },
      ],
      rows: [training, after, ...searches].map((row) => ({ ...row })),
      emphasised: [0, 1],
      caption:
        "The policy's first row counts every theory that was scored while it was trained, the second those that it " +
        "wrote afterwards; the searches had as many score calls as the training.",
    }],
  };
}

/** The fermions as found, and as the literature writes them where that differs. */
function fermionText({ fermions, literature }: TheoryProof): string {
  const found = `$${contentLatex(fermions)}$`;
  return literature === undefined || literature === fermions
    ? `Fermions: ${found}`
    : `Fermions: ${found}, which is $${contentLatex(literature)}$ up to order, conjugation and the sign of each U(1)`;
}

/** Kinds of interactions that are told, and how many of each at most. */
const TOLD = { yukawa: "Yukawa couplings", fermionMass: "fermion masses" } as const;
const MOST_TOLD = 8;

/** The couplings that give mass, as far as a reader wants them. */
function interactionText({ interactions }: TheoryProof): string {
  return (Object.keys(TOLD) as (keyof typeof TOLD)[]).flatMap((kind) => {
    const own = interactions.filter((interaction) => interaction.kind === kind);
    if (own.length === 0) return [];
    const terms = own.slice(0, MOST_TOLD).map(({ monomial }) => `$${monomial.map(fieldLatex).join("\\,")}$`);
    const more = own.length > MOST_TOLD ? ` and ${own.length - MOST_TOLD} more` : "";
    return [`Allowed ${TOLD[kind]}: ${terms.join(", ")}${more}.`];
  }).join(" ");
}

function proofSection(proofs: TheoryReportResults["proofs"]): Section {
  return {
    heading: "Theories found",
    blocks: proofs.length === 0 ? [{ kind: "markdown", text: "None." }] : proofs.flatMap(({ task, proof }): Block[] => [
      {
        kind: "markdown",
        text: [
          `**${proof.known ?? "New content"}** (${task}): \`${proof.string}\``,
          fermionText(proof),
          interactionText(proof),
        ].filter((text) => text !== "").join("\n\n"),
      },
      {
        kind: "table",
        columns: [
          { key: "anomaly", label: "Anomaly", format: "maths" },
          { key: "sum", label: "Sum over the fields", align: "left", format: "maths" },
        ],
        rows: proof.anomalies.map(({ name, sum }) => ({ anomaly: anomalyLatex(name), sum: sumLatex(sum) })),
      },
      { kind: "code", language: "text", title: "LaTeX", code: theoryLatex(proof), folded: true },
    ]),
  };
}
