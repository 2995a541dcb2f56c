/** The HTML report of a theory run in its folder. */

import { join } from "node:path";
import { type Environment, readJsonLines, RUN_FILES, writeFileAtomic } from "../../runs/mod.ts";
import { type TheoryEvaluationRow, theoryReport, type TheoryReportData } from "../../report/mod.ts";
import type { TheoryEvaluation } from "../../theory/mod.ts";
import { environmentProvenance } from "../../report/mod.ts";
import type { TheoryRun } from "./session.ts";

/** Evaluations by task as rows of the report. */
export function reportRows(
  evaluations: ReadonlyMap<string, TheoryEvaluation>,
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

/** Writes `report.html` from the run's metrics and what its end gave. */
export async function writeTheoryReport(
  run: TheoryRun,
  results: Pick<TheoryReportData, "evaluations" | "comparison" | "proofs"> & { readonly command: string },
): Promise<void> {
  const { config, folder } = run;
  const environment = JSON.parse(Deno.readTextFileSync(join(folder, RUN_FILES.environment))) as Environment;
  const { command, ...shown } = results;
  const { seed, grpo: { updates, group_size } } = config;
  const html = await theoryReport({
    title: `${config.name}: theories under a grammar`,
    subtitle:
      `${config.curriculum.enabled ? "curriculum" : `task ${config.task}`}, seed ${seed}, ${updates} updates, ` +
      `groups of ${group_size}`,
    updates: readJsonLines(join(folder, RUN_FILES.metrics)).rows as readonly Readonly<Record<string, number>>[],
    ...shown,
    provenance: {
      command,
      seed,
      config,
      ...environmentProvenance(environment),
    },
  });
  writeFileAtomic(join(folder, RUN_FILES.report), html);
}
