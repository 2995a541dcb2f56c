/** The comparison of a run, or of an evaluation, for the terminal. */

import { CLAIM_LEVEL, type PairedDifference, type Played, type PolicyComparison } from "../../contest/mod.ts";
import { medianOf } from "../../evaluation/mod.ts";
import { estimateOf } from "../comparison/figures.ts";
import { methodLabel, structureTable } from "../comparison/tables.ts";
import { formatEstimate, formatNumber, formatP } from "../format.ts";
import type { Estimate, TableBlock } from "../html/blocks.ts";
import { textTable } from "../text_table.ts";

/** What the planned comparisons show, then methods × metrics with 95 % intervals. */
export function comparisonText({ methods, differences, problems, scms }: PolicyComparison): string {
  const policy = methods.find(({ role }) => role === "policy")?.name ?? "";
  const beliefs = structureTable(methods);
  const planned = differences.filter(({ judgements }) => judgements !== null);
  const best = bestUnplanned(methods, differences);
  return [
    `normalised value ${
      scms === problems
        ? `on ${problems} held-out SCMs`
        : `in ${problems} episodes on ${scms} SCM${scms === 1 ? "" : "s"}`
    }, 95 % intervals (± half their width)`,
    textTable(methodsTable(methods)),
    ...(planned.length === 0 ? [] : [
      [
        `planned comparisons (${100 * CLAIM_LEVEL} %, corrected together):`,
        ...planned.map((difference) => plannedLine(policy, difference)),
        ...(best === null ? [] : [`not planned, the best mean here: ${differenceText(policy, best)}`]),
      ].join("\n"),
    ]),
    ...(beliefs === null
      ? []
      : [`beliefs about the target's parents after the last intervention\n\n${textTable(beliefs)}`]),
  ].join("\n\n");
}

function methodsTable(methods: readonly Played[]): TableBlock {
  const share = { digits: 2, align: "right" } as const;
  return {
    kind: "table",
    columns: [
      { key: "method", label: "method" },
      { key: "meanValue", label: "mean value" },
      { key: "firstValue", label: "first 5" },
      { key: "lastValue", label: "last 5" },
      { key: "recommendation", label: "answer" },
      { key: "success", label: "success", ...share },
      { key: "parentRate", label: "parent", ...share },
      { key: "bestVariableRate", label: "best var", ...share },
      { key: "rightSignRate", label: "sign", ...share },
      { key: "rangeUtilisation", label: "range", ...share },
      { key: "outcome", label: "median E[Y|do]", ...share },
      { key: "milliseconds", label: "ms/step", ...share },
    ],
    rows: methods.map((method) => {
      const { summary, secondsPerDecision } = method;
      const whole = (name: "meanValue" | "firstValue" | "lastValue" | "recommendation" | "success") =>
        [name, estimateOf(summary[name])] as const;
      const value = (name: "parentRate" | "bestVariableRate" | "rightSignRate" | "rangeUtilisation") =>
        [name, Number.isFinite(summary[name].value) ? summary[name].value : null] as const;
      return {
        method: methodLabel(method),
        ...Object.fromEntries([
          ...(["meanValue", "firstValue", "lastValue", "recommendation", "success"] as const).map(whole),
          ...(["parentRate", "bestVariableRate", "rightSignRate", "rangeUtilisation"] as const).map(value),
        ]),
        outcome: medianOutcome(method),
        milliseconds: Number.isFinite(secondsPerDecision) ? 1000 * secondsPerDecision : null,
      };
    }),
  };
}

/**
 * The median over problems of the mean expected target over steps and seeds, in the targets' own units. A mean over problems
 * would be that of one SCM whose polynomials grow without bound.
 */
function medianOutcome({ records }: Played): number {
  const [{ problems, horizon }] = records;
  return medianOf(
    Float64Array.from({ length: problems }, (_, p) =>
      records.reduce((sum, { expected }) => {
        for (let t = 0; t < horizon; t++) sum += expected[p * horizon + t];
        return sum;
      }, 0) / (records.length * horizon)),
  );
}

/** The baseline with the best mean, if nothing was planned with it: chosen on these problems, so that nothing is claimed. */
function bestUnplanned(
  methods: readonly Played[],
  differences: readonly PairedDifference[],
): PairedDifference | null {
  const best = methods.find(({ role }) => role === "baseline");
  const found = differences.find(({ opponent }) => opponent === best?.name);
  return found === undefined || found.judgements !== null ? null : found;
}

function plannedLine(policy: string, difference: PairedDifference): string {
  const judgement = difference.judgements?.meanValue;
  const text = differenceText(policy, difference);
  if (judgement === undefined) return text;
  const p = `adjusted p ${judgement.holm < 0.001 ? "" : "= "}${formatP(judgement.holm)}`;
  return judgement.verdict === "undecided"
    ? `${text}; not told apart, ${p} (${
      formatNumber(judgement.detectable, 4)
    } would have been found with a chance of 80 %)`
    : `${text}; ${policy} is ${judgement.verdict}, ${p}`;
}

function differenceText(policy: string, { opponent, difference }: PairedDifference): string {
  const { meanValue, firstValue, lastValue } = difference;
  return `${policy} less ${opponent}: mean ${signed(meanValue)}, first 5 ${signed(firstValue)}, last 5 ${
    signed(lastValue)
  }`;
}

function signed(estimate: Estimate): string {
  const text = formatEstimate(estimate, 4);
  return estimate.value > 0 ? `+${text}` : text;
}
