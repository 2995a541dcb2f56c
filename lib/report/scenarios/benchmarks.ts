/** The table of the public benchmark SCMs, as Markdown. */

import { type MetricName, METRICS, summarise } from "../../evaluation/mod.ts";
import { judge, POLICY_NAME, type PublicScenario, type ScenarioMethod, verdictSentence } from "../../contest/mod.ts";
import { markdownTable } from "../comparison/markdown.ts";
import { formatNumber } from "../format.ts";
import type { TableBlock } from "../html/blocks.ts";
import { cellEstimate, verdictText } from "./cells.ts";
import type { ScenarioNotes } from "./robustness.ts";

/** What the policy is judged by: the final answer, and what the benchmarks publish. */
export const BENCHMARK_METRICS = ["recommendation", "paGap"] as const satisfies readonly MetricName[];

export interface PlayedBenchmark {
  readonly scenario: PublicScenario;
  readonly methods: readonly ScenarioMethod[];
}

/** The page: sentences for each competitor, and one table for each SCM and budget. */
export function benchmarksMarkdown(
  played: readonly PlayedBenchmark[],
  { title, command, notes }: ScenarioNotes,
): string {
  const competitors = played[0].methods.filter(({ role }) => role === "baseline" || role === "privileged");
  return [
    `# ${title}`,
    "```sh\n" + command + "\n```",
    ...notes,
    ...BENCHMARK_METRICS.flatMap((metric) => {
      const verdicts = judge(played, metric);
      const sentences = competitors.map(({ role, results: { method } }) => {
        const against = role === "privileged" ? `${method} (privileged)` : method;
        return `- ${verdictSentence(POLICY_NAME, against, verdicts.filter(({ competitor }) => competitor === method))}`;
      });
      return [`By ${METRICS[metric].label} (${METRICS[metric].meaning}):`, sentences.join("\n")];
    }),
    ...played.flatMap((each) => [`## ${each.scenario.name}`, setting(each), markdownTable(methodsTable(each, played))]),
  ].join("\n\n") + "\n";
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

function methodsTable({ scenario, methods }: PlayedBenchmark, all: readonly PlayedBenchmark[]): TableBlock {
  const { outcomes } = scenario.problems[0];
  const native = (value: number) => outcomes.observational + value * (outcomes.best.outcome - outcomes.observational);
  const verdicts = judge(all, "recommendation").filter((verdict) => verdict.scenario === scenario.name);
  const rows = methods.map(({ role, results }) => {
    const summary = summarise(results);
    const verdict = verdicts.find(({ competitor }) => competitor === results.method);
    return {
      method: `${results.method}${role === "privileged" || role === "bound" ? " (privileged)" : ""}`,
      best: native(1 - summary.bestSeenRegret.value),
      answer: native(summary.recommendation.value),
      seen: cellEstimate(summary.bestSeenRegret),
      recommendation: cellEstimate(summary.recommendation),
      mean: cellEstimate(summary.meanValue),
      gap: cellEstimate(summary.gap),
      paGap: cellEstimate(summary.paGap),
      verdict: verdict === undefined ? null : verdictText(verdict),
    };
  });
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
      { key: "verdict", label: `${POLICY_NAME}'s answer is` },
    ],
    rows,
  };
}
