/** The searches that a trained policy is compared with, at equal score calls, and what the policy or a search has found. */

import type { Stream } from "../../random/mod.ts";
import { decode, EOS, knownContents, type Task } from "../language/mod.ts";
import { closingSearch, isClosable } from "./closed_strings.ts";
import { proveTheory, type TheoryProof } from "./proof.ts";
import { TheoryScorer } from "./reward.ts";
import {
  type AnnealingOptions,
  annealingSearch,
  bestOfSearch,
  enumerationSearch,
  type SearchRecord,
  uniformSearch,
} from "./search.ts";

/** One method at a number of score calls; a number that the method does not have is null. */
export interface SearchRow {
  readonly method: string;
  readonly calls: number;
  /** Share of successful calls (of best of N: of successful answers). */
  readonly success: number;
  readonly distinct: number | null;
  readonly firstSuccess: number | null;
  readonly bestReward: number | null;
}

/** A search record as a row. */
export function searchRow(method: string, record: SearchRecord): SearchRow {
  return {
    method,
    calls: record.calls,
    success: record.calls === 0 ? 0 : record.successes / record.calls,
    distinct: record.contents.size,
    firstSuccess: record.firstSuccess ?? null,
    bestReward: record.bestReward,
  };
}

/** How the searches search. */
export interface SearchSettings {
  /** N of best of N. */
  readonly attempts: number;
  readonly annealing: AnnealingOptions;
}

/** A search by its name, not yet run. */
export interface PlannedSearch {
  readonly method: string;
  run(): SearchRow;
}

/** Every search that a task allows, each with the same number of score calls and a stream of its own. */
export function plannedSearches(
  task: Task,
  calls: number,
  { attempts, annealing }: SearchSettings,
  stream: Stream,
): readonly PlannedSearch[] {
  const { prompts } = task;
  const [only] = prompts;
  const planned = (method: string, search: (scorer: TheoryScorer) => SearchRecord): PlannedSearch => ({
    method,
    run: () => searchRow(method, search(new TheoryScorer(task))),
  });
  return [
    planned("uniform", (scorer) => uniformSearch(scorer, prompts, calls, stream.child("uniform"))),
    {
      method: `best of ${attempts} (answers)`,
      run: () => bestOfRow(task, calls, attempts, stream.child("best of")),
    },
    planned("annealing", (scorer) => annealingSearch(scorer, prompts, calls, annealing, stream.child("annealing"))),
    ...(prompts.every(isClosable)
      ? [planned("exact closings", (scorer) => closingSearch(scorer, prompts, calls, stream.child("closings")))]
      : []),
    ...(prompts.length === 1 && only.script.at(-1) === EOS
      ? [planned("enumeration", (scorer) => enumerationSearch(scorer, only, calls))]
      : []),
  ];
}

function bestOfRow(task: Task, calls: number, attempts: number, stream: Stream): SearchRow {
  const best = bestOfSearch(new TheoryScorer(task), task.prompts, calls, attempts, stream);
  return {
    method: `best of ${attempts} (answers)`,
    calls: best.calls,
    success: best.answers === 0 ? 0 : best.successfulAnswers / best.answers,
    distinct: null,
    firstSuccess: null,
    bestReward: null,
  };
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
