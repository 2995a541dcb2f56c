/** The networks that a config asks for. */

import { type LearnedPolicy, type LearnedValueFunction, policyKind, type SettableViews } from "../policy/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Config } from "../config/mod.ts";
import { policySettings } from "./options.ts";

/** What a learned policy sees. It is only ever handed the views that it made itself. */
export type PolicyViews = SettableViews;
export type SessionPolicy = LearnedPolicy<PolicyViews>;
export type SessionValueFunction = LearnedValueFunction<PolicyViews>;

/**
 * The policy of a config with fresh parameters from `stream`.
 * @param annealFrom temperature in place of the config's `policy.anneal_from`
 */
export function createPolicy(config: Config, stream: Stream, annealFrom?: number): SessionPolicy {
  const settings = policySettings(config);
  return policyKind(config.policy.kind).create(
    annealFrom === undefined ? settings : { ...settings, annealFrom },
    stream,
  );
}

/** A value function over the same views, for the PPO comparison. */
export function createValueFunction(config: Config, stream: Stream): SessionValueFunction {
  const { name, createValueFunction } = policyKind(config.policy.kind);
  if (createValueFunction === undefined) throw new RangeError(`A ${name} policy has no value function`);
  return createValueFunction(policySettings(config), stream);
}
