/** A session's answer for the terminal. */

import type { Advice, EstimatedMean, Suggestion } from "../../advisor/mod.ts";
import { formatTable } from "../text_table.ts";

/** Four significant digits, as people read them. */
export function short(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e6 || magnitude < 1e-4)) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

const interval = ({ value, low, high }: EstimatedMean) => `${short(value)} [${short(low)}, ${short(high)}]`;

/** Suggestions, parents, effects and what is most uncertain, with the units of the problem. */
export function adviceText(advice: Advice): string {
  const { target, rows, interventions, observed, suggestions, parents, effects, spending } = advice;
  const unit = target.unit === undefined ? "" : ` ${target.unit}`;
  const withUnit = (value: number, of: string | undefined) => of === undefined ? short(value) : `${short(value)} ${of}`;
  const made = `${rows.observational} rows without and ${rows.interventional} with an intervention; ` +
    `${interventions.made} interventions made, ${interventions.left} left`;
  const ruled = ruleColumns(advice);
  const lines = [
    `${advice.problem}: ${target.objective} ${target.name}${target.unit === undefined ? "" : ` (${target.unit})`}`,
    made,
    `${target.name} when nothing is set: ${interval(observed)}${unit}`,
    ...spending === undefined
      ? []
      : [`cost: ${short(spending.spent)} of ${short(spending.budget)} are spent or planned`],
    ...advice.cautions.map((caution) => `Caution: ${caution}`),
    "",
    ...advice.final ? ["The budget is used up.", ...settleFor(advice), ""] : [],
    advice.final
      ? "What the policy would set next, what it prefers first"
      : "Set next, what the policy prefers first (how often it would choose it: no confidence)",
    formatTable(
      [
        { heading: "variable" },
        { heading: "value", align: "right" },
        { heading: "preference", digits: 3 },
        ...ruled.map(({ heading }) => ({ heading, align: "right" as const })),
        { heading: `expected ${target.name}${unit === "" ? "" : `,${unit}`} (95 % interval of the mean)` },
      ],
      suggestions.map((suggestion) => {
        const { variable, value, unit: own, probability, expected, settings } = suggestion;
        return [
          settings?.map((each) => each.variable).join(" + ") ?? variable,
          settings?.map((each) => withUnit(each.value, each.unit)).join(" + ") ?? withUnit(value, own),
          probability,
          ...ruled.map(({ of }) => of(suggestion)),
          interval(expected),
        ];
      }),
    ),
    ...suggestions.slice(0, 1).map(({ reason, refused }) =>
      refused === undefined ? `(${reason})` : `(refused: ${refused})`
    ),
    "",
    ...advice.final ? [] : [...settleFor(advice), ""],
    `Direct causes of ${target.name} (${advice.parentsBy})${
      advice.parentsCaution === null ? "" : `; ${advice.parentsCaution}`
    }`,
    formatTable(
      [{ heading: "variable" }, { heading: "probability", digits: 3 }],
      parents.map(({ variable, probability }) => [variable, probability]),
    ),
    "",
    `Effect on ${target.name} of setting a variable, from the low to the high end of its domain, by a straight line`,
    formatTable(
      [{ heading: "variable" }, { heading: "change", align: "right" }, { heading: "sd", align: "right" }, {
        heading: "",
      }],
      effects.map(({ variable, overDomain, bent }) => [
        variable,
        short(overDomain.value),
        short(overDomain.sd),
        bent ? "it bends: a line is not its shape" : "",
      ]),
    ),
    "",
    `Most uncertain: the effect of ${advice.mostUncertain} on ${target.name} (sd ${
      short(effects[0].overDomain.sd)
    }${unit})`,
  ];
  return lines.join("\n");
}

/** Columns of what rules say of suggestions, where there are any. */
function ruleColumns({ suggestions }: Advice) {
  const limited = suggestions.flatMap(({ limits = [] }) => limits.map(({ variable }) => variable));
  const chance = (suggestion: Suggestion, name: string) =>
    suggestion.limits?.find(({ variable }) => variable === name)?.chance;
  return [
    ...[...new Set(limited)].map((name) => ({
      heading: `keeps ${name}`,
      of: (suggestion: Suggestion) => chance(suggestion, name)?.toFixed(2) ?? "",
    })),
    ...suggestions.some(({ cost }) => cost !== undefined)
      ? [{ heading: "cost", of: ({ cost }: Suggestion) => cost === undefined ? "" : short(cost) }]
      : [],
  ];
}

/** What to settle for, and why. */
function settleFor({ recommendation, target, final, gain, stopping }: Advice): string[] {
  const more = target.objective === "maximize" ? "more" : "less";
  const { expected, reason, settings = [recommendation] } = recommendation;
  const text = ({ variable, value, unit }: typeof settings[number]) =>
    `${variable} = ${short(value ?? 0)}${unit === undefined ? "" : ` ${unit}`}`;
  const what = recommendation.variable === null ? "to set nothing" : settings.map(text).join("; ");
  return [
    `${final ? "Recommended" : "To settle for now"}: ${what}, with ${target.name} ${interval(expected)}`,
    ...reason === null ? [] : [`(${reason})`],
    ...recommendation.variable === null ? [] : [`That is ${interval(gain)} ${more} than when nothing is set.`],
    ...stopping === undefined ? [] : [
      `That no setting is better by ${short(stopping.worth)} has a probability of ${
        stopping.probability.toFixed(2)
      }: ` +
      (stopping.advised ? "stop here." : "it is worth to go on."),
    ],
  ];
}
