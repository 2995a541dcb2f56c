/**
 * The response of the target to each variable alone, `f(v) = E[gain | do(X = v)]`: Gaussian processes around what observation
 * says, averaged over kernels, noises and sources of that prior by evidence.
 */

import { choleskyInto, halfLogDeterminant, normalisedWeights, solveLowerInto } from "../../numeric/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { covarianceInto, maternShapes, type ResponseKernel, varianceAt } from "./kernel.ts";
import { type PlacedPrior, placePrior, placesOf, priorCovariance, priorVariance, type ResponsePrior } from "./knots.ts";
import type { ResponseModel } from "./model.ts";
import type { Trials } from "./trials.ts";

/** One variable of an episode: what was tried, and what was known before, `[sources]`. */
export interface ResponseVariable {
  readonly trials: Trials;
  readonly priors: readonly ResponsePrior[];
}

/** Variables with the weights of all members, `[variables][sources, kernels, noises]`. */
export interface ResponseFit {
  readonly model: ResponseModel;
  readonly variables: readonly ResponseVariable[];
  readonly weights: readonly Float64Array[];
}

/** Members that weigh less than this share of the heaviest are left out. */
const LEAST_WEIGHT = 0.01;
/** Added to the variances of a draw, relative and absolute, so that nearly certain points can be factored. */
const JITTER = 1e-9;

/**
 * Weighs every member of the model for every variable by the evidence of its trials (Rasmussen & Williams 2006, equation
 * 2.30), to which the other variables' trials contribute with an exponent: they share units and noise.
 * @param variables of one episode, all with as many priors
 */
export function fitResponses(variables: readonly ResponseVariable[], model: ResponseModel): ResponseFit {
  const { kernels, noises, sharing } = model;
  const evidence = variables.map((variable) => memberEvidence(variable, model));
  const total = new Float64Array(evidence[0]?.length ?? 0);
  for (const own of evidence) for (let m = 0; m < total.length; m++) total[m] += own[m];
  const weights = variables.map(({ priors }, v) => {
    const logs = evidence[v].map((log, m) => {
      const kernel = kernels[Math.floor(m / noises.length) % kernels.length];
      const source = priors[Math.floor(m / (noises.length * kernels.length))];
      return source.logPrior + kernel.logPrior + log + sharing * (total[m] - log);
    });
    return normalisedWeights(logs, LEAST_WEIGHT);
  });
  return { model, variables, weights };
}

/** `[sources, kernels, noises]` log marginal likelihood of one variable's trials, without constants. */
function memberEvidence({ trials, priors }: ResponseVariable, { kernels, noises }: ResponseModel): Float64Array {
  const { at, count, mean, scatter } = trials;
  const n = at.length;
  const evidence = new Float64Array(priors.length * kernels.length * noises.length);
  if (n === 0) return evidence;
  const repeats = count.reduce((sum, rows) => sum + rows - 1, 0);
  const shapes = maternShapes(at, at, kernels);
  const places = placesOf(at);
  const around = new Float64Array(n * n);
  const factor = new Float64Array(n * n);
  const solved = new Float64Array(n);
  let member = 0;
  for (const prior of priors) {
    const placed = placePrior(prior, places);
    const known = priorCovariance(placed, placed);
    for (const kernel of kernels) {
      covarianceInto(around, kernel, [at, at, shapes], known);
      for (const noise of noises) {
        factor.set(around);
        for (let i = 0; i < n; i++) {
          factor[i * n + i] += noise * noise / count[i];
          solved[i] = mean[i] - placed.mean[i];
        }
        let log = -Infinity;
        if (choleskyInto(factor, n)) {
          solveLowerInto(factor, n, solved);
          log = -halfLogDeterminant(factor, n) - 0.5 * scatter / (noise * noise) - repeats * Math.log(noise);
          for (let i = 0; i < n; i++) log -= 0.5 * solved[i] * solved[i];
        }
        evidence[member++] = log;
      }
    }
  }
  return evidence;
}

/**
 * Posterior mean and standard deviation of one variable's response at scaled values, without noise: the moments of the
 * average over members.
 * @param variable index into the fit's variables
 */
export function predictResponse(
  fit: ResponseFit,
  variable: number,
  values: Float64Array,
): { readonly mean: Float64Array; readonly sd: Float64Array } {
  const points = values.length;
  const mean = new Float64Array(points);
  const sd = new Float64Array(points);
  const add = ({ weight, centre, variance }: Pick<Member, "weight" | "centre" | "variance">) => {
    for (let p = 0; p < points; p++) {
      mean[p] += weight * centre[p];
      sd[p] += weight * (variance[p] + centre[p] * centre[p]);
    }
  };
  const own = fit.variables[variable];
  if (own.trials.at.length === 0) eachSource(own.priors, fit.model, fit.weights[variable], values, add);
  else eachMember(own, fit.model, fit.weights[variable], values, add);
  for (let p = 0; p < points; p++) sd[p] = Math.sqrt(Math.max(0, sd[p] - mean[p] * mean[p]));
  return { mean, sd };
}

/** A joint draw of one variable's response at scaled values: of a member by its weight, then of its posterior. */
export function drawResponse(fit: ResponseFit, variable: number, values: Float64Array, stream: Stream): Float64Array {
  const points = values.length;
  const weights = fit.weights[variable];
  const drawn = new Float64Array(weights.length);
  drawn[drawMember(weights, stream.uniform())] = 1;
  const draw = new Float64Array(points);
  const normals = new Float64Array(points);
  stream.fillNormalInto(normals);
  const covariance = new Float64Array(points * points);
  const shapes = maternShapes(values, values, fit.model.kernels);
  eachMember(fit.variables[variable], fit.model, drawn, values, ({ centre, cross, kernel, prior }) => {
    const n = cross.length / points;
    covarianceInto(covariance, kernel, [values, values, shapes], priorCovariance(prior, prior));
    for (let p = 0; p < points; p++) {
      for (let q = 0; q <= p; q++) {
        for (let i = 0; i < n; i++) covariance[p * points + q] -= cross[p * n + i] * cross[q * n + i];
      }
      covariance[p * points + p] = Math.max(0, covariance[p * points + p]) * (1 + JITTER) + JITTER;
    }
    if (!choleskyInto(covariance, points)) throw new RangeError("A response's covariance is not positive definite");
    for (let p = 0; p < points; p++) {
      draw[p] = centre[p];
      for (let q = 0; q <= p; q++) draw[p] += covariance[p * points + q] * normals[q];
    }
  });
  return draw;
}

/** The member that a uniform number in [0, 1) falls on. */
function drawMember(weights: Float64Array, uniform: number): number {
  let left = uniform;
  let last = 0;
  for (let m = 0; m < weights.length; m++) {
    if (weights[m] === 0) continue;
    last = m;
    if (left < weights[m]) break;
    left -= weights[m];
  }
  return last;
}

/** Visits the sources of a variable's prior, each averaged over its kernels: what is known before any trial. */
function eachSource(
  priors: readonly ResponsePrior[],
  { kernels, noises }: ResponseModel,
  weights: Float64Array,
  values: Float64Array,
  visit: (source: { readonly weight: number; readonly centre: Float64Array; readonly variance: Float64Array }) => void,
): void {
  const places = placesOf(values);
  priors.forEach((prior, s) => {
    const placed = placePrior(prior, places);
    const variance = priorVariance(placed);
    let weight = 0;
    for (let k = 0; k < kernels.length; k++) {
      for (let j = 0; j < noises.length; j++) weight += weights[(s * kernels.length + k) * noises.length + j];
    }
    if (weight === 0) return;
    for (let k = 0; k < kernels.length; k++) {
      let share = 0;
      for (let j = 0; j < noises.length; j++) share += weights[(s * kernels.length + k) * noises.length + j] / weight;
      for (let p = 0; p < values.length; p++) variance[p] += share * varianceAt(kernels[k], values[p]);
    }
    visit({ weight, centre: placed.mean, variance });
  });
}

/** One member's posterior at some values. */
interface Member {
  readonly weight: number;
  readonly kernel: ResponseKernel;
  /** The source's prior at the values. */
  readonly prior: PlacedPrior;
  /** `[values]` posterior mean; it and the following are overwritten by the next member. */
  readonly centre: Float64Array;
  /** `[values]` posterior variance, without noise. */
  readonly variance: Float64Array;
  /** `[values, points]` `L⁻¹K` between the values and the points tried. */
  readonly cross: Float64Array;
}

/** Visits the members that weigh anything. */
function eachMember(
  { trials, priors }: ResponseVariable,
  { kernels, noises }: ResponseModel,
  weights: Float64Array,
  values: Float64Array,
  visit: (member: Member) => void,
): void {
  const { at, count, mean } = trials;
  const n = at.length;
  const shapes = maternShapes(at, at, kernels);
  const crossShapes = maternShapes(values, at, kernels);
  const tried = placesOf(at);
  const places = placesOf(values);
  const around = new Float64Array(n * n);
  const factor = new Float64Array(n * n);
  const solved = new Float64Array(n);
  const across = new Float64Array(values.length * n);
  const cross = new Float64Array(values.length * n);
  const centre = new Float64Array(values.length);
  const variance = new Float64Array(values.length);
  const weighs = (from: number, length: number) => weights.subarray(from, from + length).some((weight) => weight > 0);
  priors.forEach((prior, s) => {
    const first = s * kernels.length * noises.length;
    if (!weighs(first, kernels.length * noises.length)) return;
    const known = placePrior(prior, tried);
    const asked = placePrior(prior, places);
    const aroundPrior = priorCovariance(known, known);
    const acrossPrior = priorCovariance(asked, known);
    const alone = priorVariance(asked);
    kernels.forEach((kernel, k) => {
      if (!weighs(first + k * noises.length, noises.length)) return;
      covarianceInto(around, kernel, [at, at, shapes], aroundPrior);
      covarianceInto(across, kernel, [values, at, crossShapes], acrossPrior);
      noises.forEach((noise, j) => {
        const weight = weights[first + k * noises.length + j];
        if (weight === 0) return;
        factor.set(around);
        for (let i = 0; i < n; i++) {
          factor[i * n + i] += noise * noise / count[i];
          solved[i] = mean[i] - known.mean[i];
        }
        choleskyInto(factor, n);
        solveLowerInto(factor, n, solved);
        cross.set(across);
        centre.set(asked.mean);
        for (let p = 0; p < values.length; p++) {
          solveLowerInto(factor, n, cross, p * n);
          let left = alone[p] + varianceAt(kernel, values[p]);
          for (let i = 0, at = p * n; i < n; i++, at++) {
            centre[p] += cross[at] * solved[i];
            left -= cross[at] * cross[at];
          }
          variance[p] = Math.max(0, left);
        }
        visit({ weight, kernel, prior: asked, centre, variance, cross });
      });
    });
  });
}
