/** The report of a theory run. */

import type { TheoryConfig } from "../../config/mod.ts";
import { THEORY_TRAINING, type TheoryReportResults } from "../../training/mod.ts";
import { theoryReport } from "../theory.ts";
import { progressNote, readReportedRun } from "./run.ts";

/** The report as HTML. */
export async function theoryRunReport(folder: string): Promise<string> {
  const run = readReportedRun(folder, THEORY_TRAINING);
  const { config, rows, updates, results, provenance } = run;
  const task = config.curriculum.enabled ? "curriculum" : taskWords(config.task);
  return await theoryReport({
    title: `${config.name}: theories under a grammar`,
    subtitle: `${task}, seed ${config.seed}, ${updates} updates${
      progressNote(run)
    }, groups of ${config.grpo.group_size}`,
    updates: rows,
    results: results === null ? null : results["report"] as unknown as TheoryReportResults,
    provenance,
  });
}

/** One of T0 to T6 by its name, a task of one's own by what it asks. */
function taskWords(task: TheoryConfig["task"]): string {
  return typeof task === "string" ? `task ${task}` : `task ${task.name}: ${task.title}`;
}
