/** The data types of a structural causal model (Pearl 2009, definition 7.1.1): plain readonly objects, no behaviour. */

import type { Mechanism } from "./mechanisms/registry.ts";

/** Whether the target's expected value is to be made small or large. It is explicit everywhere. */
export type Objective = "minimize" | "maximize";

/** The values that an intervention on a variable may take, in the variable's own unit. */
export type Domain =
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** The distribution of a variable's own noise; `scale` is the standard deviation's multiplier as documented at {@linkcode sampleNoise}. */
export type NoiseDistribution =
  | { readonly kind: "gaussian" }
  | { readonly kind: "uniform" }
  | { readonly kind: "laplace" }
  | { readonly kind: "gumbel" }
  | { readonly kind: "student-t"; readonly degreesOfFreedom: number }
  /** Uniform between two ends, in the variable's unit: neither centred nor scaled, used with scale 1. */
  | { readonly kind: "between"; readonly low: number; readonly high: number };

/** Additive: `f(pa) + scale·ε`; multiplicative: `f(pa)·(1 + scale·ε)`. */
export interface Noise {
  readonly distribution: NoiseDistribution;
  readonly scale: number;
  readonly combination: "additive" | "multiplicative";
}

/** One variable of a structural causal model. */
export interface Variable {
  readonly name: string;
  /** Indices into {@linkcode Scm.variables}. */
  readonly parents: readonly number[];
  readonly mechanism: Mechanism;
  readonly noise: Noise;
  /** `null`: this variable cannot be intervened on. */
  readonly domain: Domain | null;
  readonly unit?: string;
  /** A hidden variable is sampled, but can never be seen or set. */
  readonly observed: boolean;
}

/** A structural causal model with one target to optimise. Made by `createScm`, which checks it. */
export interface Scm {
  readonly name: string;
  readonly variables: readonly Variable[];
  /** Indices of the variables in a topological order of the graph. */
  readonly order: readonly number[];
  /** Index of the target, which can never be intervened on. */
  readonly target: number;
  readonly objective: Objective;
}

/** `perfect`: `X := value`. `shift`: `X := f(pa) + noise + value`. */
export interface Assignment {
  readonly variable: number;
  readonly value: number;
  readonly kind: "perfect" | "shift";
}

/** One or several assignments made at the same time. The empty intervention is observation. */
export type Intervention = readonly Assignment[];

/** An intervention on one variable and the expected target under it. */
export interface ValuedIntervention {
  readonly variable: number;
  readonly value: number;
  /** `E[target | do(variable = value)]` */
  readonly outcome: number;
}

/** An intervention on one or several variables at once and the expected target under it. */
export interface ValuedSet {
  readonly intervention: Intervention;
  /** `E[target | do(intervention)]` */
  readonly outcome: number;
}

/** How many variables one intervention sets. */
export interface SetSizes {
  readonly min: number;
  readonly max: number;
}

/** The truth about interventions on several variables at once. */
export interface SetOutcomes {
  readonly sizes: SetSizes;
  /** `E[target | do(intervention)]` of any number of variables. */
  expected(intervention: Intervention): number;
  /** `[sizes.max]` the best set of exactly one, two, … variables; shorter where no set of a size is allowed. */
  readonly bestOfSize: readonly ValuedSet[];
  /** The best and the worst set of `sizes.min` to `sizes.max` variables; the smallest of equals. */
  readonly best: ValuedSet;
  readonly worst: ValuedSet;
  /** Standard error of {@linkcode expected}; 0 where it is exact. */
  readonly standardError: number;
  /** Starts of the local search for each size; 0 where every set was looked at and the values are exact. */
  readonly searchStarts: number;
}

/**
 * The expected target of every single-variable perfect intervention: closed form for linear SCMs, Monte Carlo with
 * common random numbers otherwise. It is the truth that rewards and evaluations use; no policy sees it.
 */
export interface OutcomeModel {
  /** `E[target]` without intervention. */
  readonly observational: number;
  /** `E[target | do(variable = value)]`. */
  expected(variable: number, value: number): number;
  /** Standard error of {@linkcode expected}; 0 where it is exact. */
  readonly standardError: number;
  readonly best: ValuedIntervention;
  readonly worst: ValuedIntervention;
  /** The best intervention on a direct parent of the target; `null` if none can be set. */
  readonly bestParent: ValuedIntervention | null;
  /** Sets of variables; left out where one variable is set at a time. */
  readonly sets?: SetOutcomes;
  /** How it was computed; left out of one that somebody made by hand. */
  readonly recipe?: OutcomeRecipe;
}

/** How exactly expectations without a closed form are computed. */
export interface OutcomeAccuracy {
  /** Rows of noise, the same for every intervention; an even number ≥ 4. The standard error falls with its root. */
  readonly rows: number;
  /**
   * Largest interpolation error, as a share of the range of outcomes over the domain or, if greater, of the target's
   * standard deviation.
   */
  readonly tolerance: number;
  /** Seed of the noise. */
  readonly seed: number;
  /** Computes so many equally spaced values of an interval, with straight lines between; left out: what the tolerance asks for. */
  readonly points?: number;
}

/** Which sets may be set in one intervention. */
export interface SetRules extends SetSizes {
  /** Pairs of indices into {@linkcode Scm.variables} that are never set together. */
  readonly exclusive?: readonly (readonly [number, number])[];
}

/** Everything beside an SCM that its {@linkcode OutcomeModel} follows from, as plain data: another thread computes the same one. */
export interface OutcomeRecipe {
  readonly accuracy: OutcomeAccuracy;
  readonly kind: Assignment["kind"];
  /** Left out where one variable is set at a time. */
  readonly rules?: SetRules;
}
