/** Evaluations of a theory policy as tables and as rows of a summary. */

import type { Row } from "../../runs/mod.ts";
import type { TheoryEvaluation } from "../../theory/mod.ts";
import { formatTable } from "../../report/mod.ts";
import { foundLines } from "./comparison.ts";

/** Evaluations by task. */
export type Evaluations = ReadonlyMap<string, TheoryEvaluation>;

/** Found contents that are printed for a task; all of them are in the run's summary and report. */
const PRINTED = 20;

function passText(passAt: ReadonlyMap<number, number>): string {
  return [...passAt].map(([k, share]) => `${k}: ${share.toFixed(3)}`).join("  ");
}

/** How a policy does on each task, and how often it writes the known theories that its prompts can be completed to. */
export function evaluationText(title: string, evaluations: Evaluations): string {
  const rows = [...evaluations].map(([task, result]) => [
    task,
    result.samples,
    result.success,
    result.reward,
    passText(result.passAt),
    result.bestReward,
    result.found.contents.size,
    result.legalEntropy,
    result.distinctShare,
  ]);
  const table = formatTable([
    { heading: "task" },
    { heading: "samples" },
    { heading: "success", digits: 3 },
    { heading: "reward", digits: 3 },
    { heading: "pass@k" },
    { heading: "best reward", digits: 3 },
    { heading: "distinct contents" },
    { heading: "entropy", digits: 3 },
    { heading: "distinct strings", digits: 3 },
  ], rows);
  const known = [...evaluations].flatMap(([task, { rediscovered }]) =>
    rediscovered.map(({ name, prompts, samples, matches, passAt }) => [
      task,
      name,
      prompts,
      samples,
      matches,
      passText(passAt),
    ])
  );
  const rediscovery = known.length === 0 ? "" : `\n\nknown theories, exact matches\n${
    formatTable([
      { heading: "task" },
      { heading: "theory" },
      { heading: "prompts" },
      { heading: "samples" },
      { heading: "matches" },
      { heading: "pass@k" },
    ], known)
  }`;
  return `${title}\n${table}${rediscovery}`;
}

/** The distinct contents that succeeded, by name or string. */
export function contentsText(evaluations: Evaluations): string {
  return [...evaluations].flatMap(([task, { found }]) => {
    const lines = foundLines(found);
    const more = lines.length > PRINTED ? [`… and ${lines.length - PRINTED} more`] : [];
    return [...lines.slice(0, PRINTED), ...more].map((line) => `${task}  ${line}`);
  }).join("\n");
}

/** Evaluations as a row of `summary.json`. */
export function evaluationRow(evaluations: Evaluations): Row {
  return Object.fromEntries([...evaluations].map(([task, result]) => [task, {
    samples: result.samples,
    success: result.success,
    reward: result.reward,
    best_reward: result.bestReward,
    pass_at: passRow(result.passAt),
    legal_entropy: result.legalEntropy,
    distinct_share: result.distinctShare,
    distinct_contents: result.found.contents.size,
    contents: foundLines(result.found),
    rediscovered: Object.fromEntries(
      result.rediscovered.map(({ name, prompts, samples, matches, passAt }) => [
        name,
        { prompts, samples, matches, pass_at: passRow(passAt) },
      ]),
    ),
  }]));
}

function passRow(passAt: ReadonlyMap<number, number>): Row {
  return Object.fromEntries([...passAt].map(([k, share]) => [String(k), share]));
}
