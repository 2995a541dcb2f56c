/** What the ways of drawing an SCM share: the labelled graph that is filled with mechanisms, and the laws of noise. */

import type { Stream } from "../../random/mod.ts";
import { DRAWN_NOISE } from "../noise_kinds.ts";
import type { Noise, NoiseDistribution } from "../types.ts";
import type { ScmDistribution } from "./distribution.ts";
import { drawName, drawUniform } from "./draw.ts";

/** A graph with labels: who causes whom, in which order, and which is the target. Hidden variables come last. */
export interface Skeleton {
  readonly name: string;
  readonly observed: number;
  /** `[variables]` by label */
  readonly parents: readonly (readonly number[])[];
  readonly order: readonly number[];
  readonly target: number;
}

/** Hidden causes have unit variance: the weights of their edges say how strong they are. */
export const HIDDEN_NOISE: Noise = { distribution: { kind: "gaussian" }, scale: 1, combination: "additive" };

/** Additive noise of a random law and scale. */
export function drawNoise(distribution: ScmDistribution, stream: Stream): Noise {
  const kind = drawName(DRAWN_NOISE, distribution.noiseKinds, stream);
  const scale = drawUniform(distribution.noise, stream);
  const shape: NoiseDistribution = kind === "student-t"
    ? { kind, degreesOfFreedom: drawUniform(distribution.degreesOfFreedom, stream) }
    : { kind };
  return { distribution: shape, scale, combination: "additive" };
}
