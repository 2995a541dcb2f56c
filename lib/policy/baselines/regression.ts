/**
 * Bayesian linear regression of the target on the set value, for each variable alone: `gain = a + b·(v − m)` with unknown
 * intercept a and slope b, a Gaussian prior on both and the target's own variance as plug-in noise (Bishop 2006, section
 * 3.3). Gains and values are counted in the spreads of the starting rows. Only rows in which the variable was set count as
 * data; what the observational rows say enters through the prior.
 */

import type { Observation } from "../../environment/mod.ts";

/** Fewest observational rows with which a regression line is more than the line through its points. */
const FEWEST_ROWS = 3;

/** The prior and the noise of the regression. */
export interface RegressionPrior {
  /**
   * Whether the observational regression of the target on the variable is the prior's centre. The line then runs through
   * the observational means, with the standard error of the target's mean as the intercept's standard deviation. Otherwise
   * the line is flat, and only units (centre and spread) come from the observational rows. With fewer than three of them
   * there is no regression, and the two priors are the same.
   */
  readonly observational: boolean;
  /** Prior standard deviation of the slope around its centre. */
  readonly slopeSd: number;
  /**
   * Prior precision of the slope around 0, beside the observational regression: it draws slopes that look large by chance
   * back to 0. 0 trusts the regression.
   */
  readonly shrinkage: number;
  /** The noise's standard deviation in spreads of the target. */
  readonly noise: number;
}

/** Posterior of every variable's line, `[episodes, width]`, in gains (signed, so that more is better). */
export interface LinePosterior {
  /** m and the unit of (v − m). */
  readonly origin: Float64Array;
  readonly unit: Float64Array;
  readonly intercept: Float64Array;
  readonly slope: Float64Array;
  readonly interceptVariance: Float64Array;
  readonly slopeVariance: Float64Array;
  readonly covariance: Float64Array;
}

/** The posterior given everything seen so far. O(episodes · width). */
export function linePosterior({ problems, statistics: s }: Observation, prior: RegressionPrior): LinePosterior {
  const { episodes, width } = problems;
  const vector = () => new Float64Array(episodes * width);
  const lines = {
    origin: vector(),
    unit: vector().fill(1),
    intercept: vector(),
    slope: vector(),
    interceptVariance: vector(),
    slopeVariance: vector(),
    covariance: vector(),
  };
  for (let e = 0; e < episodes; e++) {
    const rows = s.obsCount[e];
    const informed = prior.observational && rows >= FEWEST_ROWS;
    const y = e * width + problems.targets[e];
    const centreY = s.centre[y];
    const unitY = s.spread[y];
    const noiseVariance = prior.noise ** 2;
    for (let v = 0; v < width; v++) {
      const i = e * width + v;
      if (problems.settable[i] === 0) continue;
      const origin = informed ? s.centre[i] : 0.5 * (problems.low[i] + problems.high[i]);
      const unit = s.spread[i];
      const toY = i * width + problems.targets[e];

      let priorSlope = 0;
      let slopePrecision = prior.slopeSd ** -2;
      let interceptPrecision = 1;
      if (informed) {
        const sxx = (s.obsCross[i * width + v] - rows * s.centre[i] ** 2) / unit ** 2;
        const sxy = problems.signs[e] * (s.obsCross[toY] - rows * s.centre[i] * centreY) / (unit * unitY);
        const regressed = sxx > 0 ? sxy / sxx : 0;
        slopePrecision += prior.shrinkage;
        priorSlope = regressed * prior.slopeSd ** -2 / slopePrecision;
        interceptPrecision = rows;
      }

      const n = s.doCount[i];
      const own = i * width + v;
      const sv = s.doSum[own];
      const shift = sv - n * origin;
      const sx = shift / unit;
      const sxx = (s.doCross[own] - origin * (sv + shift)) / unit ** 2;
      const gains = problems.signs[e] / unitY;
      const sy = gains * (s.doSum[toY] - n * centreY);
      const sxy = gains * (s.doCross[toY] - origin * s.doSum[toY] - centreY * shift) / unit;

      const aa = interceptPrecision + n / noiseVariance;
      const ab = sx / noiseVariance;
      const bb = slopePrecision + sxx / noiseVariance;
      const ra = sy / noiseVariance;
      const rb = slopePrecision * priorSlope + sxy / noiseVariance;
      const determinant = aa * bb - ab * ab;
      lines.origin[i] = origin;
      lines.unit[i] = unit;
      lines.intercept[i] = (bb * ra - ab * rb) / determinant;
      lines.slope[i] = (aa * rb - ab * ra) / determinant;
      lines.interceptVariance[i] = bb / determinant;
      lines.slopeVariance[i] = aa / determinant;
      lines.covariance[i] = -ab / determinant;
    }
  }
  return lines;
}
