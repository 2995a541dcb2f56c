/** What is validated, and what a check says. */

import type { Environment, StatisticsViews } from "../environment/mod.ts";
import type { LearnedPolicy } from "../policy/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Reward, RewardOptions } from "../reward/mod.ts";

/** A learned policy over statistics. */
export type ValidatedPolicy = LearnedPolicy<StatisticsViews>;

/** The parts that are put to the test. The library's own are {@linkcode librarySubject}. */
export interface ValidationSubject {
  readonly createReward: (options: RewardOptions) => Reward;
  /** What a policy gets to see of an environment. */
  readonly viewsOf: (environment: Environment) => StatisticsViews;
  /** A fresh policy. */
  readonly createPolicy: (stream: Stream) => ValidatedPolicy;
}

/** A number with its 95 % interval. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The verdict of one check. */
export interface Check {
  readonly group: "reward" | "attack" | "normalisation" | "inputs" | "training" | "zero-out";
  /** What must hold. */
  readonly name: string;
  readonly passed: boolean;
  /** What was found, with its numbers. */
  readonly found: string;
  /** The number that decided, where there is one with an interval. */
  readonly measured?: Measured;
}
