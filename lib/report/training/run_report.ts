/** The report of a run in its folder: its metrics, its comparison and where it comes from. */

import { join } from "node:path";
import { type MetricName, METRICS, stepCurve, summariseBy } from "../../evaluation/mod.ts";
import { type Config, loadConfig } from "../../config/mod.ts";
import { type Environment, readJsonLines, RUN_FILES, writeFileAtomic } from "../../runs/mod.ts";
import type { PolicyComparison } from "../../contest/mod.ts";
import { rewardKnowledge } from "../../training/mod.ts";
import { AUDIT_WINDOW, auditRewards, COMPONENTS } from "../../reward/mod.ts";
import { estimateOf } from "../comparison/figures.ts";
import type { Estimate } from "../html/blocks.ts";
import { environmentProvenance } from "../provenance.ts";
import { trainingReport } from "./report.ts";
import type { ComparisonTable, FamilyRow, MetricRow, RewardSummary, StepCurve, TrainingReportData } from "./types.ts";

/** Columns of the comparison, the headline first. */
const COLUMNS: readonly MetricName[] = [
  "meanValue",
  "firstValue",
  "lastValue",
  "recommendation",
  "cumulativeRegret",
  "bestSoFarArea",
  "success",
  "parentRate",
  "bestVariableRate",
  "rightSignRate",
  "rangeUtilisation",
  "improvement",
];
/** Metrics whose paired differences are tested. */
const DIFFERENCES: readonly MetricName[] = ["meanValue", "firstValue", "lastValue", "recommendation"];
/** Baselines drawn along the episode, besides the policies and oracles: the best ones. */
const DRAWN_BASELINES = 5;

/**
 * Writes `report.html` into a run folder.
 * @param comparison null for a run that was not compared
 * @param command what repeats the run
 * @returns the report's path
 */
export async function writeRunReport(
  folder: string,
  comparison: PolicyComparison | null,
  command: string,
): Promise<string> {
  const config = loadConfig(join(folder, RUN_FILES.config));
  const environment = JSON.parse(Deno.readTextFileSync(join(folder, RUN_FILES.environment))) as Environment;
  const rows = readJsonLines(join(folder, RUN_FILES.metrics)).rows as readonly MetricRow[];
  const path = join(folder, RUN_FILES.report);
  writeFileAtomic(path, await trainingReport(reportData(config, environment, rows, comparison, command)));
  return path;
}

function reportData(
  config: Config,
  environment: Environment,
  rows: readonly MetricRow[],
  comparison: PolicyComparison | null,
  command: string,
): TrainingReportData {
  const track = typeof config.track === "string" ? config.track : config.track.base;
  const evaluations = rows.filter((row) => row["validation/normalised_value"] !== undefined).map((row) => ({
    update: row.update,
    normalised_value: row["validation/normalised_value"],
    normalised_value_low: row["validation/normalised_value_low"],
    normalised_value_high: row["validation/normalised_value_high"],
  }));
  return {
    title: `${config.name}: GRPO on the ${track} track`,
    subtitle:
      `seed ${config.seed}, ${config.grpo.group} groups of ${config.grpo.group_size}, ${config.grpo.updates} updates`,
    updates: rows.filter((row) => row.update > 0),
    evaluations,
    rewards: rewardSummary(config, rows),
    ...(comparison === null ? {} : comparisonData(comparison, track)),
    provenance: {
      command,
      seed: config.seed,
      config,
      ...environmentProvenance(environment),
    },
  };
}

function rewardSummary(config: Config, rows: readonly MetricRow[]): RewardSummary {
  const { reward } = config;
  const knowledge = rewardKnowledge(config);
  return {
    components: COMPONENTS.map(({ name }) => ({ name, weight: reward.weights[name], knows: knowledge[name] ?? null })),
    findings: auditRewards(rows, reward.weights),
    window: AUDIT_WINDOW,
  };
}

function comparisonData(
  comparison: PolicyComparison,
  track: string,
): Pick<TrainingReportData, "comparison" | "differences" | "stepCurves" | "families"> {
  const { methods, differences, problems } = comparison;
  const table: ComparisonTable = {
    columns: COLUMNS.map((key) => {
      const { label, better, share } = METRICS[key];
      return {
        key,
        label,
        ...(better === null ? {} : { better }),
        ...(share ? { format: "percent" as const } : {}),
      };
    }),
    rows: methods.map(({ name, summary, role }) => ({
      method: name,
      role,
      values: Object.fromEntries(COLUMNS.map((key) => [key, estimateOf(summary[key])])),
    })),
    scms: problems,
    track,
  };
  const policy = methods.find(({ role }) => role === "policy");
  const baselines = methods.filter(({ role }) => role === "baseline").slice(0, DRAWN_BASELINES);
  const drawn = methods.filter((method) => method.role !== "baseline" || baselines.includes(method));
  return {
    comparison: table,
    differences: policy === undefined
      ? []
      : differences.flatMap(({ opponent, difference, judgements }) =>
        DIFFERENCES.map((metric) => {
          const judgement = judgements?.[metric];
          return {
            policy: policy.name,
            baseline: opponent,
            metric,
            difference: estimateOf(difference[metric]) as Estimate,
            ...(judgement === undefined ? {} : { judgement }),
          };
        })
      ),
    stepCurves: [{
      quantity: "normalised value",
      kind: "normalisedValue",
      curves: drawn.map(({ name, results, role }): StepCurve => {
        const { value, low, high } = stepCurve(results, "value");
        return { method: name, role, mean: value, low, high };
      }),
    }],
    families: familyRows(drawn),
  };
}

function familyRows(methods: PolicyComparison["methods"]): FamilyRow[] {
  const rows = new Map<string, { scms: number; values: Record<string, Estimate> }>();
  for (const { results } of methods) {
    for (const { group, problems, summary } of summariseBy(results, "family")) {
      const row = rows.get(group) ?? { scms: problems, values: {} };
      const estimate = estimateOf(summary.meanValue);
      if (estimate !== null) row.values[results.method] = estimate;
      rows.set(group, row);
    }
  }
  return [...rows].map(([family, row]) => ({ family, ...row }));
}
