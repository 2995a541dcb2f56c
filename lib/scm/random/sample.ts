/** Random SCMs. */

import type { Stream } from "../../random/mod.ts";
import { ScmError, UndefinedTruthError } from "../error.ts";
import { drawMechanism, drawnKinds, type Mechanism } from "../mechanisms/registry.ts";
import { DEFAULT_ACCURACY } from "../monte_carlo.ts";
import { attainable } from "../extremes.ts";
import { setOutcomeModel } from "../sets/outcomes.ts";
import type { Domain, OutcomeAccuracy, OutcomeModel, Scm, SetSizes, Variable } from "../types.ts";
import type { ScmDistribution } from "./distribution.ts";
import { drawInteger, drawName, drawSigned, drawUniform } from "./draw.ts";
import { familyNames, sampleGraph } from "./families.ts";
import { createPilot, observedMean, setPilotInto, simulateInto } from "./pilot.ts";
import { drawNoise, HIDDEN_NOISE, type Skeleton } from "./skeleton.ts";
import { drawVariedVariables } from "./varied.ts";

const MOST_ATTEMPTS = 1000;
const ONE_AT_ONCE: SetSizes = { min: 1, max: 1 };

/** An SCM and the truth about its interventions. */
export interface SampledProblem {
  readonly scm: Scm;
  readonly outcomes: OutcomeModel;
  /** How many variables an intervention sets; left out: one. */
  readonly setAtOnce?: SetSizes;
}

/**
 * Draws an SCM whose target has a cause that can be set, with variables in random label order. Use a stream of its own for
 * each SCM: `sampleScm(distribution, stream.child(i))`.
 *
 * @param distribution checked by {@linkcode checkDistribution}
 * @throws ScmError if a thousand attempts yield no SCM that meets the distribution's conditions
 */
export function sampleScm(distribution: ScmDistribution, stream: Stream): Scm {
  return sampleProblem(distribution, stream).scm;
}

/**
 * {@linkcode sampleScm} and {@linkcode outcomeModel} in one, which computes the outcomes once. Where the distribution asks for
 * a minimum gain, a nonlinear SCM at the border may pass at one accuracy and be drawn again at another.
 */
export function sampleProblem(
  distribution: ScmDistribution,
  stream: Stream,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
): SampledProblem {
  if (distribution.given !== undefined) return stream.choice(distribution.given);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const skeleton = drawSkeleton(distribution, stream);
    if (skeleton === null) continue;
    const scm = drawVariables(skeleton, distribution, stream);
    const outcomes = outcomesOf(scm, accuracy, distribution.setAtOnce);
    if (outcomes === null || !(gainShare(outcomes) > distribution.minimumGain)) continue;
    return { scm, outcomes, ...(distribution.setAtOnce === undefined ? {} : { setAtOnce: distribution.setAtOnce }) };
  }
  throw new ScmError(`${MOST_ATTEMPTS} attempts found no SCM with a minimum gain of ${distribution.minimumGain}`);
}

/** The truth about a random SCM; `null` where it is not a number, so that another SCM is drawn. */
function outcomesOf(scm: Scm, accuracy: OutcomeAccuracy, sizes: SetSizes = ONE_AT_ONCE): OutcomeModel | null {
  try {
    return setOutcomeModel(scm, sizes, accuracy);
  } catch (error) {
    if (error instanceof UndefinedTruthError) return null;
    throw error;
  }
}

/**
 * Draws an SCM whose target has a cause, whatever an intervention on it gains: {@linkcode sampleScm} without the expected
 * outcomes, which cost much where mechanisms are nonlinear. The distribution's minimum gain is not asked for.
 *
 * @throws ScmError if a thousand attempts yield no target with a cause
 */
export function sampleCausedScm(distribution: ScmDistribution, stream: Stream): Scm {
  if (distribution.given !== undefined) return stream.choice(distribution.given).scm;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const skeleton = drawSkeleton(distribution, stream);
    if (skeleton !== null) return drawVariables(skeleton, distribution, stream);
  }
  throw new ScmError(`${MOST_ATTEMPTS} attempts found no SCM whose target has a cause`);
}

/** The gain of the best intervention as a share of the range from the worst to the best; negative if none improves. */
export function gainShare(outcomes: OutcomeModel): number {
  const { best, worst } = attainable(outcomes);
  const range = best - worst;
  return range === 0 ? 0 : (best - outcomes.observational) / range;
}

/** `null` if no variable has an ancestor. */
function drawSkeleton(distribution: ScmDistribution, stream: Stream): Skeleton | null {
  const family = drawName(familyNames(), distribution.families, stream);
  const n = drawInteger(distribution.sizes, stream);
  const graph = sampleGraph(family, n, distribution.density, stream);
  const effects = graph.flatMap((parents, v) => parents.length > 0 ? [v] : []);
  if (effects.length === 0) return null;
  const labels = stream.permutation(n);
  const target = labels[stream.choice(effects)];
  const parents: number[][] = Array.from({ length: n }, () => []);
  graph.forEach((list, v) => parents[labels[v]] = list.map((p) => labels[p]));
  const hidden = drawHidden(n, target, drawHiddenCount(n, distribution, stream), stream);
  hidden.forEach((pair, h) => pair.forEach((v) => parents[v].push(n + h)));
  hidden.forEach(() => parents.push([]));
  const order = [...hidden.map((_, h) => n + h), ...labels];
  return { name: `${family}-${n}`, observed: n, parents, order, target };
}

function drawHiddenCount(n: number, { hidden, variety }: ScmDistribution, stream: Stream): number {
  if (variety === undefined) return drawInteger(hidden, stream);
  if (stream.uniform() < variety.unconfounded) return 0;
  return Math.min(n * (n - 1) / 2, drawInteger(hidden, stream));
}

/** Different pairs of variables; the first one holds the target. */
function drawHidden(n: number, target: number, count: number, stream: Stream): [number, number][] {
  const pairs: [number, number][] = [];
  while (pairs.length < count) {
    const a = pairs.length === 0 ? target : stream.integer(n);
    const b = (a + 1 + stream.integer(n - 1)) % n;
    if (!pairs.some((pair) => pair.includes(a) && pair.includes(b))) pairs.push([a, b]);
  }
  return pairs;
}

function drawVariables(skeleton: Skeleton, distribution: ScmDistribution, stream: Stream): Scm {
  if (distribution.variety !== undefined) {
    return drawVariedVariables(skeleton, distribution, distribution.variety, stream);
  }
  const { name, observed, parents, order, target } = skeleton;
  const kinds = drawnKinds();
  const linearOnly = kinds.every((kind) => kind === "linear" || !distribution.mechanisms[kind]);
  const settable = Array.from({ length: observed }, (_, v) => v).filter((v) => v !== target);
  const pilot = linearOnly ? null : createPilot(parents.length, settable, stream);
  const means = new Float64Array(parents.length);
  const variables = new Array<Variable>(parents.length);
  for (const v of order) {
    const isHidden = v >= observed;
    const intercept = isHidden ? 0 : drawUniform(distribution.intercepts, stream);
    const weights = parents[v].map(() => drawSigned(distribution.weights, stream));
    const noise = isHidden ? HIDDEN_NOISE : drawNoise(distribution, stream);
    let mechanism: Mechanism = { kind: "linear", intercept, weights };
    if (pilot === null) {
      means[v] = parents[v].reduce((sum, p, i) => sum + weights[i] * means[p], intercept);
    } else {
      const kind = drawName(kinds, distribution.mechanisms, stream);
      const columns = parents[v].map((p) => pilot.columns[p]);
      mechanism = drawMechanism(kind, { intercept, weights, parents: columns, stream });
      simulateInto(pilot, v, { mechanism, parents: parents[v], noise }, stream);
      means[v] = observedMean(pilot.columns[v]);
    }
    const domain = isHidden || v === target ? null : drawDomain(means[v], distribution, stream);
    if (pilot !== null && domain !== null) setPilotInto(pilot, v, domain.low, domain.high, stream);
    const label = isHidden ? `U${v - observed}` : `X${v}`;
    variables[v] = { name: label, parents: parents[v], mechanism, noise, domain, observed: !isHidden };
  }
  return { name, variables, order, target, objective: distribution.objective };
}

function drawDomain(
  mean: number,
  { reach, asymmetry = 0 }: ScmDistribution,
  stream: Stream,
): Domain & { readonly kind: "interval" } {
  if (asymmetry > 0 && stream.uniform() < asymmetry) {
    const near = reach.max * stream.uniformIn(-0.1, 0.4);
    const far = reach.max * stream.uniformIn(0.5, 2);
    const [below, above] = stream.sign() > 0 ? [near, far] : [far, near];
    return { kind: "interval", low: mean - below, high: mean + above };
  }
  return { kind: "interval", low: mean - drawUniform(reach, stream), high: mean + drawUniform(reach, stream) };
}
