/** The baselines at equal score calls, and the theories that were found, for a finished run. */

import { createStream } from "../../random/mod.ts";
import type { SearchRow } from "../../report/mod.ts";
import {
  annealingSearch,
  bestOfSearch,
  closingSearch,
  decode,
  enumerationSearch,
  EOS,
  isClosable,
  knownContents,
  proveTheory,
  type SearchRecord,
  type Task,
  type TheoryProof,
  TheoryScorer,
  uniformSearch,
} from "../../theory/mod.ts";
import type { TextCell, TextColumn } from "../../report/mod.ts";
import type { TheoryConfig } from "./config.ts";

/** A search record as a row. */
export function recordRow(method: string, record: SearchRecord): SearchRow {
  return {
    method,
    calls: record.calls,
    success: record.calls === 0 ? 0 : record.successes / record.calls,
    distinct: record.contents.size,
    firstSuccess: record.firstSuccess ?? null,
    bestReward: record.bestReward,
  };
}

/** Runs every baseline on a task with the same number of score calls. */
export function compareBaselines(task: Task, calls: number, config: TheoryConfig): readonly SearchRow[] {
  const stream = createStream(config.seed).child("baselines").child(task.name);
  const { attempts, annealing } = config.evaluation;
  const scorer = () => new TheoryScorer(task);
  const bestOf = bestOfSearch(scorer(), task.prompts, calls, attempts, stream.child("best of"));
  const rows: SearchRow[] = [
    recordRow("uniform", uniformSearch(scorer(), task.prompts, calls, stream.child("uniform"))),
    {
      method: `best of ${attempts} (answers)`,
      calls: bestOf.calls,
      success: bestOf.answers === 0 ? 0 : bestOf.successfulAnswers / bestOf.answers,
      distinct: null,
      firstSuccess: null,
      bestReward: null,
    },
    recordRow("annealing", annealingSearch(scorer(), task.prompts, calls, annealing, stream.child("annealing"))),
  ];
  if (task.prompts.every(isClosable)) {
    rows.push(recordRow("exact closings", closingSearch(scorer(), task.prompts, calls, stream.child("closings"))));
  }
  const [only] = task.prompts;
  if (task.prompts.length === 1 && only.script.at(-1) === EOS) {
    rows.push(recordRow("enumeration", enumerationSearch(scorer(), only, calls)));
  }
  return rows;
}

/** Columns of a comparison's table. */
export const COMPARISON_COLUMNS: readonly TextColumn[] = [
  { heading: "method" },
  { heading: "score calls" },
  { heading: "success", digits: 4 },
  { heading: "distinct contents" },
  { heading: "first success" },
  { heading: "best reward", digits: 3 },
];

/** The cells of a row. */
export function comparisonCells(row: SearchRow): readonly TextCell[] {
  return [row.method, row.calls, row.success, row.distinct, row.firstSuccess, row.bestReward];
}

/** The found theories of a task with their proofs, at most `limit`. */
export function foundTheories(task: Task, record: SearchRecord, limit: number): readonly TheoryProof[] {
  const scorer = new TheoryScorer(task);
  return [...record.contents.values()].slice(0, limit).flatMap((tokens) => {
    const prompt = task.prompts.find(({ script }) =>
      script.every((item, position) =>
        typeof item === "number" ? item === tokens[position] : item.includes(tokens[position])
      )
    );
    return prompt === undefined ? [] : [proveTheory(tokens, prompt, scorer)];
  });
}

/** One line for each found content: its known name with the fermions as the literature writes them, and its string. */
export function foundLines(record: SearchRecord): readonly string[] {
  const contents = knownContents();
  return [...record.contents].map(([key, tokens]) => {
    const known = contents.get(key);
    return `${known === undefined ? "new content" : `${known.name}, ${known.fermions}`}: ${decode(tokens)}`;
  });
}
