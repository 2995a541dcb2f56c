/** A learned value function over statistics views, for the PPO comparison: the statistics network, averaged over variables. */

import * as tf from "@tensorflow/tfjs-core";
import type { StatisticsViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Parameters } from "../tensor/mod.ts";
import { createStatisticsNetwork, type StatisticsNetworkOptions } from "./statistics_network.ts";

export interface StatisticsValueFunction {
  readonly parameters: readonly tf.Variable[];
  readonly named: Parameters;
  /** V(s), `[views, 1]`. */
  value(views: StatisticsViews): tf.Tensor2D;
}

/** A value function with fresh parameters from `stream`. */
export function createStatisticsValueFunction(
  options: Omit<StatisticsNetworkOptions, "outputs">,
  stream: Stream,
): StatisticsValueFunction {
  const network = createStatisticsNetwork({ ...options, outputs: 1 }, stream.child("value parameters"));
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
