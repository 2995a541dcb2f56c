// deno-lint-ignore-file no-console
/**
 * A kind of learned policy of one's own: `linear` scores each variable by a weighted sum of its own features, where the shipped
 * kinds let variables send messages to each other. One record says what its network is, what it refuses and how it is made.
 * Inside the library it would be a file in `lib/policy/` and a name in the list of `registry.ts`; from outside it is trained by
 * whatever takes a policy, here by the algorithm of `examples/grpo.ts`.
 *
 *     deno run -A examples/policy.ts
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  concatViews,
  gatherViews,
  nodeChannels,
  type StatisticsViews,
  statisticsViews,
} from "../lib/environment/mod.ts";
import { createLearnedPolicy, createValueHead, type PolicyKind, type PolicySettings } from "../lib/policy/mod.ts";
import { createParameters } from "../lib/tensor/mod.ts";
import { train } from "./grpo.ts";

/** ℓ = features · W + b for each variable alone: the same weights for all, so that their order and number do not matter. */
export const linear: PolicyKind<"linear", StatisticsViews> = {
  name: "linear",
  summary: "weighted sum of a variable's own features",
  refuses: ({ dropout, exploration }) => ({
    ...(dropout === 0 ? {} : { dropout: "it has no channels to drop: set it to 0" }),
    ...(exploration === null ? {} : { exploration: "it plays no upper bounds: leave it at null" }),
  }),
  create(settings, stream) {
    const head = createValueHead(settings.valueHead);
    const inputs = nodeChannels(settings);
    const parameters = createParameters([
      { name: "output", shape: [inputs, head.outputs], deviation: 0.1 / Math.sqrt(inputs) },
      { name: "output/bias", shape: [head.outputs], deviation: 0 },
    ], stream.child("parameters"));
    return createLearnedPolicy<StatisticsViews>({
      parameters,
      forward: ({ nodes, count, width, channels }) =>
        tf.tidy(() => {
          const features = tf.tensor2d(nodes, [count * width, channels]);
          const scores = tf.add(tf.matMul(features, parameters.get("output")), parameters.get("output/bias"));
          return tf.reshape(scores, [count, width, head.outputs]) as tf.Tensor3D;
        }),
      dropout: 0,
      viewsOf: (observation) => statisticsViews(observation, settings),
      gather: gatherViews,
      concat: concatViews,
      mostAtOnce: ({ count }) => count,
      head,
      annealFrom: settings.annealFrom,
    });
  },
};

const SETTINGS: PolicySettings = {
  width: 1, // a kind takes what it needs of the settings that all share
  layers: 1,
  heads: 1,
  dropout: 0,
  valueHead: { kind: "categorical", levels: 2 },
  annealFrom: 1,
  responsePoints: 0,
  beliefs: "none",
  exploration: null,
  sets: false,
};

/** Mean normalised value of each update of a training of the linear policy. */
export function trainLinear(updates: number): Promise<number[]> {
  return train(updates, 0, (stream) => linear.create(SETTINGS, stream));
}

if (import.meta.main) {
  const values = await trainLinear(100);
  const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
  console.log(`normalised value: ${mean(values.slice(0, 10)).toFixed(3)}, then ${mean(values.slice(-10)).toFixed(3)}`);
}
