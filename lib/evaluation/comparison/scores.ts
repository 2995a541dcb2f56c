/** The scores that models are compared by: one metric, on the problems where every run has it. */

import type { SeedMatrix } from "../estimates.ts";
import { type MetricName, METRICS } from "../metrics.ts";
import { checkSameProblems, type MethodResults, metricMatrix } from "../summary.ts";
import { meanOf } from "../statistics/mod.ts";

/** What problems are grouped into for aggregates and tables. */
export type Environments = "families" | "sizes" | "families-and-sizes";

/** One model's scores. */
export interface ModelScores {
  readonly method: string;
  /** `[seeds][problems]`, problems on which any run of any model has no value left out. */
  readonly problems: SeedMatrix;
  /** `[seeds][environments]` means over the problems of each environment. */
  readonly environments: SeedMatrix;
  /** `[seeds]` means over all problems: the replicates of a comparison over training seeds. */
  readonly seedMeans: Float64Array;
  /** `[problems]` means over the seeds. */
  readonly problemMeans: Float64Array;
}

/** The scores of all models on the same problems. */
export interface ScoreTable {
  readonly metric: MetricName;
  /** −1 where a lower score is the better one, else 1. */
  readonly sign: 1 | -1;
  readonly environments: readonly string[];
  /** `[environments]` indices of the problems of each. */
  readonly members: readonly (readonly number[])[];
  readonly models: readonly ModelScores[];
  /** Problems left out because some run has no value there (it never converged, say). */
  readonly missing: number;
}

/**
 * Collects one metric of several models.
 * @throws RangeError for fewer than two models, equal names, other problems, or a metric that no problem has for all
 */
export function scoreTable(models: readonly MethodResults[], metric: MetricName, by: Environments): ScoreTable {
  if (models.length < 2) throw new RangeError(`A comparison needs at least two models, not ${models.length}`);
  const names = models.map(({ method }) => method);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`Two models are named ${twice}`);
  models.forEach((model) => checkSameProblems(models[0].seeds[0], model.seeds[0]));
  const matrices = models.map((model) => metricMatrix(model, metric));
  const total = matrices[0][0].length;
  const kept = Array.from({ length: total }, (_, p) => p)
    .filter((p) => matrices.every((rows) => rows.every((row) => !Number.isNaN(row[p]))));
  if (kept.length === 0) throw new RangeError(`No problem has a value of ${metric} for every run of every model`);
  const labels = environmentLabels(models[0], by);
  const environments = [...new Set(kept.map((p) => labels[p]))].sort();
  const members = environments.map((name) => kept.flatMap((p, i) => labels[p] === name ? [i] : []));
  return {
    metric,
    sign: METRICS[metric].better === "lower" ? -1 : 1,
    environments,
    members,
    models: matrices.map((rows, i) => modelScores(names[i], rows, kept, members)),
    missing: total - kept.length,
  };
}

function modelScores(
  method: string,
  rows: SeedMatrix,
  kept: readonly number[],
  members: readonly (readonly number[])[],
): ModelScores {
  const problems = rows.map((row) => Float64Array.from(kept, (p) => row[p]));
  return {
    method,
    problems,
    environments: problems.map((row) => Float64Array.from(members, (own) => meanOf(own.map((i) => row[i])))),
    seedMeans: Float64Array.from(problems, meanOf),
    problemMeans: Float64Array.from(kept, (_, i) => meanOf(problems.map((row) => row[i]))),
  };
}

/** `[problems]`; sizes are padded so that names sort as numbers do. */
function environmentLabels({ seeds: [records] }: MethodResults, by: Environments): string[] {
  const width = String(Math.max(...records.sizes)).length;
  return records.family.map((family, p) => {
    const size = `${String(records.sizes[p]).padStart(width, " ")} variables`;
    if (by === "families") return family;
    return by === "sizes" ? size : `${family}, ${size}`;
  });
}
