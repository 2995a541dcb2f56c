/** The report of a policy's run: its metrics, its comparison and where it comes from. */

import type { PolicyComparison } from "../../contest/mod.ts";
import { type MetricName, METRICS, stepCurve, summariseBy } from "../../evaluation/mod.ts";
import type { Config } from "../../config/mod.ts";
import type { Row } from "../../runs/mod.ts";
import { AUDIT_WINDOW, auditRewards, COMPONENTS } from "../../reward/mod.ts";
import { closingRemarks, POLICY_TRAINING, rewardKnowledge, type RunResults } from "../../training/mod.ts";
import { estimateOf } from "../comparison/figures.ts";
import type { Estimate } from "../html/blocks.ts";
import { trainingReport } from "../training/report.ts";
import type {
  ComparisonTable,
  FamilyRow,
  MetricRow,
  RewardSummary,
  StepCurve,
  TrainingReportData,
} from "../training/types.ts";
import { progressNote, readReportedRun, type ReportedRun } from "./run.ts";

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

/** What `results.json` keeps for the report: the comparison, if there is one. */
type PolicyReportResults = Pick<TrainingReportData, "comparison" | "differences" | "stepCurves" | "families">;

/** What a run keeps of its comparison; null for a run that was not compared. */
export function policyResults(config: Config, comparison: PolicyComparison | null): RunResults {
  if (comparison === null) return { summary: {}, report: {} };
  const means = comparison.methods.map(({ name, summary }) => [name, summary.meanValue.value] as const);
  const report: PolicyReportResults = comparisonData(comparison, trackName(config));
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

const trackName = ({ track }: Config) => typeof track === "string" ? track : track.base;

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
    title: `${config.name}: GRPO on the ${trackName(config)} track`,
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
