/** Cells of the tables of scenarios, and the numbers behind them as plain data. */

import {
  isPrivileged,
  type Played,
  POLICY_NAME,
  type ScenarioVerdict,
  type ScenarioVerdicts,
  verdictSentence,
} from "../../contest/mod.ts";
import { type Estimate, METRICS } from "../../evaluation/mod.ts";
import type { Cell } from "../html/blocks.ts";
import { formatEstimate, formatNumber, formatP } from "../format.ts";

/** An estimate as a table's cell. */
export function cellEstimate({ value, low, high }: Estimate): Cell {
  return Number.isNaN(low) ? value : { value, low, high };
}

/** A method's name with what a reader must know of it. */
export function nameOf(method: Played): string {
  return isPrivileged(method) ? `${method.name} (privileged)` : method.name;
}

/** What is planned and how it is corrected, for the notes above the tables. */
export function planSentence({ plan, overall, each }: ScenarioVerdicts): string {
  const topic = METRICS[plan.metric].label.toLowerCase();
  return `Planned before anything was played: the policy against ${
    quoted(plan.opponents)
  } by ${topic}, over all ${plan.scenarios.length} ` +
    `kinds of problems together (${overall.length} comparisons, corrected together by Holm's method) and on each of them ` +
    `(${each.length} comparisons, corrected together). Training seeds and problems are taken as drawn, every seed on every ` +
    "problem. Nothing is claimed of the other numbers.";
}

/** What the planned comparisons show: for each opponent all kinds of problems together, then each of them. */
export function findingsOf({ plan, overall, each }: ScenarioVerdicts): string[] {
  return plan.opponents.flatMap((opponent) => [
    ...overall.filter((one) => one.opponent === opponent).map(overallSentence),
    verdictSentence(POLICY_NAME, opponent, each.filter((one) => one.opponent === opponent)),
  ]);
}

function overallSentence({ opponent, difference, judgement }: ScenarioVerdict): string {
  const { verdict, holm, detectable } = judgement;
  const numbers = `${formatEstimate(difference)}, adjusted p ${holm < 0.001 ? "" : "= "}${formatP(holm)}`;
  return verdict === "undecided"
    ? `Over all kinds together **${POLICY_NAME}** cannot be told from ${opponent} (difference ${numbers}; one of ${
      formatNumber(detectable)
    } would have been found with a chance of 80 %).`
    : `Over all kinds together **${POLICY_NAME}** is ${verdict} than ${opponent} (difference ${numbers}).`;
}

/** Names as Markdown. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
