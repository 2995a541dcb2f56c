/**
 * The posterior of the source by quadrature: a grid over the box that holds all but a negligible part of the mass, made finer as
 * the box shrinks. But for the rounding of boxes it is a function of the set of measurements.
 */

import type { Stream } from "../random/mod.ts";
import { logLikelihood, type Measurement, type Point } from "./source.ts";

const SIDE = 20;
const CELLS = SIDE * SIDE;
/** Cells lighter than this beside the heaviest are outside. */
const NEGLIGIBLE = 1e-10;
/** A new grid is laid when the box of what is left has at most this share of the area. */
const SHRINK = 0.6;

/** Moments along the principal axes of the belief, the longer one first. */
export interface BeliefMoments {
  readonly mean: Point;
  /** Unit vectors, each towards the side of positive skewness. */
  readonly axes: readonly [Point, Point];
  readonly deviations: Point;
  readonly skewness: Point;
  /** E u⁴ − 3 and E v⁴ − 3 of the standardised coordinates, and E u²v² − 1. */
  readonly kurtosis: readonly [number, number, number];
}

/** What is believed about one source. */
export class Belief {
  readonly measurements: Measurement[] = [];
  /** Left, bottom, width, height. */
  #box: readonly [number, number, number, number] = [0, 0, 1, 1];
  readonly #logs = new Float64Array(CELLS);
  readonly #weights = new Float64Array(CELLS).fill(1 / CELLS);
  /** `log ∫ p(D | θ) dθ` over the unit square after each measurement, up to the constants of {@linkcode logLikelihood}. */
  readonly logEvidence: number[] = [];

  /** Learns from a measurement. */
  add(measurement: Measurement): void {
    this.measurements.push(measurement);
    this.#addInto(measurement);
    let logEvidence = this.#weigh();
    const smaller = this.#occupied();
    if (smaller[2] * smaller[3] <= SHRINK * this.#box[2] * this.#box[3]) {
      this.#box = smaller;
      this.#logs.fill(0);
      for (const each of this.measurements) this.#addInto(each);
      logEvidence = this.#weigh();
    }
    this.logEvidence.push(logEvidence);
  }

  #addInto(measurement: Measurement): void {
    for (let j = 0, c = 0; j < SIDE; j++) {
      for (let i = 0; i < SIDE; i++, c++) {
        this.#logs[c] += logLikelihood(measurement, this.#x(i + 0.5), this.#y(j + 0.5));
      }
    }
  }

  #x(i: number): number {
    return this.#box[0] + this.#box[2] * i / SIDE;
  }

  #y(j: number): number {
    return this.#box[1] + this.#box[3] * j / SIDE;
  }

  /** Makes weights that sum to 1; returns the evidence's logarithm. */
  #weigh(): number {
    const [logs, weights] = [this.#logs, this.#weights];
    let [greatest, sum] = [-Infinity, 0];
    for (let c = 0; c < CELLS; c++) greatest = Math.max(greatest, logs[c]);
    for (let c = 0; c < CELLS; c++) sum += weights[c] = Math.exp(logs[c] - greatest);
    for (let c = 0; c < CELLS; c++) weights[c] /= sum;
    return greatest + Math.log(sum * this.#box[2] * this.#box[3] / CELLS);
  }

  /** The box of the cells that weigh something, one cell wider on each side. */
  #occupied(): readonly [number, number, number, number] {
    const least = NEGLIGIBLE * this.#weights.reduce((most, weight) => Math.max(most, weight), 0);
    let [west, east, south, north] = [SIDE, 0, SIDE, 0];
    for (let j = 0, c = 0; j < SIDE; j++) {
      for (let i = 0; i < SIDE; i++, c++) {
        if (this.#weights[c] < least) continue;
        [west, east] = [Math.min(west, i - 1), Math.max(east, i + 2)];
        [south, north] = [Math.min(south, j - 1), Math.max(north, j + 2)];
      }
    }
    [west, south, east, north] = [Math.max(0, west), Math.max(0, south), Math.min(SIDE, east), Math.min(SIDE, north)];
    const [width, height] = [this.#box[2] / SIDE, this.#box[3] / SIDE];
    return [this.#x(west), this.#y(south), (east - west) * width, (north - south) * height];
  }

  /** A source drawn from the belief, uniform within its cell. */
  draw(stream: Stream): Point {
    let [c, left] = [0, stream.uniform()];
    while (c < CELLS - 1 && (left -= this.#weights[c]) >= 0) c++;
    return [this.#x(c % SIDE + stream.uniform()), this.#y(Math.floor(c / SIDE) + stream.uniform())];
  }

  /** The means of functions of the source, `[functions]`. */
  #means(count: number, addInto: (sums: Float64Array, weight: number, x: number, y: number) => void): Float64Array {
    const sums = new Float64Array(count);
    for (let c = 0; c < CELLS; c++) {
      const weight = this.#weights[c];
      if (weight > 0) addInto(sums, weight, this.#x(c % SIDE + 0.5), this.#y(Math.floor(c / SIDE) + 0.5));
    }
    return sums;
  }

  /** What a policy sees of the belief. */
  moments(): BeliefMoments {
    const [mx, my] = this.#means(2, (sums, weight, x, y) => {
      sums[0] += weight * x;
      sums[1] += weight * y;
    });
    const [xx, yy, xy] = this.#means(3, (sums, weight, x, y) => {
      sums[0] += weight * (x - mx) ** 2;
      sums[1] += weight * (y - my) ** 2;
      sums[2] += weight * (x - mx) * (y - my);
    });
    const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [middle, spread] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
    const deviations: Point = [Math.sqrt(middle + spread), Math.sqrt(Math.max(1e-12, middle - spread))];
    const [u3, v3, u4, v4, uv] = this.#means(5, (sums, weight, x, y) => {
      const u = ((x - mx) * cos + (y - my) * sin) / deviations[0];
      const v = ((y - my) * cos - (x - mx) * sin) / deviations[1];
      sums[0] += weight * u * u * u;
      sums[1] += weight * v * v * v;
      sums[2] += weight * u * u * u * u;
      sums[3] += weight * v * v * v * v;
      sums[4] += weight * u * u * v * v;
    });
    const [su, sv] = [u3 < 0 ? -1 : 1, v3 < 0 ? -1 : 1];
    return {
      mean: [mx, my],
      axes: [[su * cos, su * sin], [-sv * sin, sv * cos]],
      deviations,
      skewness: [Math.abs(u3), Math.abs(v3)],
      kurtosis: [u4 - 3, v4 - 3, uv - 1],
    };
  }
}
