/**
 * The `statistics` policy: a permutation-equivariant network over per-variable and pairwise statistics, for any number of
 * variables. It acts as a {@linkcode Policy} and is trained as a {@linkcode TrainablePolicy}.
 */

import {
  chooseViews,
  concatViews,
  gatherViews,
  nodeChannels,
  type StatisticsViews,
  statisticsViews,
  type ViewOptions,
} from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { createStatisticsNetwork, type StatisticsNetworkOptions } from "./statistics_network.ts";
import { createLearnedPolicy, type LearnedPolicy } from "./learned_policy.ts";
import { createValueHead } from "./value_head/create.ts";
import type { ValueHeadOptions } from "./value_head/types.ts";
import { type PolicyKind, refusedExploration } from "./kind.ts";
import { createStatisticsValueFunction } from "./value_function.ts";

/** Settings of a policy that reads statistics of variables and of pairs of variables. */
export interface StatisticsPolicyOptions extends Omit<StatisticsNetworkOptions, "inputs" | "outputs"> {
  /** What the network sees besides the plain statistics. */
  readonly view: ViewOptions;
  readonly valueHead: ValueHeadOptions;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** A policy with fresh parameters from `stream`. */
export function createStatisticsPolicy(
  options: StatisticsPolicyOptions,
  stream: Stream,
): LearnedPolicy<StatisticsViews> {
  const head = createValueHead(options.valueHead);
  const sizes = { inputs: nodeChannels(options.view), outputs: head.outputs };
  const { parameters, forward } = createStatisticsNetwork({ ...options, ...sizes }, stream.child("parameters"));
  return createLearnedPolicy({
    parameters,
    forward,
    dropout: options.dropout,
    viewsOf: (observation) => statisticsViews(observation, options.view),
    gather: gatherViews,
    concat: concatViews,
    ...(options.view.sets === true ? { choose: chooseViews } : {}),
    mostAtOnce: ({ count }) => count,
    head,
    annealFrom: options.annealFrom,
  });
}

/** The statistics policy as configs know it. */
export const statistics: PolicyKind<"statistics", StatisticsViews> = {
  name: "statistics",
  summary: "permutation-equivariant network over statistics of variables and of pairs of variables",
  refuses: ({ exploration }) => refusedExploration(exploration),
  create: (settings, stream) => createStatisticsPolicy({ ...settings, view: settings }, stream),
  createValueFunction: ({ width, layers, heads, ...view }, stream) =>
    createStatisticsValueFunction({ width, layers, heads, dropout: 0, inputs: nodeChannels(view) }, stream),
};
