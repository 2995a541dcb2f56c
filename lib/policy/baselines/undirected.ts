/** Policies that do not learn where to intervene: uniform values, uniform ends of domains, and every arm in turn. */

import { type Actions, type Observation, scale } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { armTotals, bestArms, decide, settableCount, settableVariable } from "./arms.ts";
import { baseline } from "./entry.ts";

/** A uniformly random variable, set to a uniformly random value of its domain. */
export function randomPolicy(): Policy {
  return {
    name: "random",
    act: ({ problems }, streams) =>
      decide(problems, (e) => {
        const count = settableCount(problems, e);
        const variable = settableVariable(problems, e, streams[e].integer(count));
        return { variable, value: streams[e].uniformIn(-1, 1), logProb: -Math.log(2 * count) };
      }),
    recommend: bestSeen,
  };
}

/** A uniformly random variable, set to a uniformly random end of its domain. */
export function randomEndpointPolicy(): Policy {
  return {
    name: "random-endpoint",
    act: ({ problems }, streams) =>
      decide(problems, (e) => {
        const count = settableCount(problems, e);
        const variable = settableVariable(problems, e, streams[e].integer(count));
        return { variable, value: streams[e].sign(), logProb: -Math.log(2 * count) };
      }),
    recommend: bestMeanArm,
  };
}

/** Every variable in label order, low ends first, then high ends, then from the start. */
export function roundRobinPolicy(): Policy {
  return {
    name: "round-robin",
    act: ({ problems, step }) =>
      decide(problems, (e) => {
        const count = settableCount(problems, e);
        const turn = step % (2 * count);
        const variable = settableVariable(problems, e, turn % count);
        return { variable, value: turn < count ? -1 : 1, logProb: 0 };
      }),
    recommend: bestMeanArm,
  };
}

/** The arm with the best mean outcome so far; arms never tried count as doing nothing. */
export function bestMeanArm(observation: Observation): Actions {
  const { count, gain } = armTotals(observation);
  return bestArms(observation.problems, gain.map((sum, arm) => count[arm] > 0 ? sum / count[arm] : 0));
}

/** The intervention with the best single outcome so far; the first variable's low end before any. */
function bestSeen({ problems, statistics }: Observation): Actions {
  const { episodes, width, settable } = problems;
  const variable = new Int32Array(episodes);
  const value = new Float64Array(episodes).fill(-1);
  for (let e = 0; e < episodes; e++) {
    variable[e] = settableVariable(problems, e, 0);
    let best = -Infinity;
    for (let v = 0; v < width; v++) {
      const index = e * width + v;
      if (settable[index] === 0 || !(statistics.bestOutcome[index] > best)) continue;
      best = statistics.bestOutcome[index];
      variable[e] = v;
      value[e] = scale(statistics.bestValue[index], problems.low[index], problems.high[index]);
    }
  }
  return { variable, value };
}

export const UNDIRECTED = [
  baseline({ name: "random", describe: "Random variable, random value", create: randomPolicy }),
  baseline({
    name: "random-endpoint",
    describe: "Random variable, random end of its domain",
    create: randomEndpointPolicy,
  }),
  baseline({ name: "round-robin", describe: "Every end of every domain in turn", create: roundRobinPolicy }),
];
