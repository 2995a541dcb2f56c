/** What has to be said of a training when it ends, whoever watched it: that learning stopped, or that it was lost again. */

import type { Row } from "../runs/mod.ts";

/** A gradient below this teaches nothing: parameters are near 1 and steps near 1e-3. */
const NO_GRADIENT = 1e-9;
/** Updates without a gradient at the end that are worth a word. */
const STREAK = 5;

/**
 * Sentences about a training's metrics, the oldest first; none if nothing is wrong.
 * @param rows as in `metrics.jsonl`
 */
export function closingRemarks(rows: readonly Row[]): readonly string[] {
  return [...stoppedLearning(rows), ...lostAgain(rows)];
}

/** The last updates had no gradient: nothing was learned any more. */
function stoppedLearning(rows: readonly Row[]): string[] {
  const updates = rows.filter((row) => typeof row["grad_norm"] === "number");
  const lastLearned = updates.findLastIndex((row) => Number(row["grad_norm"]) > NO_GRADIENT);
  const streak = updates.slice(lastLearned + 1);
  if (streak.length < STREAK) return [];
  const equal = streak.every((row) => row["frac_reward_zero_std"] === 1);
  const why = equal ? ", because the members of every group earn the same" : "";
  const [from, to] = [streak[0]["update"], streak.at(-1)?.["update"]];
  return [
    `learning stopped at update ${from}: from there to update ${to} the gradient is 0${why}; ` +
    "a smaller optimizer.learning_rate or more entropy keeps a policy from collapsing",
  ];
}

interface Judged {
  readonly update: number;
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A validated quantity with a 95 % interval ends clearly below what it was before. */
function lostAgain(rows: readonly Row[]): string[] {
  const judged = rows.flatMap(intervalsOf);
  const names = [...new Set(judged.map(({ name }) => name))];
  return names.flatMap((name) => {
    const own = judged.filter((one) => one.name === name);
    const [first, last] = [own[0], own[own.length - 1]];
    const best = own.reduce((top, one) => one.value > top.value ? one : top);
    if (last.high >= best.low) return [];
    const worse = last.high < first.low && best !== first ? `, and below the ${show(first)} that it began with` : "";
    return [`${name} ends at ${show(last)}, below the ${show(best)} of update ${best.update}${worse}`];
  });
}

/** Every number of a row that stands beside the ends of its interval, `<name>_low` and `<name>_high`. */
function intervalsOf(row: Row): Judged[] {
  return Object.keys(row).flatMap((name) => {
    const [value, low, high] = [row[name], row[`${name}_low`], row[`${name}_high`]];
    const isJudged = typeof value === "number" && typeof low === "number" && typeof high === "number";
    return isJudged ? [{ update: Number(row["update"]), name, value, low, high }] : [];
  });
}

const show = ({ value, low, high }: Judged) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
