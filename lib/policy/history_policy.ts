/**
 * The `history` policy: alternating attention over every row seen so far, for any number of rows and variables. It acts as a
 * {@linkcode Policy} and is trained as a {@linkcode TrainablePolicy}.
 */

import {
  chooseHistoryViews,
  concatHistoryViews,
  gatherHistoryViews,
  historyStatics,
  type HistoryViewOptions,
  type HistoryViews,
  historyViews,
} from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { createHistoryNetwork, type HistoryNetworkOptions } from "./history_network.ts";
import { createLearnedPolicy, type LearnedPolicy } from "./learned_policy.ts";
import { createValueHead } from "./value_head/create.ts";
import type { ValueHeadOptions } from "./value_head/types.ts";
import { type PolicyKind, refusedExploration } from "./kind.ts";
import { createHistoryValueFunction } from "./value_function.ts";

/** Settings of a policy that reads the rows of its history. */
export interface HistoryPolicyOptions extends Omit<HistoryNetworkOptions, "outputs" | "statics"> {
  readonly view: HistoryViewOptions;
  readonly valueHead: ValueHeadOptions;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** Cells of the tables in one pass. */
const MOST_CELLS = 16384;

/** A policy with fresh parameters from `stream`. */
export function createHistoryPolicy(options: HistoryPolicyOptions, stream: Stream): LearnedPolicy<HistoryViews> {
  const head = createValueHead(options.valueHead);
  const { parameters, forward } = createHistoryNetwork(
    { ...options, outputs: head.outputs, statics: historyStatics(options.view) },
    stream.child("parameters"),
  );
  return createLearnedPolicy({
    parameters,
    forward,
    dropout: options.dropout,
    viewsOf: (observation) => historyViews(observation, options.view),
    gather: gatherHistoryViews,
    concat: concatHistoryViews,
    ...(options.view.sets === true ? { choose: chooseHistoryViews } : {}),
    mostAtOnce: ({ rows, width }) => Math.max(1, Math.floor(MOST_CELLS / (rows * width))),
    head,
    annealFrom: options.annealFrom,
  });
}

/** The history policy as configs know it. */
export const history: PolicyKind<"history", HistoryViews> = {
  name: "history",
  summary: "alternating attention over every row seen",
  refuses: ({ width, heads, responsePoints, exploration }) => ({
    ...refusedExploration(exploration),
    ...(width % heads === 0 ? {} : { heads: `${heads} attention heads do not divide the width ${width}` }),
    ...(responsePoints > 0 ? { responsePoints: "the history policy sees rows, not responses: leave it at 0" } : {}),
  }),
  create: ({ beliefs, sets, ...settings }, stream) =>
    createHistoryPolicy({ ...settings, view: { beliefs: beliefs !== "none", sets } }, stream),
  createValueFunction: ({ width, layers, heads, sets }, stream) =>
    createHistoryValueFunction({ width, layers, heads, dropout: 0, statics: historyStatics({ sets }) }, stream),
};
