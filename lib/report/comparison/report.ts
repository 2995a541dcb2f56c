/** The report of a comparison. */

import { type Comparison, isJudged, METRIC_NAMES, METRICS } from "../../evaluation/mod.ts";
import type { Block, Section } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
import { criticalDifferenceFigure } from "./critical_difference.ts";
import { environmentBlocks } from "./environments.ts";
import {
  effectFigures,
  learningFigure,
  profileFigure,
  rankFigure,
  regretFigures,
  seedCurvesFigure,
  winsFigure,
} from "./figures.ts";
import { leadSentence, verdictSentences } from "./sentences.ts";
import {
  aggregatesTable,
  HEADLINE,
  legendTable,
  meaningsTable,
  metricsTable,
  omnibusTable,
  pairsTable,
  plannedTable,
  structureTable,
  verdictsTable,
} from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

/** Pairs whose effect sizes fit into one figure; with more, only those that were planned are drawn. */
const FOREST = 40;

/**
 * Several models against each other and against baselines as one self-contained HTML file. Every claim in it is generated
 * from the corrected tests.
 */
export async function comparisonReport(data: ComparisonReportData): Promise<string> {
  return await htmlReport({
    title: data.title,
    ...(data.subtitle === undefined ? {} : { subtitle: data.subtitle }),
    sections: comparisonSections(data),
    provenance: data.provenance,
  });
}

/** The report's sections. */
export function comparisonSections(data: ComparisonReportData): readonly Section[] {
  const { methods, primary, others, learning } = data;
  const beliefs = structureTable(methods);
  const diagram = criticalDifferenceFigure(primary);
  const all = [primary, ...others];
  const sections: readonly Section[] = [
    { heading: "What it shows", blocks: findings(data) },
    {
      heading: "Performance",
      blocks: [metricsTable(data, HEADLINE), aggregatesTable(primary)],
    },
    { heading: "By environment", blocks: environmentBlocks(methods, primary) },
    { heading: "Ranking", blocks: [...(diagram === null ? [] : [diagram]), rankFigure(primary), winsFigure(primary)] },
    {
      heading: "Learning curves",
      blocks: learning.length === 0 ? [] : [learningFigure(learning), {
        kind: "grid",
        blocks: learning.map((curves, m) => seedCurvesFigure(curves, m)),
      }],
    },
    {
      heading: "Effect sizes",
      blocks: effectFigures(forest(primary)),
    },
    { heading: "Profiles and regret", blocks: [profileFigure(primary), ...regretFigures(methods)] },
    { heading: "Tests", blocks: [verdictsTable(all), omnibusTable(all), pairsTable(primary)] },
    {
      heading: "Every metric",
      blocks: [
        metricsTable(data, METRIC_NAMES.filter((name) => !HEADLINE.includes(name))),
        ...(beliefs === null ? [] : [beliefs]),
        meaningsTable(),
      ],
    },
    { heading: "How to read it", blocks: [{ kind: "markdown", text: method(data) }] },
  ];
  return sections.filter(({ blocks }) => blocks.length > 0);
}

/** The verdict first, then the comparisons that it rests on. */
function findings({ primary, notes, legend }: ComparisonReportData): Block[] {
  const names = legendTable(legend);
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  return [
    ...notes.map((note): Block => ({ kind: "markdown", text: `> ${note}` })),
    { kind: "markdown", text: `${leadSentence(primary)}\n\n${list(verdictSentences(primary))}` },
    ...(names === null ? [] : [names]),
    plannedTable(primary),
  ];
}

/** All pairs where they fit, else those that were planned. */
function forest({ pairs }: Comparison) {
  return pairs.length <= FOREST ? pairs : pairs.filter(isJudged);
}

function method({ primary, incomparable, methods, tuning }: ComparisonReportData): string {
  const seeds = methods.filter(({ role }) => role === "policy").map(({ records }) => records.length);
  const [fewest, most] = [Math.min(...seeds), Math.max(...seeds)];
  return [
    `Every method plays the same held-out problems with the same initial rows, budget and noise. A step is judged by the ` +
    `expected target of its intervention: normalised value 0 is as good as doing nothing, 1 is the best single intervention.`,
    `A trained model has ${
      fewest === most ? fewest : `${fewest} to ${most}`
    } training seeds, another method one run. Training ` +
    `seeds and problems are taken as drawn, every seed on every problem (crossed random effects): a claim is about another ` +
    `training and other problems of the kind. What is compared was planned before anything was played: every model with the ` +
    `reference and with the strong baselines.`,
    ...(tuning === undefined ? [] : [tuning]),
    ...(primary.missing > 0 ? [`${primary.missing} problems are left out, on which some run has no value.`] : []),
    ...(incomparable.length > 0
      ? [
        `Hardly any problem has a value of ${
          incomparable.map((name) => METRICS[name].label.toLowerCase()).join(", ")
        } for every run of every method, so that no test is made there.`,
      ]
      : []),
  ].join("\n\n");
}
