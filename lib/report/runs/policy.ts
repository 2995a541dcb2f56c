/** The report of a policy's run: its metrics, its comparison and where it comes from. */

import type { PolicyComparison } from "../../contest/mod.ts";
import type { Config } from "../../config/mod.ts";
import type { Row } from "../../runs/mod.ts";
import { AUDIT_WINDOW, auditRewards, COMPONENTS } from "../../reward/mod.ts";
import { closingRemarks, POLICY_TRAINING, rewardKnowledge, type RunResults, trackTitle } from "../../training/mod.ts";
import { type ComparedData, comparedData } from "../training/compared.ts";
import { trainingReport } from "../training/report.ts";
import type { MetricRow, RewardSummary, TrainingReportData } from "../training/types.ts";
import { progressNote, readReportedRun, type ReportedRun } from "./run.ts";

/** What `results.json` keeps for the report: the comparison, if there is one. */
type PolicyReportResults = Partial<ComparedData>;

/** What a run keeps of its comparison; null for a run that was not compared. */
export function policyResults(config: Config, comparison: PolicyComparison | null): RunResults {
  if (comparison === null) return { summary: {}, report: {} };
  const means = comparison.methods.map(({ name, summary }) => [name, summary.meanValue.value] as const);
  const report: PolicyReportResults = comparedData(comparison, trackTitle(config));
  return {
    summary: { comparison: Object.fromEntries(means) },
    report: packed(report),
  };
}

/** Plain data as JSON has it; numbers that JSON has no words for are kept as text. */
function packed(value: unknown): Row {
  const pack = (_: string, item: unknown) =>
    typeof item === "number" && !Number.isFinite(item) ? { not_finite: String(item) } : item;
  return JSON.parse(JSON.stringify(value, pack)) as Row;
}

/** The inverse of {@linkcode packed}. */
function unpacked(row: Row): unknown {
  const unpack = (_: string, item: unknown) =>
    typeof item === "object" && item !== null && "not_finite" in item ? Number(item.not_finite) : item;
  return JSON.parse(JSON.stringify(row), unpack);
}

/** The report as HTML. */
export async function policyRunReport(folder: string): Promise<string> {
  return await trainingReport(reportData(readReportedRun(folder, POLICY_TRAINING)));
}

function reportData(run: ReportedRun<Config>): TrainingReportData {
  const { config, rows, updates, provenance } = run;
  const evaluations = rows.filter((row) => row["validation/normalised_value"] !== undefined).map((row) => ({
    update: row.update,
    normalised_value: row["validation/normalised_value"],
    normalised_value_low: row["validation/normalised_value_low"],
    normalised_value_high: row["validation/normalised_value_high"],
  }));
  const warnings = closingRemarks(rows).map((remark) => `${remark}.`);
  return {
    title: `${config.name}: GRPO on the ${trackTitle(config)} track`,
    subtitle: `seed ${config.seed}, ${config.grpo.group} groups of ${config.grpo.group_size}, ` +
      `${updates} updates${progressNote(run)}`,
    updates: rows.filter((row) => row.update > 0),
    evaluations,
    rewards: rewardSummary(config, rows),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(run.results === null ? {} : unpacked(run.results["report"] as Row) as PolicyReportResults),
    provenance,
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
