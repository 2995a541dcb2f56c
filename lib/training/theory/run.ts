/** What is done with the run of a theory policy: the end of its training, or an evaluation without one. */

import { join } from "node:path";
import type { TheoryConfig } from "../../config/mod.ts";
import { formatJson, type Json, type Run, type Say, writeFileAtomic } from "../../runs/mod.ts";
import { THEORY_TRAINING, type TheoryLearner } from "../learners/theory.ts";
import { startTraining } from "../train.ts";
import { endTheoryTraining, evaluateTheoryPolicy, evaluationEnd, type TheoryEnd, theoryResults } from "./results.ts";

/**
 * Evaluates a trained policy, compares it with searches, and writes what was found with its proofs as `theories.json`.
 * @param say called before each search with its name and place
 */
export async function endTheoryRun(
  { folder, config }: Run<TheoryConfig>,
  learner: TheoryLearner,
  say?: Say,
): Promise<TheoryEnd> {
  const end = await endTheoryTraining(learner, config, say);
  const theories = [...end.evaluations.keys()].map((task) =>
    [task, end.proofs.filter((one) => one.task === task).map(({ proof }) => proof)] as const
  );
  writeFileAtomic(join(folder, "theories.json"), formatJson(Object.fromEntries(theories) as unknown as Json));
  return end;
}

/** Evaluates the policy that a config starts from without training it, in a run folder of its own. */
export async function evaluateTheoryRun(
  config: TheoryConfig,
  results: string,
): Promise<{ readonly end: TheoryEnd; readonly folder: string }> {
  const named = { ...config, name: `${config.name}-evaluation` };
  using training = await startTraining(THEORY_TRAINING, named, { results });
  const end = evaluationEnd(await evaluateTheoryPolicy(training.learner, config));
  training.run.finish(theoryResults(end).summary);
  return { end, folder: training.run.folder };
}
