/** From a checked config to the options of the algorithm rooms. */

import type { BeliefChannels, EpisodeOptions } from "../environment/mod.ts";
import type { RolloutOptions } from "../episodes/mod.ts";
import type { PolicySettings } from "../policy/mod.ts";
import { createReward } from "../reward/mod.ts";
import { type BeliefSource, createSurrogate, surrogateKind } from "../surrogate/mod.ts";
import type { NamedTensors } from "../runs/mod.ts";
import type { Config } from "../config/mod.ts";
import { neuralSurrogate } from "./joint/session.ts";

/** The rollout's options for episodes of one stage, at one update of the run. */
export function rolloutOptions(
  config: Config,
  episode: EpisodeOptions,
  update: number,
  surrogate?: BeliefSource,
): RolloutOptions {
  const { grpo, reward } = config;
  return {
    kind: grpo.group,
    groupSize: grpo.group_size,
    episode,
    reward: createReward(reward),
    commonRandomNumbers: grpo.common_random_numbers,
    lookahead: update >= grpo.lookahead.from * grpo.updates ? grpo.lookahead.steps : 0,
    ...(surrogate === undefined ? {} : { surrogate }),
  };
}

/** What a config asks of its policy. */
export function policySettings(config: Config): PolicySettings {
  const { width, layers, heads, dropout, value_head, anneal_from, response_points, exploration } = config.policy;
  return {
    width,
    layers,
    heads,
    dropout,
    valueHead: value_head,
    annealFrom: anneal_from,
    responsePoints: response_points,
    beliefs: beliefChannelsOf(config),
    exploration,
    sets: config.policy.sets,
  };
}

/** What the policy sees of the surrogate's beliefs. */
function beliefChannelsOf({ policy, surrogate }: Config): BeliefChannels {
  if (surrogate.kind === "none" || !policy.beliefs) return "none";
  return surrogate.kind === "neural" || surrogateKind(surrogate.kind)?.knowsEffects === true ? "effects" : "structure";
}

/**
 * The surrogate that a config asks for; undefined for none.
 * @param trained tensors of one that was trained beside the policy, from the checkpoint
 */
export function surrogateOf(config: Config, trained?: NamedTensors): BeliefSource | undefined {
  const { surrogate } = config;
  if (surrogate.kind === "neural") return neuralSurrogate(config, trained);
  return surrogate.kind === "none" ? undefined : createSurrogate(surrogate);
}
