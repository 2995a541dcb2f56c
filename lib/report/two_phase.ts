/** The report of a phase-2 study: what it shows, curves along the interventions, every metric, paired tests. */

import { basename, join } from "node:path";
import { findings, STUDY_METRIC_NAMES, STUDY_METRICS, type StudyCurve, type StudySummary } from "../contest/mod.ts";
import { formatJson, type Row, writeFileAtomic } from "../runs/mod.ts";
import { lineFigure } from "./figures.ts";
import type { Column, FigureBlock, Provenance, Section } from "./html/blocks.ts";
import { htmlReport } from "./html/page.ts";
import { neutralColour, seriesStyle } from "./theme.ts";

/** A study with its findings in words and where it comes from. */
export interface TwoPhaseReportData {
  readonly study: StudySummary;
  readonly findings: readonly string[];
  readonly provenance: Provenance;
}

/** The study as one self-contained HTML file; the same data give the same bytes. */
export async function twoPhaseReport({ study, findings, provenance }: TwoPhaseReportData): Promise<string> {
  return await htmlReport({
    title: `Two-phase training: ${study.scm}`,
    subtitle: `${study.instances} instances, ${study.observationalRows} observational rows, ` +
      `${study.horizon} interventions`,
    sections: [
      { blocks: [{ kind: "markdown", text: findings.map((sentence) => `- ${sentence}`).join("\n") }] },
      { heading: "Along the interventions", blocks: figures(study) },
      metricsSection(study),
      differencesSection(study),
    ],
    provenance,
  });
}

/**
 * Writes the numbers and the report of a study, named after its SCM.
 * @param suffix what follows the SCM's name in theirs
 */
export async function writeTwoPhase(
  folder: string,
  suffix: string,
  study: StudySummary,
  provenance: Provenance,
): Promise<{ readonly json: string; readonly report: string }> {
  const stem = `${basename(study.scm).replace(/\.ya?ml$/, "")}${suffix}`;
  const json = join(folder, `${stem}.json`);
  const report = join(folder, `${stem}.html`);
  const sentences = findings(study);
  Deno.mkdirSync(folder, { recursive: true });
  writeFileAtomic(json, formatJson({ ...study, findings: sentences } as unknown as Row));
  writeFileAtomic(report, await twoPhaseReport({ study, findings: sentences, provenance }));
  return { json, report };
}

/** Structure learned and target reached, along the interventions. */
function figures(study: StudySummary): FigureBlock[] {
  const within: Readonly<Record<StudyCurve, readonly [number, number]>> = {
    f1: [0, 1],
    judgedF1: [0, 1],
    shd: [0, Infinity],
    entropy: [0, Infinity],
    value: [-Infinity, 1],
    bestValue: [-Infinity, 1],
  };
  const names: Readonly<Record<string, string>> = { f1: "F1", shd: "SHD", judgedF1: "F1", value: "normalised value" };
  const panel = (curve: StudyCurve, title: string, caption: string, first: number) =>
    lineFigure(
      togetherBy(study.arms, (arm) => arm.curves[curve]).map(({ members, place }) => {
        const points = members[0].curves[curve];
        return {
          name: members.map(({ name }) => name).join(", "),
          x: points.map((_, t) => t + first),
          y: points.map(({ value }) => value),
          low: points.map(({ low }) => low),
          high: points.map(({ high }) => high),
          ...(members.every(({ privileged }) => privileged)
            ? { color: neutralColour, dash: "dot" } as const
            : seriesStyle(place)),
        };
      }),
      {
        x: "interventions made",
        y: names[curve] ?? curve,
        within: within[curve],
        ...(curve === "value" ? { reference: { at: 1, label: "optimal" } } : {}),
      },
      { title, caption },
    );
  return [
    panel("f1", "F1 of each arm's own belief", "Means with 95 % bands over instances. Dotted: knows the truth.", 0),
    panel(
      "judgedF1",
      "F1 of the active surrogate on every arm's rows",
      "One reader for all: who chose the better rows?",
      0,
    ),
    panel("shd", "Structural Hamming distance of the parent set", "False and missing parents of the own belief.", 0),
    panel(
      "value",
      "Normalised value of each intervention",
      "0: as good as doing nothing; 1: the best intervention.",
      1,
    ),
  ];
}

/** What is the same to the last digit stands together: one line instead of several that hide each other. */
function togetherBy<T>(
  all: readonly T[],
  curve: (one: T) => readonly { readonly value: number }[],
): readonly { readonly members: readonly [T, ...T[]]; readonly place: number }[] {
  const groups = Map.groupBy(all.keys(), (place) => curve(all[place]).map(({ value }) => value).join());
  return [...groups.values()].map(([first, ...others]) => ({
    members: [all[first], ...others.map((place) => all[place])],
    place: first,
  }));
}

function metricsSection(study: StudySummary): Section {
  const columns: Column[] = STUDY_METRIC_NAMES.map((key) => {
    const { label, better } = STUDY_METRICS[key];
    return { key, label, ...(better === null ? {} : { better }) };
  });
  return {
    heading: "Arms",
    blocks: [
      {
        kind: "table",
        columns: [{ key: "arm", label: "Arm" }, ...columns],
        rows: study.arms.map(({ name, privileged, metrics }) => ({
          arm: privileged ? `${name} (privileged)` : name,
          ...metrics,
        })),
        ranked: study.arms.keys().filter((a) => !study.arms[a].privileged).toArray(),
        caption: `${study.instances} instances, the same for every arm. Brackets: 95 % intervals.`,
      },
      {
        kind: "markdown",
        text: STUDY_METRIC_NAMES.map((key) => `- **${STUDY_METRICS[key].label}**: ${STUDY_METRICS[key].meaning}`)
          .join("\n"),
      },
    ],
  };
}

function differencesSection(study: StudySummary): Section {
  return {
    heading: "Paired differences",
    blocks: study.differences.length === 0 ? [] : [{
      kind: "table",
      columns: [
        { key: "metric", label: "Metric" },
        { key: "first", label: "Arm" },
        { key: "second", label: "less" },
        { key: "difference", label: "Difference", align: "right" },
        { key: "p", label: "Adjusted p", format: "p", align: "right" },
      ],
      rows: study.differences.map(({ metric, first, second, difference, pAdjusted }) => ({
        metric: STUDY_METRICS[metric].label,
        first,
        second,
        difference,
        p: pAdjusted,
      })),
      caption: "Paired t-tests over instances; p adjusted by Holm over the arms of each metric.",
    }],
  };
}
