/** Greedy, Thompson and UCB play on the regression of the target on each variable's set value. */

import type { Observation } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { bestArms, playArms } from "./arms.ts";
import { type Baseline, baseline, type ParameterPoint } from "./entry.ts";
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

/** The prior of a regression baseline from its parameters. */
function prior(observational: boolean, { slopeSd, shrinkage, noise }: ParameterPoint): RegressionPrior {
  return { observational, slopeSd, shrinkage: observational ? shrinkage : 0, noise };
}

/** Greedy, Thompson and UCB play on one kind of regression. */
function regressionBaselines(observational: boolean): readonly Baseline[] {
  const stem = observational ? "blr-obs" : "blr";
  const model = `Bayesian regression for each variable, ${observational ? "with" : "without"} the observational prior`;
  const shared = {
    slopeSd: [0.5, 0.25, 1, 1.5, 2],
    noise: [1, 0.5, 2],
    ...(observational ? { shrinkage: [0, 0.3, 1, 3] } : {}),
  };
  return [
    baseline({
      name: `${stem}-greedy`,
      describe: `${model}: best posterior mean`,
      tunables: shared,
      create: (point) => regressionGreedyPolicy(`${stem}-greedy`, prior(observational, point)),
    }),
    baseline({
      name: `${stem}-thompson`,
      describe: `${model}: Thompson sampling`,
      tunables: { ...shared, temperature: [1, 0.25, 0.5] },
      create: (point) => regressionThompsonPolicy(`${stem}-thompson`, prior(observational, point), point.temperature),
    }),
    baseline({
      name: `${stem}-ucb`,
      describe: `${model}: best posterior mean + c standard deviations`,
      tunables: { ...shared, c: [0.3, 0.1, 0.6, 1] },
      create: (point) => regressionUcbPolicy(`${stem}-ucb`, prior(observational, point), point.c),
    }),
  ];
}

export const REGRESSIONS = [...regressionBaselines(false), ...regressionBaselines(true)];
