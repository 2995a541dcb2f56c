/** What a run is made of, built from its config in the same way in every thread. */

import { type InterventionActions, type InterventionPolicy, interventionRoller } from "../episodes/mod.ts";
import {
  createLocalPool,
  type Roller,
  type ShardParts,
  type ShardPool,
  trainedParameters,
  type TrainerOptions,
} from "../grpo/mod.ts";
import { createStream, type Stream } from "../random/mod.ts";
import { trackStream } from "../scm/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import type { Variable } from "@tensorflow/tfjs-core";
import { type Config, trainerOptions } from "../config/mod.ts";
import { rolloutOptions, surrogateOf } from "./options.ts";
import {
  createPolicy,
  createValueFunction,
  type PolicyViews,
  type SessionPolicy,
  type SessionValueFunction,
} from "./policy.ts";
import { drawProblems, readTrack, type Track, trackStages } from "./track.ts";

export type { SessionPolicy };
export type SessionRoller = Roller<InterventionPolicy<PolicyViews> & SessionPolicy, PolicyViews, InterventionActions>;

/** Networks, rollers and options of one run. */
export interface SessionParts extends ShardParts<PolicyViews, InterventionActions> {
  readonly policy: SessionPolicy;
  readonly reference?: SessionPolicy;
  readonly valueFunction?: SessionValueFunction;
  readonly options: TrainerOptions;
  /** Everything that the optimiser changes, in a fixed order. */
  readonly parameters: readonly Variable[];
  /** Root of the training's randomness. */
  readonly stream: Stream;
  rollerOf(stage: number, shard: number, update: number): SessionRoller;
}

/**
 * Builds a run's networks with their initial parameters; the tensor backend must be chosen before.
 * @param trained the surrogate in place of the config's, where it is trained beside the policy
 */
export function createParts(config: Config, track: Track, trained?: BeliefSource): SessionParts {
  const root = createStream(config.seed);
  const options = trainerOptions(config, config.policy.value_head.kind === "categorical");
  const surrogate = trained ?? surrogateOf(config);
  const policy = createPolicy(config, root.child("policy"));
  const reference = options.kl.coefficient > 0 ? createPolicy(config, root.child("policy")) : undefined;
  const valueFunction = options.valueBaseline === null ? undefined : createValueFunction(config, root.child("policy"));
  const parts = {
    policy,
    options,
    ...(reference === undefined ? {} : { reference }),
    ...(valueFunction === undefined ? {} : { valueFunction }),
  };
  const turns = [track, ...config.also_train_on.map(readTrack)].map((each) => trackStages(config, each));
  const share = (shard: number) => shardSize(config.grpo.problems_per_update, options.shards, shard);
  return {
    ...parts,
    parameters: trainedParameters(parts),
    stream: trackStream(track, "train", config.seed),
    rollerOf: (stage, shard, update) => {
      const { distribution, episode } = turns[update % turns.length][stage];
      return interventionRoller(
        (stream) => drawProblems(distribution, share(shard), stream),
        rolloutOptions(config, episode, update, surrogate),
      );
    },
  };
}

/** Problems of one shard: as equal as they can be. */
function shardSize(problems: number, shards: number, shard: number): number {
  return Math.floor(problems * (shard + 1) / shards) - Math.floor(problems * shard / shards);
}

/** Copies the policy's parameters into the KL reference. */
export async function copyIntoReference(parts: SessionParts): Promise<void> {
  parts.reference?.named.assign(await parts.policy.named.values());
}

/**
 * A pool that computes some of a run's shards in this thread.
 * @param updateReference brings the KL reference up to date
 */
export function localPool(
  parts: SessionParts,
  indices: readonly number[],
  updateReference: () => Promise<void> = () => copyIntoReference(parts),
): ShardPool {
  return createLocalPool({ ...parts, policy: parts.policy }, parts.rollerOf, parts.stream, updateReference, indices);
}
