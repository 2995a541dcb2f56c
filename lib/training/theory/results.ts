/** The end of a theory run: its evaluation, the searches at equal score calls, and proofs of what was found. */

import type { TheoryConfig } from "../../config/mod.ts";
import { createStream } from "../../random/mod.ts";
import { type Json, type Row, type Say, sayParts } from "../../runs/mod.ts";
import {
  foundLines,
  foundTheories,
  plannedSearches,
  type SearchRow,
  searchRow,
  successfulContents,
  type TheoryEvaluation,
  type TheoryProof,
  TheoryScorer,
  uniqueTasks,
} from "../../theory/mod.ts";
import type { TheoryEvaluations, TheoryLearner } from "../learners/theory.ts";
import type { RunResults } from "../train.ts";

/** The policy on the prompts of one task after training. */
export interface TheoryEvaluationRow {
  readonly task: string;
  readonly prompts: "training" | "held out";
  readonly samples: number;
  readonly success: number;
  readonly reward: number;
  readonly distinctContents: number;
  /** Nats over the legal tokens. */
  readonly legalEntropy: number;
  readonly distinctShare: number;
}

/** The policy beside searches that had as many score calls as its training. */
export interface TheoryComparison {
  /** Every theory that was scored while the policy was trained. */
  readonly training: SearchRow;
  /** What it writes after training. */
  readonly after: SearchRow;
  readonly searches: readonly SearchRow[];
}

/** What the end of a theory run came to. */
export interface TheoryEnd {
  readonly evaluations: TheoryEvaluations;
  /** On held-out prompts; none if they were not asked for, or there are none. */
  readonly unseen: TheoryEvaluations;
  /** Null where nothing was compared. */
  readonly comparison: TheoryComparison | null;
  /** How many successful contents exist for the training prompts, where the exact solver can say. */
  readonly possible: number | undefined;
  readonly proofs: readonly { readonly task: string; readonly proof: TheoryProof }[];
}

/** The part of {@linkcode TheoryEnd} that the report shows, as `results.json` keeps it. */
export interface TheoryReportResults {
  readonly evaluations: readonly TheoryEvaluationRow[];
  readonly comparison: TheoryComparison | null;
  readonly proofs: TheoryEnd["proofs"];
}

/** Evaluates a policy on the prompts of its training and, if the config says so, on those that training never sees. */
export async function evaluateTheoryPolicy(
  learner: TheoryLearner,
  config: TheoryConfig,
): Promise<Pick<TheoryEnd, "evaluations" | "unseen">> {
  const unheard = () => Promise.resolve();
  return {
    evaluations: await learner.evaluate(false, unheard),
    unseen: config.evaluation.held_out ? await learner.evaluate(true, unheard) : new Map(),
  };
}

/**
 * Evaluates a trained policy and compares it with searches. Deterministic in the config.
 * @param say called before each search with its name and place
 */
export async function endTheoryTraining(
  learner: TheoryLearner,
  config: TheoryConfig,
  say: Say = () => {},
): Promise<TheoryEnd> {
  const { training } = learner;
  const { evaluations, unseen } = await evaluateTheoryPolicy(learner, config);
  const tasks = uniqueTasks(training.options.stages);
  const proofs = tasks.map((name) => training.scorer(name).task).flatMap((task) =>
    foundTheories(task, training.found, config.evaluation.proofs).map((proof) => ({ task: task.name, proof }))
  );
  const [only] = tasks;
  if (!config.evaluation.baselines || tasks.length > 1) {
    return { evaluations, unseen, comparison: null, possible: undefined, proofs };
  }
  const { task } = training.scorer(only);
  const stream = createStream(config.seed).child("baselines").child(task.name);
  return {
    evaluations,
    unseen,
    comparison: {
      training: searchRow("GRPO (all of training)", training.found),
      after: searchRow("GRPO (samples at the end)", evaluations.get(only)!.found),
      searches: runSearches(plannedSearches(task, training.scoreCalls, config.evaluation, stream), say),
    },
    possible: successfulContents(new TheoryScorer(task), task.prompts)?.size,
    proofs,
  };
}

function runSearches(searches: ReturnType<typeof plannedSearches>, say: Say): readonly SearchRow[] {
  const next = sayParts(say, searches.length);
  const rows = searches.map((search) => {
    next(search.method);
    return search.run();
  });
  next();
  return rows;
}

/** What the end of an evaluation without training came to: nothing is compared. */
export function evaluationEnd(evaluated: Pick<TheoryEnd, "evaluations" | "unseen">): TheoryEnd {
  return { ...evaluated, comparison: null, possible: undefined, proofs: [] };
}

/** What a run keeps of its end. */
export function theoryResults({ evaluations, unseen, comparison, possible, proofs }: TheoryEnd): RunResults {
  const rows = comparison === null ? [] : [comparison.training, comparison.after, ...comparison.searches];
  const report: TheoryReportResults = {
    evaluations: [...reportRows(evaluations, "training"), ...reportRows(unseen, "held out")],
    comparison,
    proofs,
  };
  return {
    summary: {
      evaluation: evaluationRow(evaluations),
      held_out: evaluationRow(unseen),
      ...(comparison === null ? {} : { comparison: rows.map((row) => ({ ...row })) }),
      ...(possible === undefined ? {} : { possible_contents: possible }),
    },
    report: report as unknown as Row,
  };
}

function reportRows(
  evaluations: TheoryEvaluations,
  prompts: TheoryEvaluationRow["prompts"],
): readonly TheoryEvaluationRow[] {
  return [...evaluations].map(([task, { samples, success, reward, legalEntropy, distinctShare, found }]) => ({
    task,
    prompts,
    samples,
    success,
    reward,
    legalEntropy,
    distinctShare,
    distinctContents: found.contents.size,
  }));
}

/** Evaluations as a row of `summary.json`. */
function evaluationRow(evaluations: TheoryEvaluations): Row {
  return Object.fromEntries([...evaluations].map(([task, result]) => [task, taskRow(result)]));
}

function taskRow(result: TheoryEvaluation): Json {
  const passRow = (passAt: ReadonlyMap<number, number>) =>
    Object.fromEntries([...passAt].map(([k, share]) => [String(k), share]));
  const rediscovered = result.rediscovered.map(({ name, prompts, samples, matches, passAt }) =>
    [name, { prompts, samples, matches, pass_at: passRow(passAt) }] as const
  );
  return {
    samples: result.samples,
    success: result.success,
    reward: result.reward,
    best_reward: result.bestReward,
    pass_at: passRow(result.passAt),
    legal_entropy: result.legalEntropy,
    distinct_share: result.distinctShare,
    distinct_contents: result.found.contents.size,
    contents: foundLines(result.found),
    rediscovered: Object.fromEntries(rediscovered),
  };
}
