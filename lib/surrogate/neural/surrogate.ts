/** The `neural` surrogate: a trained network as a {@linkcode Surrogate}. */

import { type Beliefs, membersOf, type Observation, wasSet } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { computeNow } from "../../tensor/mod.ts";
import type { Surrogate } from "../types.ts";
import { type AttentionFormOptions, createAttentionForm } from "./attention_form.ts";
import { addEpisodeRowInto, type CommonViews, createEpisodeSums, type EpisodeRows } from "./episodes.ts";
import { LOG_SD, OUTPUTS, type PreparedBatch, type SurrogateForm } from "./form.ts";
import { createStatisticsForm, type StatisticsFormOptions } from "./statistics_form.ts";

/** Which network, and its size. */
export type SurrogateFormOptions =
  | { readonly kind: "statistics" } & StatisticsFormOptions
  | { readonly kind: "attention" } & AttentionFormOptions;

/** A network with fresh parameters from `stream`. */
export function createSurrogateForm(options: SurrogateFormOptions, stream: Stream): SurrogateForm {
  return options.kind === "statistics" ? createStatisticsForm(options, stream) : createAttentionForm(options, stream);
}

/**
 * The belief of a network about each episode of a batch: parents are taken as independent given the data, so that the
 * entropy is a sum over variables.
 */
export function beliefsOf({ views, forward }: PreparedBatch): Beliefs {
  return readBeliefs(computeNow(forward), views);
}

function readBeliefs(data: Float32Array, { count, width, candidates, slope, slopeUnit }: CommonViews): Beliefs {
  const vector = () => new Float64Array(count * width);
  const parent = vector();
  const entropy = new Float64Array(count);
  const mean = vector();
  const sd = vector();
  for (let at = 0; at < count * width; at++) {
    if (candidates[at] === 0) continue;
    const logit = data[at * OUTPUTS];
    const probability = 1 / (1 + Math.exp(-logit));
    parent[at] = probability;
    // H(σ(x)) = log(1 + e^|x|) − |x| σ(|x|), without cancellation.
    const size = Math.abs(logit);
    entropy[Math.floor(at / width)] += Math.log1p(Math.exp(-size)) + size / (1 + Math.exp(size));
    const logSd = Math.max(LOG_SD.low, Math.min(LOG_SD.high, data[at * OUTPUTS + 2] + LOG_SD.start));
    mean[at] = (data[at * OUTPUTS + 1] + slope[at]) * slopeUnit[at];
    sd[at] = Math.exp(logSd) * slopeUnit[at];
  }
  return { parent, entropy, effect: { mean, sd } };
}

/** Episodes that one pass of the network takes at most: it bounds the memory. */
const CHUNK = 256;

/** A trained network that follows episodes row by row. It draws nothing at random. */
export function createNeuralSurrogate(form: SurrogateForm): Surrogate {
  return {
    name: "neural",
    privileged: false,
    track: (problems) => {
      const sums = Array.from(problems.sizes, createEpisodeSums);
      return {
        update({ history, problems: { width, targets, episodes } }: Observation): Beliefs {
          const all = sums.map((own, e): EpisodeRows => {
            const values = history.values.subarray(e * history.capacity * width, (e + 1) * history.capacity * width);
            const first = e * history.capacity;
            for (let row = own.rows; row < history.rows; row++) {
              addEpisodeRowInto(own, values, row * width, membersOf(history, first + row, width));
            }
            const isSet = (row: number, v: number) => wasSet(history, first + row, v, width);
            return { sums: own, target: targets[e], values, stride: width, wasSet: isSet };
          });
          const parts: Beliefs[] = [];
          for (let from = 0; from < episodes; from += CHUNK) {
            parts.push(beliefsOf(form.prepare(all.slice(from, from + CHUNK), width)));
          }
          return joinBeliefs(parts);
        },
      };
    },
  };
}

function joinBeliefs(parts: readonly Beliefs[]): Beliefs {
  const join = (arrays: readonly Float64Array[]): Float64Array => {
    const joined = new Float64Array(arrays.reduce((total, array) => total + array.length, 0));
    arrays.reduce((offset, array) => (joined.set(array, offset), offset + array.length), 0);
    return joined;
  };
  const effects = parts.flatMap(({ effect }) => effect === undefined ? [] : [effect]);
  return {
    parent: join(parts.map(({ parent }) => parent)),
    entropy: join(parts.map(({ entropy }) => entropy)),
    effect: { mean: join(effects.map(({ mean }) => mean)), sd: join(effects.map(({ sd }) => sd)) },
  };
}
