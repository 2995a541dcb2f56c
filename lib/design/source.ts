/** A hidden source that is heard from design points: location finding (table 2 of ALINE, arXiv:2506.07259; Foster et al. 2021). */

import type { Stream } from "../random/mod.ts";

/** A point of the unit square: where one listens, or where the source is. */
export type Point = readonly [x: number, y: number];

/** What was measured where: the logarithm of the intensity. */
export interface Measurement {
  readonly design: Point;
  readonly outcome: number;
}

/** The standard deviation of a measurement of the logarithm of the intensity. */
export const NOISE = 0.5;
/** Designs of one experiment, one after another. */
export const DESIGNS = 30;

const BACKGROUND = 0.1;
const SOFTENING = 1e-4;

/** `log(0.1 + 1/(10⁻⁴ + r²))` at the squared distance r² from the source. */
export function logIntensity(squaredDistance: number): number {
  return Math.log(BACKGROUND + 1 / (SOFTENING + squaredDistance));
}

/** The squared distance at which the logarithm of the intensity is this: 0 where nothing is that loud, ∞ that soft. */
export function squaredDistance(logarithm: number): number {
  const signal = Math.exp(logarithm) - BACKGROUND;
  return signal > 0 ? Math.max(0, 1 / signal - SOFTENING) : Infinity;
}

/** The log-likelihood of a source at (x, y), up to a constant that all sources share: −(outcome − log intensity)² / 2σ². */
export function logLikelihood({ design, outcome }: Measurement, x: number, y: number): number {
  const error = outcome - logIntensity((x - design[0]) ** 2 + (y - design[1]) ** 2);
  return -error * error / (2 * NOISE * NOISE);
}

/** A source, uniform on the unit square. */
export const drawSource = (stream: Stream): Point => [stream.uniform(), stream.uniform()];

/** What is measured at a design. */
export function measure(source: Point, design: Point, noise: number): Measurement {
  const squared = (source[0] - design[0]) ** 2 + (source[1] - design[1]) ** 2;
  return { design, outcome: logIntensity(squared) + NOISE * noise };
}
