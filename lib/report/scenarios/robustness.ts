/** The table of what a policy keeps and loses away from its training problems, as Markdown. */

import { summarise, summariseDifference } from "../../evaluation/mod.ts";
import {
  judge,
  meanMetric,
  type PlayedScenario,
  POLICY_NAME,
  strongestVerdicts,
  type Verdict,
  verdictSentence,
} from "../../contest/mod.ts";
import { markdownTable } from "../comparison/markdown.ts";
import type { Cell, TableBlock } from "../html/blocks.ts";
import { cellEstimate, verdictText } from "./cells.ts";

/** What stands above the tables. */
export interface ScenarioNotes {
  readonly title: string;
  /** The command that makes the page. */
  readonly command: string;
  /** Paragraphs of Markdown. */
  readonly notes: readonly string[];
}

/** The page: sentences, the policy against the strongest baseline of each row, and the mean of every method. */
export function robustnessMarkdown(
  played: readonly PlayedScenario[],
  { title, command, notes }: ScenarioNotes,
): string {
  const verdicts = judge(played, "meanValue");
  const strongest = strongestVerdicts(played, verdicts);
  return [
    `# ${title}`,
    "```sh\n" + command + "\n```",
    ...notes,
    verdictSentence(POLICY_NAME, "the strongest baseline of the row", strongest),
    "## Against the strongest baseline",
    markdownTable(strongestTable(played, strongest)),
    "## Mean normalised value of every method",
    markdownTable(meansTable(played)),
  ].join("\n\n") + "\n";
}

function strongestTable(played: readonly PlayedScenario[], strongest: readonly Verdict[]): TableBlock {
  const rows = played.map(({ scenario, methods: [policy, ...others] }, s) => {
    const verdict = strongest[s];
    const baseline = others.find(({ results }) => results.method === verdict.competitor);
    if (baseline === undefined) throw new RangeError(`${scenario.name}: ${verdict.competitor} has not played`);
    const difference = summariseDifference(policy.results, baseline.results);
    return {
      scenario: scenario.name,
      description: scenario.description,
      policy: cellEstimate(summarise(policy.results).meanValue),
      name: verdict.competitor,
      baseline: cellEstimate(summarise(baseline.results).meanValue),
      mean: cellEstimate(difference.meanValue),
      p: verdict.pAdjusted,
      last: cellEstimate(difference.lastValue),
      recommendation: cellEstimate(difference.recommendation),
      verdict: verdictText(verdict),
    };
  });
  return {
    kind: "table",
    columns: [
      { key: "scenario", label: "problems" },
      { key: "description", label: "what differs" },
      { key: "policy", label: POLICY_NAME },
      { key: "name", label: "strongest baseline" },
      { key: "baseline", label: "its value" },
      { key: "mean", label: "difference" },
      { key: "p", label: "adjusted p", format: "p" },
      { key: "verdict", label: `${POLICY_NAME} is` },
      { key: "last", label: "difference, last 5 steps" },
      { key: "recommendation", label: "difference, final answer" },
    ],
    rows,
  };
}

function meansTable(played: readonly PlayedScenario[]): TableBlock {
  const names = played[0].methods.map(({ results }) => results.method);
  return {
    kind: "table",
    columns: [{ key: "scenario", label: "problems" }, ...names.map((name) => ({ key: name, label: name }))],
    rows: played.map(({ scenario, methods }) => {
      const means = methods.map((method): [string, Cell] => [method.results.method, meanMetric(method, "meanValue")]);
      return { scenario: scenario.name, ...Object.fromEntries(means) };
    }),
  };
}
