/** What a study shows, in sentences that are computed from its numbers. */

import type { ArmDifference, ArmSummary, Interval, StudyMetric, StudySummary } from "./summary.ts";

/** Sentences about final F1 and its causes, the answer first. */
export function findings(study: StudySummary): string[] {
  const random = study.arms.find(({ name }) => name === "random + active");
  const grpo = study.arms.find(({ name }) => name === "GRPO + active");
  const rises = riseSentences(study.arms.filter(({ privileged }) => !privileged));
  const missing = study.missing.map(({ name, reason }) => `${name} was not run: ${reason}.`);
  if (random === undefined || grpo === undefined) return [...rises, ...missing];
  const difference = (metric: StudyMetric) =>
    study.differences.find((row) => row.first === grpo.name && row.metric === metric);
  return [
    ...answers(difference("finalF1"), study, random, grpo),
    ...speedSentences(difference("stepsToFound"), random, grpo),
    ...valueSentences(difference("improvement")),
    ...rises,
    ...sameInterventions(study, grpo),
    ...missing,
  ];
}

/** Whether GRPO + active has the higher final F1, and why. */
function answers(
  row: ArmDifference | undefined,
  study: StudySummary,
  random: ArmSummary,
  grpo: ArmSummary,
): string[] {
  if (row === undefined) return [];
  const test = `${signed(row.difference)}, adjusted p ${formatP(row.pAdjusted)}, ${study.instances} paired instances`;
  const decided = row.verdict !== "undecided";
  const answer = decided
    ? row.difference.value > 0
      ? `GRPO + active reaches a higher final F1 than random + active (${test}).`
      : `GRPO + active does not reach a higher final F1 than random + active: it is lower (${test}).`
    : row.difference.low === 0 && row.difference.high === 0
    ? `GRPO + active does not reach a higher final F1 than random + active: both end at ${show(grpo.metrics.finalF1)}.`
    : `It is not decided whether GRPO + active reaches a higher final F1 than random + active (${test}); a difference of ${
      row.detectable.toFixed(3)
    } would have been found with a chance of 80 %.`;
  const spread = `GRPO set ${percent(grpo.metrics.coverage.value)} of the variables at least once and put ` +
    `${percent(grpo.metrics.concentration.value)} of its interventions on the one it set most; random set ` +
    `${percent(random.metrics.coverage.value)} and put ${percent(random.metrics.concentration.value)} there.`;
  const ceiling = random.metrics.finalF1.high >= 0.98
    ? [`Random + active is at the ceiling already: its final F1 is ${show(random.metrics.finalF1)}.`]
    : [];
  const narrower = grpo.metrics.concentration.low > random.metrics.concentration.high;
  const cause = !decided || row.difference.value > 0 ? [] : narrower
    ? [
      "A policy rewarded for the target returns to the variable that moves it, and rows that repeat one intervention " +
      "tell little about the others.",
    ]
    : [];
  return [answer, spread, ...ceiling, ...cause];
}

/** Sample efficiency: interventions until the parents are found and stay found. */
function speedSentences(row: ArmDifference | undefined, random: ArmSummary, grpo: ArmSummary): string[] {
  if (row === undefined) return [];
  const decided = { better: "fewer", worse: "more" }[row.verdict as string] ?? "no decidedly different number of";
  return [
    `It needs ${decided} interventions until F1 stays at 0.9 or above (${grpo.metrics.stepsToFound.value.toFixed(1)} ` +
    `against ${random.metrics.stepsToFound.value.toFixed(1)}: ${signed(row.difference)}, adjusted p ` +
    `${formatP(row.pAdjusted)}).`,
  ];
}

function valueSentences(row: ArmDifference | undefined): string[] {
  if (row === undefined) return [];
  const which = { better: "more", worse: "less" }[row.verdict as string] ?? "no decidedly different amount";
  return [
    `It improves the target by ${which === "no decidedly different amount" ? which : `${which} than random does`} (${
      signed(row.difference)
    }, adjusted p ${formatP(row.pAdjusted)}).`,
  ];
}

/** How the common reader's F1 goes with the rows of each arm; arms with the same numbers share a sentence. */
function riseSentences(arms: readonly ArmSummary[]): string[] {
  return [...Map.groupBy(arms, riseWords)].map(([words, members]) =>
    `With the rows of ${members.map(({ name }) => name).join(", ")}, the active surrogate's F1 ${words}.`
  );
}

function riseWords({ curves, rise }: ArmSummary): string {
  const from = show(curves.judgedF1[0]);
  const to = show(curves.judgedF1[curves.judgedF1.length - 1]);
  const verb = rise.low > 0 ? "rises" : rise.high < 0 ? "falls" : "does not change decidedly";
  return `${verb}: ${from} before the first intervention, ${to} after the last (${signed(rise)})`;
}

/** A policy whose interventions do not depend on the beliefs has equal judged curves in every arm. */
function sameInterventions(study: StudySummary, grpo: ArmSummary): string[] {
  const others = study.arms.filter(({ policy, name }) => policy === grpo.policy && name !== grpo.name);
  const same = others.length > 0 &&
    others.every(({ curves }) =>
      curves.judgedF1.every(({ value }, t) => value === grpo.curves.judgedF1[t].value) &&
      curves.value.every(({ value }, t) => value === grpo.curves.value[t].value)
    );
  return same
    ? [
      "The policy does not read beliefs: its interventions are the same with every surrogate, which differ in what " +
      "they make of the rows.",
    ]
    : [];
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const show = ({ value, low, high }: Interval): string => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
const number = (x: number): string => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(3)}`;
const signed = ({ value, low, high }: Interval): string => `${number(value)} [${number(low)}, ${number(high)}]`;
const formatP = (p: number): string => p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`;
