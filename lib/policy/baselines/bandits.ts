/** Multi-armed bandits over the ends of the domains, which share nothing between arms. */

import type { Observation } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { armTotals, decide, playArms, settableCount, settableVariable } from "./arms.ts";
import { baseline } from "./entry.ts";
import { bestMeanArm } from "./undirected.ts";

/**
 * ε-greedy (Sutton & Barto 2018, section 2.2).
 * @param epsilon probability of a uniformly random arm, in [0, 1]
 * @param optimistic arms never tried count as the best of all rather than as doing nothing
 * @throws RangeError if ε is outside [0, 1]
 */
export function epsilonGreedyPolicy(epsilon: number, optimistic: boolean): Policy {
  if (!(epsilon >= 0 && epsilon <= 1)) throw new RangeError(`Cannot explore with ε = ${epsilon}: it must be in [0, 1]`);
  return {
    name: "epsilon-greedy",
    act(observation, streams) {
      const { problems } = observation;
      const scores = meanScores(observation, optimistic ? Infinity : 0);
      const greedy = playArms(problems, scores, streams);
      return decide(problems, (e) => {
        const arms = 2 * settableCount(problems, e);
        let variable = greedy.variable[e];
        let value = greedy.value[e];
        if (epsilon > 0 && streams[e].uniform() < epsilon) {
          variable = settableVariable(problems, e, streams[e].integer(arms / 2));
          value = streams[e].sign();
        }
        const score = (v: number, end: number) => scores[2 * (e * problems.width + v) + (end > 0 ? 1 : 0)];
        const best = score(variable, value) === score(greedy.variable[e], greedy.value[e]);
        const tieBreak = best ? Math.exp(greedy.logProb[e]) : 0;
        return { variable, value, logProb: Math.log(epsilon / arms + (1 - epsilon) * tieBreak) };
      });
    },
    recommend: bestMeanArm,
  };
}

/**
 * UCB1 (Auer, Cesa-Bianchi & Fischer 2002): mean + c·√(2 ln t / n), every arm once before any twice, in random order.
 * Outcomes are counted in standard deviations of the target.
 * @param exploration c ≥ 0; 1 is the paper's index for outcomes in [0, 1]
 * @throws RangeError if c is negative
 */
export function ucb1Policy(exploration: number): Policy {
  if (!(exploration >= 0)) throw new RangeError(`Cannot explore with c = ${exploration}: it must be ≥ 0`);
  return {
    name: "ucb1",
    act(observation, streams) {
      const { problems } = observation;
      const { count, gain } = armTotals(observation);
      const perEpisode = 2 * problems.width;
      const scores = gain.map((sum, arm) => count[arm] > 0 ? sum / count[arm] : Infinity);
      for (let e = 0; e < problems.episodes; e++) {
        let total = 0;
        for (let arm = perEpisode * e; arm < perEpisode * (e + 1); arm++) total += count[arm];
        for (let arm = perEpisode * e; arm < perEpisode * (e + 1); arm++) {
          if (count[arm] > 0) scores[arm] += exploration * Math.sqrt(2 * Math.log(total) / count[arm]);
        }
      }
      return playArms(problems, scores, streams);
    },
    recommend: bestMeanArm,
  };
}

function meanScores(observation: Observation, untried: number): Float64Array {
  const { count, gain } = armTotals(observation);
  return gain.map((sum, arm) => count[arm] > 0 ? sum / count[arm] : untried);
}

export const BANDITS = [
  baseline({
    name: "epsilon-greedy",
    describe: "ε-greedy on the means of the arms (the ends of the domains)",
    tunables: { epsilon: [0.1, 0, 0.05, 0.2], optimistic: [0, 1] },
    create: ({ epsilon, optimistic }) => epsilonGreedyPolicy(epsilon, optimistic !== 0),
  }),
  baseline({
    name: "ucb1",
    describe: "UCB1 on the means of the arms (the ends of the domains)",
    tunables: { c: [1, 0, 0.1, 0.3, 2] },
    create: ({ c }) => ucb1Policy(c),
  }),
];
