/** Play on what a surrogate believes about total effects: greedy, UCB and Thompson sampling over the ends of the domains. */

import type { Observation } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { bestArms, playArms } from "./arms.ts";
import { baseline, type BelievingBaseline } from "./entry.ts";

/** Total effects, `[episodes, width]`. */
interface Effects {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly offset?: Float64Array;
  readonly draw?: Float64Array;
}

/**
 * The end of the domain with the best expected outcome + c standard deviations of it (Bayes-UCB in the manner of Srinivas et
 * al. 2010); c = 0 is greedy.
 * @param exploration c ≥ 0
 * @throws RangeError if c is out of range; the policy refuses observations without beliefs about effects
 */
export function believedUcbPolicy(name: string, exploration: number): Policy {
  if (!(exploration >= 0)) throw new RangeError(`${name}: cannot explore with c = ${exploration}: it must be ≥ 0`);
  const scores = (observation: Observation, c: number) => {
    const effects = effectsOf(name, observation);
    return gains(observation, effects, effects.mean, c);
  };
  return {
    name,
    act: (observation, streams) => playArms(observation.problems, scores(observation, exploration), streams),
    recommend: (observation) => bestArms(observation.problems, scores(observation, 0)),
  };
}

/**
 * Thompson sampling (Thompson 1933): the best end under one joint draw of all effects. The probability of an action has no
 * closed form; `logProb` is not a number. It refuses observations whose beliefs contain no draw.
 */
export function believedThompsonPolicy(name: string): Policy {
  return {
    name,
    act(observation, streams) {
      const effects = effectsOf(name, observation);
      if (effects.draw === undefined) throw new RangeError(`${name}: the surrogate makes no draws from its posterior`);
      const decision = playArms(observation.problems, gains(observation, effects, effects.draw, 0), streams);
      return { ...decision, logProb: new Float64Array(observation.problems.episodes).fill(NaN) };
    },
    recommend(observation) {
      const effects = effectsOf(name, observation);
      return bestArms(observation.problems, gains(observation, effects, effects.mean, 0));
    },
  };
}

function effectsOf(name: string, { beliefs }: Observation): Effects {
  if (beliefs?.effect === undefined) {
    throw new RangeError(
      `${name}: plays on beliefs about total effects, and nothing has any: evaluate it with a surrogate`,
    );
  }
  return beliefs.effect;
}

/** Expected gain in the target at each arm + c standard deviations, `[episodes, width, 2]`; target units. */
function gains(
  { problems, statistics }: Observation,
  { sd, offset }: Effects,
  slope: Float64Array,
  c: number,
): Float64Array {
  const { episodes, width, settable, low, high, signs } = problems;
  const out = new Float64Array(2 * episodes * width);
  for (let i = 0; i < episodes * width; i++) {
    if (settable[i] === 0) continue;
    for (let end = 0; end < 2; end++) {
      const step = (end === 0 ? low[i] : high[i]) - statistics.centre[i];
      const gain = signs[Math.floor(i / width)] * (slope[i] * step - (offset?.[i] ?? 0));
      out[2 * i + end] = gain + c * sd[i] * Math.abs(step);
    }
  }
  return out;
}

/** Play on the exact posterior over DAGs. Its c was best on validation problems of the linear track. */
export const BELIEVERS: readonly BelievingBaseline[] = [
  {
    ...baseline({
      name: "exact-greedy",
      describe: "Exact posterior over DAGs: best posterior mean",
      create: () => believedUcbPolicy("exact-greedy", 0),
    }),
    draws: false,
  },
  {
    ...baseline({
      name: "exact-ucb",
      describe: "Exact posterior over DAGs: best posterior mean + c standard deviations",
      tunables: { c: [0.6, 0.3, 1] },
      create: ({ c }) => believedUcbPolicy("exact-ucb", c),
    }),
    draws: false,
  },
  {
    ...baseline({
      name: "exact-thompson",
      describe: "Exact posterior over DAGs: Thompson sampling",
      create: () => believedThompsonPolicy("exact-thompson"),
    }),
    draws: true,
  },
];
