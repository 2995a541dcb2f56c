/** Greedy, Thompson and UCB play on the regression of the target on each variable's set value. */

import type { Observation } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { bestArms, playArms } from "./arms.ts";
import { type LinePosterior, linePosterior, type RegressionPrior } from "./regression.ts";

/** The end of the domain with the best posterior mean. */
export function regressionGreedyPolicy(name: string, prior: RegressionPrior): Policy {
  return regressionUcbPolicy(name, prior, 0);
}

/**
 * The end of the domain with the best posterior mean + c standard deviations (Bayes-UCB in the manner of Srinivas et al.
 * 2010).
 * @param exploration c ≥ 0
 * @throws RangeError if c or the prior is out of range
 */
export function regressionUcbPolicy(name: string, prior: RegressionPrior, exploration: number): Policy {
  checkPrior(name, prior);
  if (!(exploration >= 0)) throw new RangeError(`${name}: cannot explore with c = ${exploration}: it must be ≥ 0`);
  return {
    name,
    act: (observation, streams) =>
      playArms(observation.problems, scores(observation, linePosterior(observation, prior), exploration), streams),
    recommend: (observation) =>
      bestArms(observation.problems, scores(observation, linePosterior(observation, prior), 0)),
  };
}

/**
 * Thompson sampling (Thompson 1933): the best end under lines drawn from the posterior. The probability of an action has no
 * closed form; `logProb` is not a number.
 * @param temperature multiplies the posterior standard deviations; 1 is textbook
 * @throws RangeError if the temperature or the prior is out of range
 */
export function regressionThompsonPolicy(name: string, prior: RegressionPrior, temperature: number): Policy {
  checkPrior(name, prior);
  if (!(temperature > 0)) {
    throw new RangeError(`${name}: cannot sample at temperature ${temperature}: it must be > 0`);
  }
  return {
    name,
    act(observation, streams) {
      const { episodes, width, settable } = observation.problems;
      const lines = linePosterior(observation, prior);
      const draws = new Float64Array(2);
      for (let i = 0; i < episodes * width; i++) {
        if (settable[i] === 0) continue;
        streams[Math.floor(i / width)].fillNormalInto(draws);
        const interceptSd = Math.sqrt(lines.interceptVariance[i]);
        const along = lines.covariance[i] / interceptSd;
        const across = Math.sqrt(Math.max(0, lines.slopeVariance[i] - along * along));
        lines.intercept[i] += temperature * interceptSd * draws[0];
        lines.slope[i] += temperature * (along * draws[0] + across * draws[1]);
      }
      const decision = playArms(observation.problems, scores(observation, lines, 0), streams);
      return { ...decision, logProb: new Float64Array(episodes).fill(NaN) };
    },
    recommend: (observation) =>
      bestArms(observation.problems, scores(observation, linePosterior(observation, prior), 0)),
  };
}

/** Mean + c standard deviations of the gain at each arm, `[episodes, width, 2]`. */
function scores({ problems }: Observation, lines: LinePosterior, c: number): Float64Array {
  const out = new Float64Array(2 * problems.episodes * problems.width);
  for (let i = 0; i < problems.settable.length; i++) {
    if (problems.settable[i] === 0) continue;
    for (let end = 0; end < 2; end++) {
      const x = ((end === 0 ? problems.low[i] : problems.high[i]) - lines.origin[i]) / lines.unit[i];
      out[2 * i + end] = lines.intercept[i] + lines.slope[i] * x;
      if (c === 0) continue;
      const variance = lines.interceptVariance[i] + x * (2 * lines.covariance[i] + x * lines.slopeVariance[i]);
      out[2 * i + end] += c * Math.sqrt(Math.max(0, variance));
    }
  }
  return out;
}

function checkPrior(name: string, { slopeSd, shrinkage, noise }: RegressionPrior): void {
  if (!(slopeSd > 0 && Number.isFinite(slopeSd))) {
    throw new RangeError(`${name}: cannot use prior sd ${slopeSd}: it must be > 0 and finite`);
  }
  if (!(shrinkage >= 0 && Number.isFinite(shrinkage))) {
    throw new RangeError(`${name}: cannot use shrinkage ${shrinkage}: it must be ≥ 0 and finite`);
  }
  if (!(noise > 0 && Number.isFinite(noise))) {
    throw new RangeError(`${name}: cannot use noise multiplier ${noise}: it must be > 0 and finite`);
  }
}
