/** What a run's numbers say, in words. No sentence here holds a claim that is not computed from them. */

import {
  cellNumber,
  formatEstimate,
  formatInteger,
  formatNumber,
  formatP,
  formatPercent,
  isEstimate,
} from "../format.ts";
import type { Cell, Estimate } from "../html/blocks.ts";
import { normalisedValue, updateOf } from "./panels.ts";
import type { Role } from "../../contest/mod.ts";
import type { ComparisonTable, Difference, MethodRow, MetricRow, TrainingReportData } from "./types.ts";

/** Mean and standard error of the finite values. */
function meanAndError(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const known = values.filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
  return { mean, error: Math.sqrt(variance / known.length) };
}

/** The first and the last tenth of a run's updates (at least one each). */
export function tenths(
  updates: readonly MetricRow[],
): { readonly first: readonly MetricRow[]; readonly last: readonly MetricRow[] } {
  const size = Math.max(1, Math.round(updates.length / 10));
  return { first: updates.slice(0, size), last: updates.slice(-size) };
}

/** The summary as Markdown paragraphs. */
export function summarySentences(data: TrainingReportData): string[] {
  return [
    // The verdict comes first.
    ...(data.comparison === undefined ? [] : comparisonSentences(data.comparison, data.differences ?? [])),
    effortSentence(data.updates),
    learningSentence(data.updates),
    heldOutSentence(data.evaluations ?? []),
    signalSentence(data.updates),
  ].filter((sentence) => sentence !== undefined);
}

function effortSentence(updates: readonly MetricRow[]): string {
  const interventions = updates.reduce((sum, row) => sum + (row.interventions ?? 0), 0);
  const rate = meanAndError(updates.map((row) => row.interventions_per_second ?? NaN)).mean;
  const simulated = interventions > 0 ? ` in which ${formatInteger(interventions)} interventions were simulated` : "";
  const speed = Number.isFinite(rate) ? ` (${formatInteger(rate)} a second on average)` : "";
  return `The run made ${formatInteger(updates.length)} updates${simulated}${speed}.`;
}

function learningSentence(updates: readonly MetricRow[]): string | undefined {
  if (updates.length < 2) return undefined;
  const { first, last } = tenths(updates);
  const before = meanAndError(first.map(normalisedValue));
  const after = meanAndError(last.map(normalisedValue));
  if (!Number.isFinite(before.mean) || !Number.isFinite(after.mean)) return undefined;
  const change = after.mean - before.mean;
  const scatter = 2 * Math.hypot(before.error, after.error);
  const values = `from ${formatNumber(before.mean)} in the first ${counted(first.length)} to ${
    formatNumber(after.mean)
  } in the last`;
  if (!(Math.abs(change) > scatter)) {
    return `In training episodes the mean normalised value went ${values}, a change within its scatter between updates.`;
  }
  return `In training episodes the mean normalised value ${change > 0 ? "rose" : "fell"} ${values}.`;
}

function counted(updates: number): string {
  return updates === 1 ? "update" : `${formatInteger(updates)} updates`;
}

function heldOutSentence(evaluations: readonly MetricRow[]): string | undefined {
  const known = evaluations.filter((row) => Number.isFinite(normalisedValue(row)));
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const at = (row: MetricRow) =>
    `${formatEstimate(evaluationEstimate(row))} at update ${formatInteger(updateOf(row, evaluations.indexOf(row)))}`;
  if (known.length === 1) return `On held-out SCMs the mean normalised value was ${at(first)}.`;
  const best = known.reduce((top, row) => normalisedValue(row) > normalisedValue(top) ? row : top);
  const peak = best === last
    ? "its highest"
    : best === first
    ? `no evaluation was above the first`
    : `with its highest, ${at(best)}`;
  return `On held-out SCMs the mean normalised value was ${at(first)} and ${at(last)}, ${peak}.`;
}

/** An evaluation's normalised value with its interval, where it has one. */
export function evaluationEstimate(row: MetricRow): Estimate {
  const low = row.normalised_value_low ?? row.normalized_value_low;
  const high = row.normalised_value_high ?? row.normalized_value_high;
  return { value: normalisedValue(row), ...(low === undefined || high === undefined ? {} : { low, high }) };
}

/** The best row of a role by the comparison's first metric. */
export function bestOf(comparison: ComparisonTable, roles: readonly MethodRow["role"][]): MethodRow | undefined {
  const column = comparison.columns[0];
  if (column === undefined) return undefined;
  const sign = column.better === "lower" ? -1 : 1;
  const score = (row: MethodRow) => sign * cellNumber(row.values[column.key]);
  return comparison.rows.filter((row) => roles.includes(row.role) && Number.isFinite(score(row)))
    .reduce<MethodRow | undefined>((top, row) => top === undefined || score(row) > score(top) ? row : top, undefined);
}

/** What the first metric shows of the best policy and of its planned comparisons. */
export function comparisonSentences(comparison: ComparisonTable, differences: readonly Difference[]): string[] {
  const column = comparison.columns[0];
  const policy = bestOf(comparison, ["policy"]);
  if (column === undefined || policy === undefined) return [];
  const show = (cell: Cell | undefined) => isEstimate(cell) ? formatEstimate(cell) : formatNumber(cellNumber(cell));
  const quantity = lowerFirst(column.label);
  const where = `On ${formatInteger(comparison.scms)} held-out SCMs${
    comparison.track === undefined ? "" : ` (${comparison.track})`
  }`;
  const baseline = bestOf(comparison, ["baseline"]);
  const reached = `${where} **${policy.method}** reaches a ${quantity} of **${show(policy.values[column.key])}**`;
  if (baseline === undefined) return [`${reached}.`];
  const strongest = `${reached}; the baseline with the best mean, **${baseline.method}**, ${
    show(baseline.values[column.key])
  }.`;
  const planned = differences.filter((row) =>
    row.metric === column.key && row.policy === policy.method && row.judgement !== undefined
  );
  return [[strongest, ...planned.map(differenceSentence)].join(" ")];
}

/** One paired difference in words; of one that was not planned nothing is claimed. */
export function differenceSentence({ policy, baseline, difference, judgement }: Difference): string {
  const numbers = `paired difference ${formatEstimate(difference)}`;
  if (judgement === undefined) return `${policy} less ${baseline}: ${numbers}; this comparison was not planned.`;
  const { verdict, holm, detectable } = judgement;
  const p = `adjusted p ${holm < 0.001 ? "" : "= "}${formatP(holm)}`;
  return verdict === "undecided"
    ? `The data do not decide between ${policy} and ${baseline}: ${numbers}, ${p}; a difference of ${
      formatNumber(detectable)
    } would have been found with a chance of 80 %.`
    : `**${policy} is ${verdict} than ${baseline}**: ${numbers}, ${p}.`;
}

function signalSentence(updates: readonly MetricRow[]): string | undefined {
  const { last } = tenths(updates);
  const mean = (name: string) => meanAndError(last.map((row) => row[name] ?? NaN)).mean;
  const parts = [
    ...shown(mean("frac_reward_zero_std"), (share) => `${formatPercent(share)} of the groups had equal rewards`),
    ...shown(mean("entropy"), (nats) => `the policy's entropy was ${formatNumber(nats)} nats`),
    ...shown(mean("kl"), (nats) => `its KL divergence from the reference ${formatNumber(nats)} nats`),
  ];
  return parts.length === 0 ? undefined : `In the last ${counted(last.length)} ${parts.join(", ")}.`;
}

function shown(value: number, words: (value: number) => string): string[] {
  return Number.isFinite(value) ? [words(value)] : [];
}

/** A method as it is shown: what knows some of the truth, and the untrained policy, are marked. */
export function methodLabel(method: string, role: Role): string {
  const mark =
    { bound: "privileged", privileged: "privileged", untrained: "untrained", policy: "", baseline: "" }[role];
  return mark === "" || method.includes(mark) ? method : `${method} (${mark})`;
}

/** A label inside a sentence: "Mean value" is "mean value", "AUROC" stays. */
export function lowerFirst(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
