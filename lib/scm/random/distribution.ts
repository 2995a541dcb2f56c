/** A distribution of SCMs as a plain object, and its checks. */

import { ScmError } from "../error.ts";
import { suggestion } from "../../input/mod.ts";
import { drawnKinds, type Mechanism } from "../mechanisms/registry.ts";
import { DRAWN_NOISE } from "../noise_kinds.ts";
import type { Objective, OutcomeModel, Scm, SetSizes } from "../types.ts";
import { type Family, familyNames, type GraphDensity } from "./families.ts";

/** An interval; both ends are included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Relative weights; what is left out is never drawn. */
export type Weighted<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** The mechanisms that can be drawn at random: those whose record knows how, which {@linkcode checkDistribution} checks. */
export type RandomMechanism = Mechanism["kind"];

/** The noise that can be drawn at random: the standardised kinds. */
export type RandomNoise = typeof DRAWN_NOISE[number];

/** What an SCM is drawn from. Numbers are drawn uniformly from their range, each variable's and edge's on its own. */
export interface ScmDistribution {
  readonly families: Weighted<Family>;
  readonly density: GraphDensity;
  /** Number of observed variables, the target included: 2 to 200. */
  readonly sizes: Range;
  readonly mechanisms: Weighted<RandomMechanism>;
  /** Absolute value of a linear weight; its sign is random. Other mechanisms are scaled to move their variable as much. */
  readonly weights: Range;
  readonly intercepts: Range;
  /** Standard deviation of a variable's noise. */
  readonly noise: Range;
  readonly noiseKinds: Weighted<RandomNoise>;
  /** Degrees of freedom of Student noise. */
  readonly degreesOfFreedom: Range;
  /** How far a domain reaches to each side of the variable's observational mean, in the variable's unit. */
  readonly reach: Range;
  /**
   * Share of the domains that reach much farther to one side, or lie beside the mean, for training policies that are to work
   * on such domains too; left out: 0. Without effect where there is `variety`, which draws domains of its own.
   */
  readonly asymmetry?: number;
  /** Number of hidden common causes, each of two variables; the first one is a cause of the target. */
  readonly hidden: Range;
  readonly objective: Objective;
  /**
   * SCMs are drawn again until the best intervention gains more than this share of the range from the worst to the best
   * one. It bounds the normalised value of the worst from below by 1 − 1/share.
   */
  readonly minimumGain: number;
  /** How many variables one intervention sets; left out: one. */
  readonly setAtOnce?: SetSizes;
  /** What makes systems unlike each other in more ways than the ranges above; left out: nothing. */
  readonly variety?: Variety;
  /** Problems that are drawn from, uniformly, in place of everything above. */
  readonly given?: readonly {
    readonly scm: Scm;
    readonly outcomes: OutcomeModel;
    readonly setAtOnce?: SetSizes;
  }[];
}

/** How a variable's noise acts: added, multiplied with its mechanism, or added with a deviation that a parent decides on. */
export const NOISE_ACTIONS = ["additive", "multiplicative", "heteroscedastic"] as const;

/** The laws of variables without parents. */
export const ROOT_LAWS = ["noise", "skewed", "discrete"] as const;

/**
 * How a domain lies to what is observed: within `reach` to each side in standard deviations; within a part of it; up to ten
 * times as wide; to one side of it.
 */
export const DOMAIN_SHAPES = ["around", "narrow", "wide", "off-centre"] as const;

/**
 * Systems that differ in kind. With it weights, `reach` and everything else that is said of a variable's size is in standard
 * deviations of what that variable does when nothing is set.
 */
export interface Variety {
  /** Share of the systems without hidden common causes. */
  readonly unconfounded: number;
  /** Standard deviation of what its parents do to a variable over that of its noise; the logarithm is uniform. */
  readonly signalToNoise: Range;
  readonly noiseActions: Weighted<typeof NOISE_ACTIONS[number]>;
  readonly roots: Weighted<typeof ROOT_LAWS[number]>;
  readonly domains: Weighted<typeof DOMAIN_SHAPES[number]>;
  /** Share of the domains that are lists of values, of 2 to 12 of them. */
  readonly listed: number;
  /** Share of the variables that cannot be set. */
  readonly fixed: number;
}

/** Linear Gaussian SCMs of 3 to 8 variables of all families: what the other distributions are written as changes of. */
export const LINEAR_DISTRIBUTION: ScmDistribution = {
  families: { chain: 1, fork: 1, collider: 1, mixture: 1, "erdos-renyi": 1, "scale-free": 1, "two-layer": 1 },
  density: { edgesPerVariable: 1.75, maximumProbability: 0.8, attachments: 2 },
  sizes: { min: 3, max: 8 },
  mechanisms: { linear: 1 },
  weights: { min: 0.5, max: 2 },
  intercepts: { min: -1, max: 1 },
  noise: { min: 0.3, max: 1 },
  noiseKinds: { gaussian: 1 },
  degreesOfFreedom: { min: 5, max: 5 },
  reach: { min: 1, max: 5 },
  hidden: { min: 0, max: 0 },
  objective: "minimize",
  minimumGain: 0,
};

/** A distribution with other fields, of random SCMs: given ones have no fields to be changed and are left out. */
export function alterDistribution(base: ScmDistribution, changes: Partial<ScmDistribution>): ScmDistribution {
  const { given: _, ...random } = base;
  return { ...random, ...changes };
}

/**
 * Refuses a distribution from which nothing can be drawn.
 * @throws ScmError for a range upside down, a size outside 2 … 200, weights that leave nothing to draw, more hidden causes
 * than pairs of variables, or another number without a meaning
 */
export function checkDistribution(distribution: ScmDistribution): void {
  const ranges = ["sizes", "weights", "intercepts", "noise", "degreesOfFreedom", "reach", "hidden"] as const;
  for (const name of ranges) {
    const { min, max } = distribution[name];
    if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) fail(name, `[${min}, ${max}] is no range`);
  }
  checkWeighted("families", distribution.families, familyNames());
  checkWeighted("mechanisms", distribution.mechanisms, drawnKinds());
  checkWeighted("noiseKinds", distribution.noiseKinds, DRAWN_NOISE);
  const { sizes, weights, noise, degreesOfFreedom, reach, hidden, density, minimumGain } = distribution;
  for (const [name, { min, max }] of [["sizes", sizes], ["hidden", hidden]] as const) {
    if (!Number.isInteger(min) || !Number.isInteger(max)) fail(name, `[${min}, ${max}] must be whole numbers`);
  }
  if (sizes.min < 2 || sizes.max > 200) fail("sizes", `[${sizes.min}, ${sizes.max}] must lie within 2 and 200`);
  const pairs = sizes.min * (sizes.min - 1) / 2;
  if (hidden.min < 0 || (hidden.max > pairs && distribution.variety === undefined)) {
    fail(
      "hidden",
      `[${hidden.min}, ${hidden.max}] must lie within 0 and ${pairs}, the pairs of ${sizes.min} variables`,
    );
  }
  if (weights.min < 0) fail("weights", `${weights.min} is negative: the sign is drawn apart`);
  if (noise.min < 0) fail("noise", `${noise.min} is negative`);
  if (degreesOfFreedom.min <= 2) fail("degreesOfFreedom", `${degreesOfFreedom.min} must be above 2`);
  if (!(reach.min > 0)) fail("reach", `${reach.min} must be above 0`);
  if (!(density.edgesPerVariable > 0)) fail("density.edgesPerVariable", `${density.edgesPerVariable} must be above 0`);
  if (!(density.maximumProbability > 0 && density.maximumProbability <= 1)) {
    fail("density.maximumProbability", `${density.maximumProbability} must be above 0 and at most 1`);
  }
  if (!Number.isInteger(density.attachments) || density.attachments < 1) {
    fail("density.attachments", `${density.attachments} must be a whole number ≥ 1`);
  }
  const { min, max } = distribution.setAtOnce ?? { min: 1, max: 1 };
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 1 || max < min) {
    fail("setAtOnce", `[${min}, ${max}] must be whole numbers ≥ 1, the first no greater than the second`);
  }
  if (!(minimumGain >= 0 && minimumGain < 1)) fail("minimumGain", `${minimumGain} must be at least 0 and below 1`);
  const { asymmetry = 0 } = distribution;
  if (!(asymmetry >= 0 && asymmetry <= 1)) fail("asymmetry", `${asymmetry} is no share in [0, 1]`);
  if (distribution.variety !== undefined) checkVariety(distribution.variety);
}

function checkVariety(variety: Variety): void {
  for (const name of ["unconfounded", "listed", "fixed"] as const) {
    if (!(variety[name] >= 0 && variety[name] <= 1)) fail(`variety.${name}`, `${variety[name]} is no share in [0, 1]`);
  }
  const { signalToNoise } = variety;
  if (!(signalToNoise.min > 0 && signalToNoise.max >= signalToNoise.min && signalToNoise.max < Infinity)) {
    fail("variety.signalToNoise", `[${signalToNoise.min}, ${signalToNoise.max}] must be a range above 0`);
  }
  checkWeighted("variety.noiseActions", variety.noiseActions, NOISE_ACTIONS);
  checkWeighted("variety.roots", variety.roots, ROOT_LAWS);
  checkWeighted("variety.domains", variety.domains, DOMAIN_SHAPES);
}

function checkWeighted(name: string, weighted: Readonly<Record<string, number>>, known: readonly string[]): void {
  const weights = Object.entries(weighted);
  for (const [key, weight] of weights) {
    if (!known.includes(key)) fail(`${name}.${key}`, `nothing is drawn under this name${suggestion(key, known)}`);
    if (!Number.isFinite(weight) || weight < 0) fail(`${name}.${key}`, `${weight} is no weight: it must be ≥ 0`);
  }
  if (!weights.some(([, weight]) => weight > 0)) fail(name, "nothing has a weight above 0");
}

function fail(field: string, message: string): never {
  throw new ScmError(`Distribution of SCMs, ${field}: ${message}`);
}
