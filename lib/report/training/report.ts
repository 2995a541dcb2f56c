/** The report of a training run. */

import { htmlReport } from "../html/page.ts";
import type { Section } from "../html/blocks.ts";
import type { ComparedData } from "./compared.ts";
import { comparisonSection, differencesSection, familiesSection } from "./comparison.ts";
import { diagnosticsSection, episodeSection, learningSection } from "./curves.ts";
import { evaluationsIn } from "./panels.ts";
import { rewardsSection } from "./rewards.ts";
import { summarySection } from "./summary.ts";
import type { TrainingReportData } from "./types.ts";

/**
 * A training run as one self-contained HTML file: what was reached, learning curves, rewards and their audit, held-out comparison with paired
 * differences, curves along the episode, results per family, every logged metric, and where it comes from. Every claim in
 * it is computed from `data`.
 * @throws RangeError if a step curve's mean, low and high differ in length, or a difference names an unknown metric
 */
export async function trainingReport(given: TrainingReportData): Promise<string> {
  const data = given.evaluations === undefined ? { ...given, evaluations: evaluationsIn(given.updates) } : given;
  check(data);
  return await htmlReport({
    title: data.title,
    ...(data.subtitle === undefined ? {} : { subtitle: data.subtitle }),
    sections: [
      summarySection(data),
      learningSection(data),
      ...(data.rewards === undefined ? [] : [rewardsSection(data.rewards, data.updates)]),
      ...comparedSections(data),
      diagnosticsSection(data),
    ].filter((section) => section.blocks.length > 0),
    provenance: data.provenance,
  });
}

/** The held-out comparison with paired differences, curves along the episode, and results per family; of what there is. */
export function comparedSections(
  { comparison, differences, stepCurves, families }: Partial<ComparedData>,
): readonly Section[] {
  return [
    ...(comparison === undefined ? [] : [comparisonSection(comparison)]),
    ...(comparison === undefined || differences === undefined || differences.length === 0
      ? []
      : [differencesSection(differences, comparison)]),
    ...(stepCurves === undefined || stepCurves.length === 0 ? [] : [episodeSection(stepCurves)]),
    ...(comparison === undefined || families === undefined || families.length === 0
      ? []
      : [familiesSection(families, comparison)]),
  ];
}

function check(data: TrainingReportData): void {
  if (data.comparison === undefined && ((data.differences?.length ?? 0) > 0 || (data.families?.length ?? 0) > 0)) {
    throw new RangeError("differences and families need the comparison that their metric belongs to");
  }
  for (const { metric, baseline } of data.differences ?? []) {
    const known = data.comparison?.columns.map((column) => column.key) ?? [];
    if (!known.includes(metric)) {
      throw new RangeError(
        `the difference to ${baseline} names the metric ${metric}; the comparison has ${known.join(", ")}`,
      );
    }
  }
  for (const curve of (data.stepCurves ?? []).flatMap((group) => group.curves)) {
    const { mean, low, high, method } = curve;
    if (low.length !== mean.length || high.length !== mean.length) {
      throw new RangeError(
        `the curve of ${method} has ${mean.length} means, ${low.length} lower and ${high.length} upper bounds`,
      );
    }
  }
}
