/**
 * Arms: the two ends of each variable's domain. Arm `2·variable + end` has end 0 = low (−1) and 1 = high (+1); episode e's
 * arms start at `2·width·e`. A higher score is always better, whatever the objective.
 */

import { type Actions, membersOf, type Observation, type PublicProblems } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { Decision } from "../types.ts";

/** The scaled value of an arm's end. */
const END_VALUES = [-1, 1] as const;

/** What the interventions seen so far say about each arm, `[episodes, width, 2]`. */
export interface ArmTotals {
  /** Rows. */
  readonly count: Float64Array;
  /** Σ of the gains: how much better than the starting rows' mean the target was, in their standard deviations. */
  readonly gain: Float64Array;
}

/** Counts every interventional row for the end of the domain that its value is nearest to. O(rows). */
export function armTotals({ problems, statistics, history }: Observation): ArmTotals {
  const { episodes, width } = problems;
  const count = new Float64Array(episodes * width * 2);
  const gain = new Float64Array(episodes * width * 2);
  for (let e = 0; e < episodes; e++) {
    const target = problems.targets[e];
    const centre = statistics.centre[e * width + target];
    const unit = problems.signs[e] / statistics.spread[e * width + target];
    for (let r = 0; r < history.rows; r++) {
      const row = e * history.capacity + r;
      for (const variable of membersOf(history, row, width)) {
        const index = e * width + variable;
        const high = 2 * history.values[row * width + variable] > problems.low[index] + problems.high[index];
        const arm = 2 * index + (high ? 1 : 0);
        count[arm]++;
        gain[arm] += unit * (history.values[row * width + target] - centre);
      }
    }
  }
  return { count, gain };
}

/** Number of variables of episode `e` that may be set. */
export function settableCount({ width, settable }: PublicProblems, e: number): number {
  let count = 0;
  for (let i = e * width; i < (e + 1) * width; i++) count += settable[i];
  return count;
}

/** The `rank`-th variable of episode `e`, counted from 0, that may be set. */
export function settableVariable({ width, settable }: PublicProblems, e: number, rank: number): number {
  let left = rank;
  for (let v = 0; v < width; v++) {
    if (settable[e * width + v] === 1 && left-- === 0) return v;
  }
  throw new RangeError(`Episode ${e} has no settable variable of rank ${rank}`);
}

/** The arm of episode `e` with the greatest score, and how many share it. */
interface Winner {
  readonly arm: number;
  readonly ties: number;
}

/** Ties are broken uniformly by `stream`; without one, by order. */
function bestArm(problems: PublicProblems, e: number, scores: Float64Array, stream: Stream | null): Winner {
  const { width, settable } = problems;
  const base = 2 * width * e;
  let best: number[] = [];
  for (let arm = 0; arm < 2 * width; arm++) {
    if (settable[e * width + (arm >> 1)] === 0) continue;
    const score = scores[base + arm];
    if (Number.isNaN(score)) throw new RangeError(`The score of variable ${arm >> 1} of episode ${e} is not a number`);
    if (best.length === 0 || score > scores[base + best[0]]) best = [arm];
    else if (score === scores[base + best[0]]) best.push(arm);
  }
  if (best.length === 0) throw new RangeError(`Episode ${e} has no variable that may be set`);
  return { arm: best.length === 1 || stream === null ? best[0] : stream.choice(best), ties: best.length };
}

/**
 * The best arm of each episode.
 * @param scores `[episodes, width, 2]`; read where the variable may be set
 * @throws RangeError if a score is not a number, or an episode has no variable that may be set
 */
export function bestArms(problems: PublicProblems, scores: Float64Array): Actions {
  const variable = new Int32Array(problems.episodes);
  const value = new Float64Array(problems.episodes);
  for (let e = 0; e < problems.episodes; e++) {
    const { arm } = bestArm(problems, e, scores, null);
    variable[e] = arm >> 1;
    value[e] = END_VALUES[arm & 1];
  }
  return { variable, value };
}

/** {@linkcode bestArms} with ties broken uniformly; `logProb` is that of the tie-break. */
export function playArms(problems: PublicProblems, scores: Float64Array, streams: readonly Stream[]): Decision {
  return decide(problems, (e) => {
    const { arm, ties } = bestArm(problems, e, scores, streams[e]);
    return { variable: arm >> 1, value: END_VALUES[arm & 1], logProb: -Math.log(ties) };
  });
}

/** A decision from a choice for each episode. */
export function decide(
  problems: PublicProblems,
  choose: (episode: number) => { readonly variable: number; readonly value: number; readonly logProb: number },
): Decision {
  const variable = new Int32Array(problems.episodes);
  const value = new Float64Array(problems.episodes);
  const logProb = new Float64Array(problems.episodes);
  for (let e = 0; e < problems.episodes; e++) {
    const chosen = choose(e);
    variable[e] = chosen.variable;
    value[e] = chosen.value;
    logProb[e] = chosen.logProb;
  }
  return { variable, value, logProb };
}
