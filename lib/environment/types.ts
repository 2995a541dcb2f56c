/** The data types of the sequential intervention problem: what a policy may see, and what it may not. */

import type { Assignment, OutcomeModel, Scm, SetSizes } from "../scm/mod.ts";

/** One SCM to be optimised, with the truth about it that rewards and evaluations use. */
export interface Problem {
  readonly scm: Scm;
  /** The expected target under interventions of this problem's kind. */
  readonly outcomes: OutcomeModel;
  /**
   * What setting a variable does to it; left out: `perfect`. Under `shift` an action's value is added to what the variable
   * would have been, and the row holds what was measured, not what was added.
   */
  readonly intervention?: Assignment["kind"];
  /**
   * How much the instrument that measures the target drifts with each intervention, in the target's unit; left out: 0.
   * Measurements drift, expected outcomes do not.
   */
  readonly drift?: number;
  /**
   * How many variables one intervention sets; left out: one. Where there may be several, `outcomes.sets` knows the truth about
   * them. A problem with fewer variables that can be set than asked for sets as many as there are.
   */
  readonly setAtOnce?: SetSizes;
  /** Pairs of indices into `scm.variables` that are never set together. */
  readonly exclusive?: readonly (readonly [number, number])[];
}

/** How an episode runs. */
export interface EpisodeOptions {
  /** Rows without intervention that every episode starts from. */
  readonly observationalRows: number;
  /** Random interventions, one row each, that every episode starts from. */
  readonly interventionalRows: number;
  /** T, the number of interventions. */
  readonly horizon: number;
  /** Rows that one intervention yields. */
  readonly rowsPerIntervention: number;
}

/**
 * The public description of a batch of problems, padded to `width` variables. Only observed variables appear; index v of
 * episode e stands at `e * width + v`. Nothing here depends on the graph, the mechanisms or the noise.
 */
export interface PublicProblems {
  readonly episodes: number;
  readonly width: number;
  /** `[episodes]` number of observed variables of each problem. */
  readonly sizes: Int32Array;
  /** `[episodes]` index of the target. */
  readonly targets: Int32Array;
  /** `[episodes]` +1 to maximise, −1 to minimise. */
  readonly signs: Float64Array;
  /** `[episodes, width]` ends of the domains; 0 where the variable cannot be set. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** `[episodes, width]` 1 where the variable may be intervened on. Never the target, never padding. */
  readonly settable: Uint8Array;
  /** Sets of variables that may be set at once; left out where every intervention sets one. */
  readonly sets?: SetsAllowed;
}

/** Which sets of variables the interventions of a batch may set. */
export interface SetsAllowed {
  /** Most variables that any intervention of the batch sets: the places that an action has for each episode. */
  readonly slots: number;
  /** `[episodes]` fewest and most variables of an intervention. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** `[episodes, width, width]` 1 where two variables exclude each other; empty if none do. */
  readonly exclusive: Uint8Array;
}

/**
 * Sufficient statistics of the rows seen so far, updated in O(width²) for each row. `obs` counts rows without intervention;
 * `do` statistics are kept per variable i that was set alone: n, and for every variable j Σx_j and Σv·x_j, of which j = i are Σv
 * and Σv². Rows in which several variables were set would mix their effects: `several` counts them for each of these variables,
 * and only regressions of a variable that was not set itself use them.
 */
export interface Statistics {
  /** `[episodes]` number of observational rows, and `[episodes, width]`, `[episodes, width, width]` their sums and cross products. */
  readonly obsCount: Float64Array;
  readonly obsSum: Float64Array;
  readonly obsCross: Float64Array;
  /** `[episodes, width]` (i) */
  readonly doCount: Float64Array;
  /** `[episodes, width, width]` (i, j) */
  readonly doSum: Float64Array;
  readonly doCross: Float64Array;
  /** `[episodes, width]` (i) and `[episodes, width, width]` (i, j): rows in which i was set with others, and Σx_j; the sums are empty where one variable is set at a time. */
  readonly severalCount: Float64Array;
  readonly severalSum: Float64Array;
  /** `[episodes, width]` per intervened variable: best outcome so far (sign-adjusted, −∞ before the first) and the value that gave it, last value, last outcome (mean target of the last intervention), step of the last intervention (−1 before the first). */
  readonly bestOutcome: Float64Array;
  readonly bestValue: Float64Array;
  readonly lastValue: Float64Array;
  readonly lastOutcome: Float64Array;
  readonly lastStep: Int32Array;
  /**
   * Mean and standard deviation of each variable over the rows that the episode started from, `[episodes, width]`: the
   * fixed unit of everything that is standardised, so that an intervention's size and sign stay visible.
   */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  /**
   * `[episodes, width + 1, width + 1]` inverse of `Λ + Σ zzᵀ` over all rows, with z the standardised row after a leading 1:
   * the ridge regression of every variable on all others at once. Updated by Sherman & Morrison (1950).
   */
  readonly ridgeInverse: Float64Array;
}

/** Every row of a batch of episodes in the order it was seen. */
export interface History {
  /** Rows so far (the same for every episode of the batch). */
  readonly rows: number;
  /** `[episodes, capacity, width]` raw values in the variables' own units. */
  readonly values: Float64Array;
  /** `[episodes, capacity]` index of the variable that was set, −1 (`NONE`) for an observational row, −2 (`SEVERAL`) for several. */
  readonly intervened: Int32Array;
  /** `[episodes, capacity, width]` 1 where a variable was set; read for rows of several, left out where there are none. */
  readonly set?: Uint8Array;
  readonly capacity: number;
}

/** What a surrogate believes about the structure around the target, for a batch of episodes. */
export interface Beliefs {
  /** `[episodes, width]` probability that a variable is a direct parent of the target; 0 for the target and for padding. */
  readonly parent: Float64Array;
  /** `[episodes]` entropy of the belief about the parent set, nats. */
  readonly entropy: Float64Array;
  /**
   * `[episodes, width]` posterior mean and standard deviation of each variable's total effect on the target, target units per
   * unit of the variable; left out by kinds that know nothing of effects. `draw` is one joint draw from the same posterior,
   * for Thompson sampling, made only by those that are asked for it. Setting v to x is expected to change the target by
   * `mean (x − centre) − offset`, with `Statistics.centre`; the offset, target units, is 0 where it is left out.
   */
  readonly effect?: {
    readonly mean: Float64Array;
    readonly sd: Float64Array;
    readonly offset?: Float64Array;
    readonly draw?: Float64Array;
  };
}

/** Everything that a policy may see, for a batch of episodes in lock-step. */
export interface Observation {
  readonly problems: PublicProblems;
  readonly statistics: Statistics;
  readonly history: History;
  /** What a surrogate made of the rows; left out where none is in use. */
  readonly beliefs?: Beliefs;
  /** Interventions made so far, and how many there will be. */
  readonly step: number;
  readonly horizon: number;
}

/**
 * A batch of interventions, one for each episode: `[episodes, slots]`, one slot where one variable is set at a time. Slots
 * behind the last variable that an intervention sets hold −1. `value` lives on the domain scaled to [−1, 1], so that both ends
 * of the domain can be reached: −1 is its low end, +1 its high end.
 */
export interface Actions {
  readonly variable: Int32Array;
  readonly value: Float64Array;
}

/** What a batch of interventions led to. Arrays are `[episodes]` unless said. */
export interface Outcomes {
  /** `[episodes, slots]` the values in the variables' own units. */
  readonly rawValue: Float64Array;
  /** Mean sampled target over the rows of this intervention: what the experimenter saw. */
  readonly sampled: Float64Array;
  /** `E[target | do]`, the truth. */
  readonly expected: Float64Array;
}
