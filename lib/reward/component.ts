/** What a component of the reward is: its name, its options, what it knows, and how it judges. */

import type { z } from "zod";
import { type Actions, type Beliefs, chosenOf, type Environment, type Observation } from "../environment/mod.ts";

/** What an environment knows of its problems. */
export type Truth = Pick<Environment, "problemOf" | "isParent">;

/** What optimisation judges: `E[target | do]` (privileged), or the outcome that an experimenter would see. */
export type RewardOutcome = "expected" | "sampled";

/** Candidate interventions, none of them carried out yet. Arrays are `[candidates]`. */
export interface Candidates {
  /** The states that they were drawn in. */
  readonly observation: Observation;
  /** Whose state a candidate was drawn in. */
  readonly owners: Int32Array;
  readonly actions: Actions;
  /** Expected or sampled target, as {@linkcode RewardOutcome} says. */
  readonly outcome: Float64Array;
  /** The truth, for privileged forms. */
  readonly truth: Truth;
}

/** What candidates taught: the beliefs of their states, and those after each of them. */
export interface Lessons {
  readonly observation: Observation;
  readonly owners: Int32Array;
  /** `[candidates]` episodes. */
  readonly after: Beliefs;
  readonly truth: Truth;
}

/** What a component may know beside its own options. */
export interface Knowledge {
  readonly outcome: RewardOutcome;
  /** Whether the beliefs come from a surrogate that knows the truth. */
  readonly privilegedBeliefs: boolean;
}

/** The values of options that are described by a shape of schemas. */
export type OptionsOf<Shape extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Shape>>>;

/**
 * One component, a bounded function of what was known before, the action, its outcome and what is known after. It judges
 * either candidates or, after beliefs were updated, lessons.
 */
export interface RewardComponent<Name extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Its key in configs and metrics. */
  readonly name: Name;
  /** What its weight rewards, in words. */
  readonly rewards: string;
  /** Weight where a config says nothing. */
  readonly weight: number;
  /** Schemas of its options, each with a default and a description. */
  readonly options: Shape;
  /** Whether it cannot judge without beliefs about the target's parents. */
  needsBeliefs(options: OptionsOf<Shape>): boolean;
  /** What it knows of the true SCM, in words; undefined if an experimenter could compute it. */
  knows(options: OptionsOf<Shape>, knowledge: Knowledge): string | undefined;
  /** `[candidates]`; null where beliefs are needed and there are none. */
  judge?(candidates: Candidates, options: OptionsOf<Shape>): Float64Array | null;
  /** `[candidates]`; null where beliefs are needed and there are none. */
  learned?(lessons: Lessons, options: OptionsOf<Shape>): Float64Array | null;
}

/** What a form that knows the true parents knows, or one that reads the beliefs of a surrogate that may. */
export function knowsParents(privilegedForm: boolean, { privilegedBeliefs }: Knowledge): string | undefined {
  if (privilegedForm) return "the true parents";
  return privilegedBeliefs ? "what the privileged surrogate knows" : undefined;
}

/** @throws RangeError if `value` is not a number: a reward made of it would mean nothing */
export function requireNumber(value: number, what: string): number {
  if (Number.isNaN(value)) throw new RangeError(`Cannot reward ${what} that is not a number`);
  return value;
}

/** `x`, or the nearer end of [low, high]. */
export function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}

/**
 * `[candidates]` the mean of a quantity over the variables that each candidate sets.
 * @param of the quantity of the variable at a place of `actions`, in episode e
 */
export function meanOverMembers(
  owners: Int32Array,
  { variable }: Candidates["actions"],
  of: (e: number, at: number) => number,
): Float64Array {
  const slots = variable.length / owners.length;
  return Float64Array.from(owners, (e, k) => {
    const members = chosenOf(variable, k, slots).length;
    let sum = 0;
    for (let place = 0; place < members; place++) sum += of(e, k * slots + place);
    return sum / members;
  });
}
