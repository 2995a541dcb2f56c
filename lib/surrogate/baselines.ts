/**
 * Simple scores of how likely a variable is to be a parent of the target, for comparison with surrogates. Their scales
 * differ: the threshold above which a variable counts as a parent is tuned on other episodes.
 */

import { joinRegimesInto } from "../numeric/mod.ts";
import { FORM_NODE_FEATURES, NODES, statisticsFormViews } from "./neural/features.ts";
import type { EpisodeRows } from "./neural/episodes.ts";

/** Scores of one method for one episode, `[n]`; the target's is not used. */
export type ParentScorer = (episode: EpisodeRows) => Float64Array;

/** The scores by name. */
export const PARENT_SCORERS: Readonly<Record<string, ParentScorer>> = {
  "correlation": (episode) => feature(episode, "correlation"),
  "partial correlation": (episode) => feature(episode, "partial correlation"),
  "regression t": (episode) => feature(episode, "t of i in the regression of j"),
  "effect z": (episode) => feature(episode, "z of the slope of j under do(i)"),
  "effect z and regression t": (episode) => {
    const t = feature(episode, "t of i in the regression of j");
    return feature(episode, "z of the slope of j under do(i)").map((z, i) => Math.min(z, t[i]));
  },
  "lasso 0.02": (episode) => lasso(episode, 0.02),
  "lasso 0.05": (episode) => lasso(episode, 0.05),
  "lasso 0.1": (episode) => lasso(episode, 0.1),
  "lasso 0.2": (episode) => lasso(episode, 0.2),
};

/** The absolute value of one of the network's features of each variable and the target. */
function feature(episode: EpisodeRows, name: string): Float64Array {
  const column = FORM_NODE_FEATURES.indexOf(`with the target: ${name}`);
  if (column < 0) throw new RangeError(`There is no feature ${name} of a variable and the target`);
  const { size } = episode.sums;
  const { nodes } = statisticsFormViews([episode], size);
  return Float64Array.from({ length: size }, (_, v) => Math.abs(nodes[v * NODES + column]));
}

/** Passes over the coefficients; a change below the tolerance ends them. */
const PASSES = 500;
const TOLERANCE = 1e-7;

/**
 * Absolute standardised coefficients of the target's L1-penalised regression on all other variables over all rows, by
 * cyclic coordinate descent (Friedman et al. 2010).
 * @param penalty λ of `½‖y − Xβ‖²/rows + λ‖β‖₁` with standardised columns
 */
export function lasso({ sums, target }: EpisodeRows, penalty: number): Float64Array {
  const { size: n } = sums;
  const mean = new Float64Array(n);
  const cross = new Float64Array(n * n);
  const rows = joinRegimesInto(mean, cross, sums, -1);
  for (let i = 0; i < n; i++) mean[i] /= rows;
  const covariance = (i: number, j: number) => cross[i * n + j] / rows - mean[i] * mean[j];
  const spread = Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(0, covariance(i, i))));
  const correlation = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return spread[i] > 0 && spread[j] > 0 ? covariance(i, j) / (spread[i] * spread[j]) : 0;
  });
  const beta = new Float64Array(n);
  for (let pass = 0; pass < PASSES; pass++) {
    let change = 0;
    for (let i = 0; i < n; i++) {
      if (i === target) continue;
      let residual = correlation[i * n + target];
      for (let j = 0; j < n; j++) if (j !== i) residual -= correlation[i * n + j] * beta[j];
      const next = Math.sign(residual) * Math.max(0, Math.abs(residual) - penalty);
      change = Math.max(change, Math.abs(next - beta[i]));
      beta[i] = next;
    }
    if (change < TOLERANCE) break;
  }
  return beta.map(Math.abs);
}
