/** Learned value functions over the views of the policies, for the PPO comparison: the policy's kind of network, averaged over variables. */

import * as tf from "@tensorflow/tfjs-core";
import type { HistoryViews, StatisticsViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Parameters } from "../tensor/mod.ts";
import { createHistoryNetwork, type HistoryNetworkOptions } from "./history_network.ts";
import type { ViewNetwork } from "./network.ts";
import { createStatisticsNetwork, type StatisticsNetworkOptions } from "./statistics_network.ts";

/** A value function over views of type `Views`. */
export interface LearnedValueFunction<Views> {
  readonly parameters: readonly tf.Variable[];
  readonly named: Parameters;
  /** V(s), `[views, 1]`. */
  value(views: Views): tf.Tensor2D;
}

/** A value function over statistics views, with fresh parameters from `stream`. */
export function createStatisticsValueFunction(
  options: Omit<StatisticsNetworkOptions, "outputs">,
  stream: Stream,
): LearnedValueFunction<StatisticsViews> {
  return averaged(createStatisticsNetwork({ ...options, outputs: 1 }, stream.child("value parameters")));
}

/** A value function over history views, with fresh parameters from `stream`. */
export function createHistoryValueFunction(
  options: Omit<HistoryNetworkOptions, "outputs">,
  stream: Stream,
): LearnedValueFunction<HistoryViews> {
  return averaged(createHistoryNetwork({ ...options, outputs: 1 }, stream.child("value parameters")));
}

/** The mean output of the variables that are present. */
function averaged<Views extends { readonly count: number; readonly width: number; readonly present: Float32Array }>(
  network: ViewNetwork<Views>,
): LearnedValueFunction<Views> {
  return {
    parameters: network.parameters.list,
    named: network.parameters,
    value: (views) =>
      tf.tidy(() => {
        const present = tf.tensor2d(views.present, [views.count, views.width]);
        const each = tf.reshape(network.forward(views, null), [views.count, views.width]);
        return tf.div(tf.sum(tf.mul(each, present), 1, true), tf.sum(present, 1, true)) as tf.Tensor2D;
      }),
  };
}
