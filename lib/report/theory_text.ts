/** What a theory run's end looks like on the terminal. */

import type { TheoryComparison, TheoryEnd, TheoryEvaluations } from "../training/mod.ts";
import { foundLines } from "../theory/mod.ts";
import { formatTable } from "./text_table.ts";

/** Found contents that are printed for a task; all of them are in the run's summary and report. */
const PRINTED = 20;

/** Evaluations, what succeeded, and the comparison at equal score calls. */
export function theoryText({ evaluations, unseen, comparison, possible }: TheoryEnd, heldOut: boolean): string {
  const noneUnseen = heldOut && unseen.size === 0 ? ["the task holds no prompts out"] : [];
  const exist = possible === undefined
    ? []
    : [`successful contents that exist for the training prompts (exact solver): ${possible}`];
  return [
    evaluationText("training prompts", evaluations),
    ...(unseen.size > 0 ? [evaluationText("held-out prompts", unseen)] : noneUnseen),
    ...contentsText("training prompts", evaluations),
    ...contentsText("held-out prompts", unseen),
    ...(comparison === null ? [] : [[searchesText([...evaluations.keys()].join(), comparison), ...exist].join("\n")]),
  ].join("\n\n");
}

function passText(passAt: ReadonlyMap<number, number>): string {
  return [...passAt].map(([k, share]) => `${k}: ${share.toFixed(3)}`).join("  ");
}

/** How a policy does on each task, and how often it writes the known theories that its prompts can be completed to. */
function evaluationText(title: string, evaluations: TheoryEvaluations): string {
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
  const headings = ["task", "theory", "prompts", "samples", "matches", "pass@k"].map((heading) => ({ heading }));
  const rediscovery = known.length === 0 ? "" : `\n\nknown theories, exact matches\n${formatTable(headings, known)}`;
  return `${title}\n${table}${rediscovery}`;
}

/** The distinct contents that succeeded, by name or string. */
function contentsText(prompts: string, evaluations: TheoryEvaluations): readonly string[] {
  const lines = [...evaluations].flatMap(([task, { found }]) => {
    const all = foundLines(found);
    const more = all.length > PRINTED ? [`… and ${all.length - PRINTED} more`] : [];
    return [...all.slice(0, PRINTED), ...more].map((line) => `${task}  ${line}`);
  });
  return lines.length === 0 ? [] : [`successful contents, ${prompts}\n${lines.join("\n")}`];
}

function searchesText(task: string, { training, after, searches }: TheoryComparison): string {
  const table = formatTable(
    [
      { heading: "method" },
      { heading: "score calls" },
      { heading: "success", digits: 4 },
      { heading: "distinct contents" },
      { heading: "first success" },
      { heading: "best reward", digits: 3 },
    ],
    [training, after, ...searches].map((
      row,
    ) => [row.method, row.calls, row.success, row.distinct, row.firstSuccess, row.bestReward]),
  );
  return `${task} at equal score calls\n${table}`;
}
