/** Random nonlinear mechanisms, scaled to their parents by a pilot simulation. */

import type { Stream } from "../../random/mod.ts";
import { compileMechanism } from "../mechanisms/compile.ts";
import type { Mechanism } from "../types.ts";
import type { RandomMechanism } from "./distribution.ts";
import { type Moments, momentsOf } from "./pilot.ts";

const HIDDEN_UNITS = 5;

/**
 * A random mechanism of a kind. The contribution of parent p has the standard deviation |wₚ|·sd(p) that a linear weight wₚ
 * would give it in the pilot, and mean 0; the sign of wₚ is its sign. Inputs are taken relative to the parents' means and
 * ranges, so that the bends lie where the parents move.
 *
 * @param weights one for each parent
 * @param parents pilot columns of the parents
 */
export function drawMechanism(
  kind: RandomMechanism,
  intercept: number,
  weights: readonly number[],
  parents: readonly Float64Array[],
  stream: Stream,
): Mechanism {
  if (kind === "linear" || parents.length === 0) return { kind: "linear", intercept, weights };
  const moments = parents.map(momentsOf);
  if (kind === "mlp") return drawNetwork(intercept, weights, parents, moments, stream);
  const terms = moments.map((moment, i) => drawTerm(kind, weights[i], parents[i], moment, stream));
  const total = terms.reduce((sum, { constant }) => sum + constant, intercept);
  if (kind === "polynomial") return { kind, intercept: total, coefficients: terms.map(({ shape }) => shape) };
  return {
    kind,
    intercept: total,
    scales: terms.map(({ shape }) => shape[0]),
    slopes: terms.map(({ shape }) => shape[1]),
    shifts: terms.map(({ shape }) => shape[2]),
  };
}

/** One parent's contribution: a constant that makes its mean 0, and coefficients, or scale, slope and shift. */
interface Term {
  readonly constant: number;
  readonly shape: readonly number[];
}

function drawTerm(
  kind: "polynomial" | "sigmoid" | "tanh",
  weight: number,
  parent: Float64Array,
  moments: Moments,
  stream: Stream,
): Term {
  const shape = kind === "polynomial" ? drawPolynomial(moments, stream) : drawSigmoid(moments, stream);
  const mechanism: Mechanism = kind === "polynomial"
    ? { kind, intercept: 0, coefficients: [shape] }
    : { kind, intercept: 0, scales: [shape[0]], slopes: [shape[1]], shifts: [shape[2]] };
  const raw = contribution(mechanism, [parent]);
  const factor = raw.deviation > 0 ? weight * moments.deviation / raw.deviation : 0;
  const scaled = kind === "polynomial" ? shape.map((c) => factor * c) : [factor * shape[0], shape[1], shape[2]];
  return { constant: -factor * raw.mean, shape: scaled };
}

/** A random mix of the Chebyshev polynomials T₁, T₂, T₃ of the scaled parent, as coefficients of x, x², x³. */
function drawPolynomial({ mean, reach }: Moments, stream: Stream): number[] {
  const [a, b, c] = [0.5 * stream.normal(), stream.normal(), 0.5 * stream.normal()];
  // a·t + b·(2t² − 1) + c·(4t³ − 3t) with t = (x − mean)/reach; constants drop out with the mean.
  const [k1, k2, k3] = [(a - 3 * c) / reach, 2 * b / reach ** 2, 4 * c / reach ** 3];
  return [k1 - 2 * k2 * mean + 3 * k3 * mean ** 2, k2 - 3 * k3 * mean, k3];
}

/** Scale 1, a slope of one to four bends over the parent's range, and a bend somewhere in it. */
function drawSigmoid({ mean, reach }: Moments, stream: Stream): number[] {
  const slope = stream.uniformIn(1, 4) / reach;
  const bend = mean + reach * stream.uniformIn(-0.5, 0.5);
  return [1, slope, -slope * bend];
}

function drawNetwork(
  intercept: number,
  weights: readonly number[],
  parents: readonly Float64Array[],
  moments: readonly Moments[],
  stream: Stream,
): Mechanism {
  const units = Array.from({ length: HIDDEN_UNITS }, () => {
    const row = moments.map(({ deviation }, i) => weights[i] * stream.normal() / Math.max(deviation, 1e-12));
    const length = Math.hypot(...weights);
    const scaled = row.map((w) => 1.5 * w / length);
    const bias = stream.normal() - scaled.reduce((sum, w, i) => sum + w * moments[i].mean, 0);
    return { row: scaled, bias, output: stream.normal() };
  });
  const network = {
    kind: "mlp",
    hiddenWeights: units.map(({ row }) => row),
    hiddenBiases: units.map(({ bias }) => bias),
  } as const;
  const outputs = units.map(({ output }) => output);
  const raw = contribution({ ...network, intercept: 0, outputWeights: outputs }, parents);
  const wanted = Math.hypot(...weights.map((w, i) => w * moments[i].deviation));
  const factor = raw.deviation > 0 ? wanted / raw.deviation : 0;
  return { ...network, intercept: intercept - factor * raw.mean, outputWeights: outputs.map((w) => factor * w) };
}

/** Moments of a mechanism's value over the pilot. */
function contribution(mechanism: Mechanism, parents: readonly Float64Array[]): Moments {
  const out = new Float64Array(parents[0].length);
  compileMechanism(mechanism, parents, [], out)(out.length);
  return momentsOf(out);
}
