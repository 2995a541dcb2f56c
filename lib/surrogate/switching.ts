/**
 * Adaptive switching between static features and learned ones, episode by episode and step by step: the learned belief takes
 * over as it becomes sure.
 */

import type { Beliefs } from "../environment/mod.ts";
import { type BeliefSource, type PrivilegedSurrogate, type Surrogate, surrogateFor } from "./types.ts";
import { z } from "zod";
import { createActiveSurrogate, learningRate } from "./active/active.ts";
import { createBootstrapSurrogate, noise } from "./bootstrap.ts";
import type { SurrogateKind } from "./kind.ts";

/** When the learned belief takes over. */
export interface SwitchingOptions {
  /** Confidence up to which the static features are used alone. */
  readonly from: number;
  /** Confidence from which the learned belief is used alone; between the two they are mixed linearly. */
  readonly to: number;
}

/** The defaults: the learned belief begins to count when half of the entropy is gone. */
export const SWITCHING_DEFAULTS: SwitchingOptions = { from: 0.5, to: 0.75 };

/**
 * The learned surrogate's confidence is `1 − H / ((n − 1) ln 2)`: 0 when all sets of the n − 1 other variables are equally
 * probable, 1 when one is certain. Privileged, because the static features are.
 * @throws RangeError unless 0 ≤ from < to ≤ 1
 */
export function createSwitchingSurrogate(
  fixed: BeliefSource,
  learned: Surrogate,
  changes: Partial<SwitchingOptions> = {},
): PrivilegedSurrogate {
  const { from, to } = { ...SWITCHING_DEFAULTS, ...changes };
  if (!(from >= 0 && from < to && to <= 1)) {
    throw new RangeError(`Cannot switch from confidence ${from} to ${to}: 0 ≤ from < to ≤ 1 was expected`);
  }
  const name = `${fixed.name}-to-${learned.name}`;
  return {
    name,
    privileged: true,
    create: (problems) => ({
      name,
      privileged: true,
      track(description, streams) {
        const before = surrogateFor(fixed, problems).track(description, streams);
        const after = learned.track(description, streams);
        return {
          update(observation): Beliefs {
            const known = after.update(observation);
            return mixBeliefs(before.update(observation), known, (e) => {
              const most = (description.sizes[e] - 1) * Math.LN2;
              const confidence = most > 0 ? 1 - known.entropy[e] / most : 1;
              return Math.min(1, Math.max(0, (confidence - from) / (to - from)));
            });
          },
        };
      },
    }),
  };
}

/** `(1 − w) first + w second` of every episode, with w its `weight`. */
export function mixBeliefs(first: Beliefs, second: Beliefs, weight: (episode: number) => number): Beliefs {
  const episodes = first.entropy.length;
  const width = first.parent.length / episodes;
  const weights = Float64Array.from({ length: episodes }, (_, e) => weight(e));
  const mix = (a: Float64Array, b: Float64Array, each: number) =>
    a.map((value, k) => {
      const w = weights[Math.floor(k / each)];
      return value + w * (b[k] - value);
    });
  return { parent: mix(first.parent, second.parent, width), entropy: mix(first.entropy, second.entropy, 1) };
}

const switchingOptions = {
  noise,
  learning_rate: learningRate,
  from: z.number().min(0).max(1).default(SWITCHING_DEFAULTS.from).describe(
    "confidence of the learner up to which the static features are used alone",
  ),
  to: z.number().min(0).max(1).default(SWITCHING_DEFAULTS.to).describe(
    "confidence from which the learner is used alone",
  ),
};

/** From the static features to the active learner, as configs know it. */
export const switching: SurrogateKind<"switching", typeof switchingOptions> = {
  name: "switching",
  summary: "from bootstrap to active as active becomes sure (privileged)",
  options: switchingOptions,
  privileged: true,
  knowsEffects: false,
  create: ({ noise, learning_rate, from, to }) =>
    createSwitchingSurrogate(
      createBootstrapSurrogate(noise),
      createActiveSurrogate({ learningRate: learning_rate }),
      { from, to },
    ),
};
