/** What a surrogate believes, as features of a variable behind the plain statistics. */

import { bounded } from "./bounded.ts";
import { type FeatureColumns, offsetsOf } from "./offsets.ts";
import type { Observation } from "./types.ts";

/**
 * How much of the beliefs the view contains: nothing, parent probabilities and their entropy, or total effects as well.
 */
export type BeliefChannels = "none" | "structure" | "effects";

/** Names of the features of a variable that tell about the structure, in order. */
export const STRUCTURE_FEATURES = ["parent probability", "entropy of the parents"] as const;

/** Names of the features of a variable that tell about its total effect, in order. */
export const EFFECT_FEATURES = [
  "believed gain at low",
  "believed gain at high",
  "believed sd at low",
  "believed sd at high",
  "log unit of believed gains",
] as const;

const STRUCTURE = offsetsOf(STRUCTURE_FEATURES);
const EFFECT = offsetsOf(EFFECT_FEATURES);

/** Number of features of a variable. */
export function beliefChannels(kind: BeliefChannels): number {
  switch (kind) {
    case "none":
      return 0;
    case "structure":
      return STRUCTURE_FEATURES.length;
    case "effects":
      return STRUCTURE_FEATURES.length + EFFECT_FEATURES.length;
  }
}

/**
 * The features of one episode. Entropy is a share of that of ignorance.
 * A gain is the expected change `sign · (E[τ] (v − centre) − offset)` at an end v of the domain in spreads of the target, over
 * the best believed gain where that is more than one spread; its standard deviation likewise.
 * @throws RangeError if the observation has no beliefs, or none about effects where they are asked for
 */
export function beliefFeaturesInto(
  { data: out, channels, offset }: FeatureColumns,
  observation: Observation,
  e: number,
  kind: Exclude<BeliefChannels, "none">,
): void {
  const { problems, beliefs, statistics: s } = observation;
  if (beliefs === undefined) throw new RangeError("The view shows beliefs, but there is no surrogate to have any");
  const { width, sizes, settable, low, high, signs } = problems;
  const size = sizes[e];
  const ignorance = Math.max(1, size - 1) * Math.LN2;
  for (let i = 0; i < size; i++) {
    const at = (e * width + i) * channels + offset;
    out[at + STRUCTURE["parent probability"]] = beliefs.parent[e * width + i];
    out[at + STRUCTURE["entropy of the parents"]] = beliefs.entropy[e] / ignorance;
  }
  if (kind === "structure") return;
  const { effect } = beliefs;
  if (effect === undefined) {
    throw new RangeError("The view shows total effects, but this surrogate knows nothing of them");
  }
  const target = e * width + problems.targets[e];
  const perSpread = signs[e] / s.spread[target];
  const gain = (i: number, value: number) =>
    perSpread * (effect.mean[i] * (value - s.centre[i]) - (effect.offset?.[i] ?? 0));
  let unit = 1;
  for (let i = e * width; i < e * width + size; i++) {
    if (settable[i] === 1) unit = Math.max(unit, gain(i, low[i]), gain(i, high[i]));
  }
  for (let v = 0; v < size; v++) {
    const i = e * width + v;
    const at = i * channels + offset + STRUCTURE_FEATURES.length;
    out[at + EFFECT["log unit of believed gains"]] = Math.log(unit);
    if (settable[i] === 0) continue;
    const sd = effect.sd[i] / s.spread[target] / unit;
    out[at + EFFECT["believed gain at low"]] = bounded(gain(i, low[i]) / unit);
    out[at + EFFECT["believed gain at high"]] = bounded(gain(i, high[i]) / unit);
    out[at + EFFECT["believed sd at low"]] = bounded(sd * Math.abs(low[i] - s.centre[i]));
    out[at + EFFECT["believed sd at high"]] = bounded(sd * Math.abs(high[i] - s.centre[i]));
  }
}
