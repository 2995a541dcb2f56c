/** The report of a comparison. */

import { METRIC_NAMES, METRICS } from "../../evaluation/mod.ts";
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
import { bestBaseline, claimsAgainstBest, claimsAmong, modelNames, standings } from "./sentences.ts";
import {
  aggregatesTable,
  HEADLINE,
  meaningsTable,
  metricsTable,
  omnibusTable,
  pairsTable,
  structureTable,
  verdictsTable,
} from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

/** Pairs whose effect sizes fit into one figure; with more, those with a baseline that is not the best are left out. */
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
  const models = modelNames(methods);
  const beliefs = structureTable(methods);
  const diagram = criticalDifferenceFigure(primary);
  const all = [primary, ...others];
  const sections: readonly Section[] = [
    { heading: "What it shows", blocks: findings(data, models) },
    {
      heading: "Performance",
      blocks: [metricsTable(data, HEADLINE, true), aggregatesTable(primary)],
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
      blocks: effectFigures(forest(data, models), primary.alpha, METRICS[primary.metric].better),
    },
    { heading: "Profiles and regret", blocks: [profileFigure(primary), ...regretFigures(methods)] },
    { heading: "Tests", blocks: [pairsTable(primary), omnibusTable(all), verdictsTable(all)] },
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

function findings(data: ComparisonReportData, models: readonly string[]): Block[] {
  const { primary, methods } = data;
  const best = bestBaseline(primary, methods);
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  const among = claimsAmong(primary, models, true);
  const against = claimsAgainstBest(primary, methods);
  const parts = [
    `By ${METRICS[primary.metric].label.toLowerCase()} on ${primary.problems} held-out problems, at ${
      100 * primary.alpha
    } % after Holm's correction for ${primary.pairs.length} comparisons:\n\n${list(standings(primary, models))}`,
    ...(best === null ? [] : [`Against ${best}, the baseline with the best mean:\n\n${list(against)}`]),
    ...(among.length === 0 ? [] : [`Differences that are shown between models:\n\n${list(among)}`]),
  ];
  return [
    ...data.notes.map((note): Block => ({ kind: "markdown", text: `> ${note}` })),
    ...parts.map((text): Block => ({ kind: "markdown", text })),
  ];
}

/** All pairs where they fit; else the models among themselves, against the best baseline and against what is privileged. */
function forest({ primary, methods }: ComparisonReportData, models: readonly string[]) {
  if (primary.pairs.length <= FOREST) return primary.pairs;
  const privileged = methods.filter(({ role }) => role === "privileged").map(({ results }) => results.method);
  const shown = [...models, bestBaseline(primary, methods), ...privileged];
  return primary.pairs.filter(({ first, second }) => shown.includes(first) && shown.includes(second));
}

function method({ primary, incomparable, methods }: ComparisonReportData): string {
  const seeds = methods.filter(({ role }) => role === "model").map(({ results }) => results.seeds.length);
  const [fewest, most] = [Math.min(...seeds), Math.max(...seeds)];
  return [
    `Every method plays the same held-out problems with the same initial rows, budget and noise. A step is judged by the ` +
    `expected target of its intervention: normalised value 0 is as good as doing nothing, 1 is the best single intervention.`,
    `The unit of replication of a trained model is the training seed (${
      fewest === most ? fewest : `${fewest} to ${most}`
    } ` +
    `of each), not the episode: models are compared by Welch's t-test over the means of their seeds. A method that is not ` +
    `trained has one run; a model is compared with it by a t-test that takes seeds and problems as drawn.`,
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
