/** What a config can say of a kind of learned policy, and how one is made of it. */

import type { BeliefChannels } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { LearnedPolicy, SettableViews } from "./learned_policy.ts";
import type { LearnedValueFunction } from "./value_function.ts";
import type { ValueHeadOptions } from "./value_head/types.ts";

/** What every learned policy is asked for. */
export interface PolicySettings {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  readonly valueHead: ValueHeadOptions;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
  /** Points of each domain at which the policy sees the target's response; 0 for none. */
  readonly responsePoints: number;
  /** What it sees of the surrogate's beliefs. */
  readonly beliefs: BeliefChannels;
  /** How much upper confidence bounds add to the mean; null leaves it to the kind. */
  readonly exploration: number | null;
  /** Whether it chooses sets of variables. */
  readonly sets: boolean;
}

/** One kind of learned policy. */
export interface PolicyKind<Name extends string = string, Views extends SettableViews = SettableViews> {
  /** Its `kind` in configs. */
  readonly name: Name;
  /** What its network is, in words. */
  readonly summary: string;
  /** Settings that it cannot work with, by their name, and why. */
  refuses(
    settings: Pick<
      PolicySettings,
      "width" | "heads" | "responsePoints" | "valueHead" | "dropout" | "exploration" | "sets"
    >,
  ): Partial<Record<keyof PolicySettings, string>>;
  /** A policy with fresh parameters from `stream`. */
  create(settings: PolicySettings, stream: Stream): LearnedPolicy<Views>;
  /** A value function over the same views, for the PPO comparison; a kind without it has none. */
  createValueFunction?(settings: PolicySettings, stream: Stream): LearnedValueFunction<Views>;
}

/** The refusal of a kind that plays no upper bounds. */
export function refusedExploration(exploration: number | null): { readonly exploration?: string } {
  return exploration === null
    ? {}
    : { exploration: "only policies that play upper bounds explore so: leave it at null" };
}
