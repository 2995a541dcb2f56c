/** Means and total effects of linear SCMs, in closed form. */

import { ScmError } from "./error.ts";
import { ancestorsOf } from "./graph.ts";
import { applyInto, freeSettings, PERFECT, SHIFT } from "./interventions.ts";
import { meanArrays } from "./linear.ts";
import type { Intervention, Scm } from "./types.ts";

/**
 * Whether the target is a linear function of every variable that causes it: then its expectation under any intervention
 * has a closed form, whatever the distribution of the noise, in which only the mean of the noise counts.
 */
export function hasLinearTarget(scm: Scm): boolean {
  if (scm.variables.every(({ mechanism }) => mechanism.kind === "linear")) return true;
  const causes = ancestorsOf(scm.variables.map(({ parents }) => parents), scm.target);
  return scm.variables.every(({ mechanism }, v) =>
    (causes[v] === 0 && v !== scm.target) || mechanism.kind === "linear"
  );
}

/** The mean of every variable without intervention, `[variables]`, and its total effect on the target, `[variables]`. */
export interface LinearSummary {
  readonly means: Float64Array;
  readonly effects: Float64Array;
}

/**
 * One pass down the graph for the means, one up for the effects. The total effect τᵢ is the sum over all directed paths
 * from i to the target of the product of the weights (Wright 1934): the effect in the graph in which i's incoming edges
 * are cut, for no directed path from i returns to i. It is 1 for the target and 0 for all that does not cause it.
 *
 * @throws ScmError if a cause of the target is not linear. The means of variables that do not cause the target are only
 * meaningful if the whole SCM is linear.
 */
export function summariseLinear(scm: Scm): LinearSummary {
  requireLinear(scm);
  const { order, starts, sources, weights, intercepts } = meanArrays(scm);
  const n = order.length;
  const means = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const v = order[k];
    let mean = intercepts[v];
    for (let e = starts[v]; e < starts[v + 1]; e++) mean += weights[e] * means[sources[e]];
    means[v] = mean;
  }
  const effects = new Float64Array(n);
  effects[scm.target] = 1;
  for (let k = n - 1; k >= 0; k--) {
    const v = order[k];
    if (effects[v] === 0) continue;
    for (let e = starts[v]; e < starts[v + 1]; e++) effects[sources[e]] += weights[e] * effects[v];
  }
  return { means, effects };
}

/**
 * The mean of every cause of the target, and of the target, under an intervention: `[variables]`.
 * @throws ScmError for an intervention that the SCM does not allow, or if a cause of the target is not linear
 */
export function linearMeans(scm: Scm, intervention: Intervention): Float64Array {
  requireLinear(scm);
  const { kinds, values } = freeSettings(scm.variables.length);
  applyInto({ kinds, values }, scm, intervention);
  const { order, starts, sources, weights, intercepts } = meanArrays(scm);
  const means = new Float64Array(order.length);
  for (const v of order) {
    let mean = intercepts[v];
    for (let e = starts[v]; e < starts[v + 1]; e++) mean += weights[e] * means[sources[e]];
    means[v] = kinds[v] === PERFECT ? values[v] : kinds[v] === SHIFT ? mean + values[v] : mean;
  }
  return means;
}

/**
 * The total effect of every variable on the target, `[variables]`: dE[target | do(variable = v)]/dv.
 * @throws ScmError if a cause of the target is not linear
 */
export function totalEffects(scm: Scm): Float64Array {
  return summariseLinear(scm).effects;
}

function requireLinear(scm: Scm): void {
  if (!hasLinearTarget(scm)) {
    throw new ScmError(`SCM "${scm.name}" has no closed form: a cause of its target is not linear`);
  }
}
