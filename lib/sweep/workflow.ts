/** Workflows: which models are trained with which seeds, and what they are compared on. */

import type { CollectedModels, ComparisonSettings } from "../contest/mod.ts";
import { type PlannedJob, planSweep } from "./plan.ts";
import { planStudy, readStudy } from "./study.ts";

/** What a workflow is made from: a study's file, or one config of which words make several models. */
export interface WorkflowRequest {
  readonly source: { readonly study: string } | { readonly config: string };
  /** Training seeds of every model: 0, 1, …; the study's, or 3, where it is left out. */
  readonly seeds?: number;
  readonly words: readonly string[];
  /** Folder of the config files, and the file of a config by its name. */
  readonly configs: string;
  readonly configFile: (name: string) => string;
}

/** What a workflow trains, and what its comparison is. */
export interface Workflow {
  readonly name: string;
  readonly jobs: readonly PlannedJob[];
  readonly comparison: Partial<ComparisonSettings>;
}

/**
 * The trainings of a workflow, seed by seed.
 * @throws {ConfigError} naming the word or the model whose config is wrong
 */
export function planWorkflow({ source, seeds, words, configs, configFile }: WorkflowRequest): Workflow {
  if ("study" in source) {
    const study = readStudy(source.study);
    const jobs = planStudy({ ...study, seeds: seeds ?? study.seeds }, configs, configFile, words);
    return { name: study.name, jobs, comparison: study.comparison };
  }
  const jobs = Array.from(
    { length: seeds ?? 3 },
    (_, seed) =>
      planSweep({
        configs,
        file: configFile(source.config),
        words: [...words, `seed=${seed}`],
        sampler: { kind: "grid" },
      }),
  )
    .flat();
  return { name: jobs[0].config.name, jobs, comparison: {} };
}

/** Models in the order in which they were planned. */
export function inPlannedOrder({ models, notes }: CollectedModels, jobs: readonly PlannedJob[]): CollectedModels {
  const names = jobs.map(({ config }) => config.name);
  const place = (model: CollectedModels["models"][number]) => names.indexOf(model.runs[0].lineage[0].name);
  return { models: models.toSorted((a, b) => place(a) - place(b)), notes };
}
