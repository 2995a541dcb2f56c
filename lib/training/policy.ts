/** The networks that a config asks for. */

import { type HistoryViews, nodeChannels, type StatisticsViews } from "../environment/mod.ts";
import {
  createHistoryPolicy,
  createHistoryValueFunction,
  createStatisticsPolicy,
  createStatisticsValueFunction,
  type LearnedPolicy,
  type LearnedValueFunction,
} from "../policy/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Config } from "../config/mod.ts";
import { historyPolicyOptions, statisticsPolicyOptions } from "./options.ts";

/** What one of the learned policies sees. A policy is only ever handed the views that it made itself. */
export type PolicyViews = StatisticsViews | HistoryViews;
export type SessionPolicy = LearnedPolicy<PolicyViews>;
export type SessionValueFunction = LearnedValueFunction<PolicyViews>;

/**
 * The policy of a config with fresh parameters from `stream`.
 * @param annealFrom temperature in place of the config's `policy.anneal_from`
 */
export function createPolicy(config: Config, stream: Stream, annealFrom?: number): SessionPolicy {
  const changed = annealFrom === undefined ? {} : { annealFrom };
  switch (config.policy.kind) {
    case "statistics":
      return createStatisticsPolicy({ ...statisticsPolicyOptions(config), ...changed }, stream);
    case "history":
      return createHistoryPolicy({ ...historyPolicyOptions(config), ...changed }, stream);
  }
}

/** A value function over the same views, for the PPO comparison. */
export function createValueFunction(config: Config, stream: Stream): SessionValueFunction {
  const { width, layers, heads, kind } = config.policy;
  const options = { width, layers, heads, dropout: 0 };
  switch (kind) {
    case "statistics": {
      const inputs = nodeChannels(statisticsPolicyOptions(config).view);
      return createStatisticsValueFunction({ ...options, inputs }, stream);
    }
    case "history":
      return createHistoryValueFunction(options, stream);
  }
}
