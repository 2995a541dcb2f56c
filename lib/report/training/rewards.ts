/** What decisions were rewarded for: the components with their curves, and the audit's verdict. */

import type { Section, TableBlock } from "../html/blocks.ts";
import { rewardFigures } from "./panels.ts";
import type { MetricRow, RewardSummary } from "./types.ts";

/** The components, what they know of the truth, how they ended, and what the audit found. */
export function rewardsSection(
  { components, findings, window }: RewardSummary,
  updates: readonly MetricRow[],
): Section {
  const last = updates.slice(-window);
  const over = `the last ${last.length} updates`;
  const mean = (name: string) => {
    const values = last.map((row) => row[name] ?? NaN).filter(Number.isFinite);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const table: TableBlock = {
    kind: "table",
    columns: [
      { key: "component", label: "Component" },
      { key: "weight", label: "Weight", digits: 2 },
      { key: "mean", label: "Mean" },
      { key: "std", label: "Spread" },
      { key: "correlation", label: "Correlation with value" },
      { key: "knows", label: "Knows of the truth" },
      { key: "verdict", label: "Audit" },
    ],
    rows: components.map(({ name, weight, knows }) => ({
      component: name,
      weight,
      mean: mean(`rewards/${name}/mean`),
      std: mean(`rewards/${name}/std`),
      correlation: mean(`rewards/${name}/value_correlation`),
      knows: knows ?? (weight > 0 ? "nothing" : null),
      verdict: weight > 0
        ? findings.filter(({ subject }) => subject === name).map(({ issue }) => readable(issue)).join(", ") ||
          "in order"
        : null,
    })),
    caption: `Means over ${over}, before weighting; the spread is the standard deviation over decisions. ` +
      `What a reward knows of the truth, the policy never sees.`,
  };
  const verdict = findings.length === 0
    ? `**The reward audit found nothing wrong** in ${over}.`
    : `**The reward audit found, in ${over}:**\n\n${
      findings.map(({ issue, message }) => `- _${readable(issue)}_: ${message}.`).join("\n")
    }`;
  return {
    heading: "Rewards",
    blocks: [table, { kind: "markdown", text: verdict }, { kind: "grid", blocks: rewardFigures(updates) }],
  };
}

const readable = (issue: string) => issue.replaceAll("_", " ");
