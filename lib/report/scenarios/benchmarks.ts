/** What a policy does on the public benchmark SCMs. */

import {
  type PlayedScenario,
  POLICY_NAME,
  type PublicScenario,
  type ScenarioVerdicts,
  tuningNote,
} from "../../contest/mod.ts";
import { verdictWords } from "../comparison/tables.ts";
import { formatNumber } from "../format.ts";
import type { TableBlock } from "../html/blocks.ts";
import { cellEstimate, findingsOf, nameOf, planSentence, quoted } from "./cells.ts";
import type { ScenarioHead, ScenarioPage } from "./page.ts";

type PlayedBenchmark = PlayedScenario<PublicScenario>;

/** The page: the verdict, and one table for each SCM and budget. */
export function benchmarksPage(
  played: readonly PlayedBenchmark[],
  verdicts: ScenarioVerdicts,
  { command, seeds, tuned }: ScenarioHead,
): ScenarioPage {
  const { track, policies, trainedOn } = seeds;
  const [{ scenario, methods }] = played;
  return {
    title: `Public benchmark SCMs, \`${track.name}\` policy`,
    command,
    notes: [
      `The policy (${policies.length} training seeds) was trained on problems of ${
        quoted([...new Set(trainedOn)])
      } alone and has seen none ` +
      `of these SCMs; it knows no graph. ${scenario.problems.length} repetitions, ${track.episode.observationalRows} ` +
      `observational rows, one row for each single-variable intervention. ${
        tuningNote(tuned, methods.map(({ name }) => name))
      } \`causal-bo\` is told the true graph, \`oracle\` the answer. All numbers are expectations E[Y | do], never a lucky ` +
      "draw: GAP and PA-GAP too take the expected outcomes and the expected optimum, where the benchmarks publish sampled " +
      "ones. Intervals are 95 %, over repetitions and training seeds.",
      planSentence(verdicts),
    ],
    findings: findingsOf(verdicts),
    tables: played.map((one) => ({
      heading: one.scenario.name,
      note: setting(one),
      table: methodsTable(one, verdicts),
    })),
  };
}

function setting({ scenario }: PlayedBenchmark): string {
  const { outcomes } = scenario.problems[0];
  const { best } = outcomes;
  const name = scenario.scm.variables[best.variable].name;
  return `Observed ${formatNumber(outcomes.observational)}; best single intervention ${
    formatNumber(best.outcome)
  } by ` +
    `do(${name} = ${formatNumber(best.value)}); standard error ${formatNumber(outcomes.standardError)}.`;
}

function methodsTable({ scenario, methods }: PlayedBenchmark, { each }: ScenarioVerdicts): TableBlock {
  const { outcomes } = scenario.problems[0];
  const native = (value: number) => outcomes.observational + value * (outcomes.best.outcome - outcomes.observational);
  const rows = methods.map((method) => {
    const { name, summary } = method;
    const found = each.find((one) => one.scenario === scenario.name && one.opponent === name);
    return {
      method: nameOf(method),
      best: native(1 - summary.bestSeenRegret.value),
      answer: native(summary.recommendation.value),
      seen: cellEstimate(summary.bestSeenRegret),
      recommendation: cellEstimate(summary.recommendation),
      mean: cellEstimate(summary.meanValue),
      gap: cellEstimate(summary.gap),
      paGap: cellEstimate(summary.paGap),
      difference: found === undefined ? null : cellEstimate(found.difference),
      p: found?.judgement.holm ?? null,
      verdict: found === undefined ? null : verdictWords(found.judgement.verdict),
      detectable: found?.judgement.detectable ?? null,
    };
  });
  const planned = [
    { key: "difference", label: `${POLICY_NAME}'s answer less its` },
    { key: "p", label: "adjusted p", format: "p" as const },
    { key: "verdict", label: `${POLICY_NAME}'s answer is` },
    { key: "detectable", label: "could have seen" },
  ];
  return {
    kind: "table",
    columns: [
      { key: "method", label: "method" },
      { key: "best", label: "E[Y] of the best seen" },
      { key: "answer", label: "E[Y] of the answer" },
      { key: "seen", label: "best-seen regret" },
      { key: "recommendation", label: "value of the answer" },
      { key: "mean", label: "mean value" },
      { key: "gap", label: "GAP" },
      { key: "paGap", label: "PA-GAP" },
      ...(rows.some(({ verdict }) => verdict !== null) ? planned : []),
    ],
    rows,
  };
}
