/** Experiments played by a designer, and groups of them for the trainer. */

import { meanMeasure, type Roller } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import { Belief } from "./belief.ts";
import { boundGains } from "./bound.ts";
import { type DesignActions, designOf, type DesignPolicy, type DesignViews, designViews } from "./policy.ts";
import { DESIGNS, drawSource, measure, type Point } from "./source.ts";

/** Chooses the next design of each of several experiments. */
export type Designer = (beliefs: readonly Belief[], time: number, streams: readonly Stream[]) => readonly Point[];

/** Where an experiment's randomness comes from: its source and noise, and its choices. */
export interface ExperimentStreams {
  readonly world: Stream;
  readonly choice: Stream;
}

/** A played experiment. */
export interface Experiment {
  readonly source: Point;
  readonly belief: Belief;
}

/** Designs drawn from a policy, as it was trained; `told` hears what it saw and did. */
export function policyDesigner(
  policy: DesignPolicy,
  told: (views: DesignViews, drawn: ReturnType<DesignPolicy["draw"]>) => void = () => {},
): Designer {
  return (beliefs, time, streams) => {
    const moments = beliefs.map((belief) => belief.moments());
    const views = designViews(moments, time);
    const drawn = policy.draw(views, streams);
    told(views, drawn);
    return moments.map((each, e) => designOf(each, drawn.offsets.subarray(2 * e, 2 * e + 2)));
  };
}

/** Plays experiments of {@linkcode DESIGNS} designs side by side. */
export function playExperiments(designer: Designer, streams: readonly ExperimentStreams[]): readonly Experiment[] {
  const experiments = streams.map(({ world }) => ({ source: drawSource(world.child("source")), belief: new Belief() }));
  const beliefs = experiments.map(({ belief }) => belief);
  for (let t = 0; t < DESIGNS; t++) {
    const designs = designer(beliefs, t, streams.map(({ choice }) => choice.child(t)));
    experiments.forEach(({ source, belief }, e) => {
      belief.add(measure(source, designs[e], streams[e].world.child("noise").child(t).normal()));
    });
  }
  return experiments;
}

/** What a rollout consists of. */
export interface DesignRolloutOptions {
  readonly groups: number;
  /** Experiments on one source, with the same noise. */
  readonly groupSize: number;
  /** L of the bound whose gain is the reward. */
  readonly contrasts: number;
}

/** Groups of whole experiments; each design is rewarded with what it adds to the bound. */
export function designRoller(
  { groups, groupSize, contrasts }: DesignRolloutOptions,
): Roller<DesignPolicy, DesignViews, DesignActions> {
  return (policy, stream) => {
    const members = groups * groupSize;
    const group = Int32Array.from({ length: members }, (_, m) => Math.floor(m / groupSize));
    const streams = Array.from(group, (g, m) => ({
      world: stream.child("world").child(g),
      choice: stream.child("choice").child(m),
    }));
    const decisions = members * DESIGNS;
    const features: number[] = [];
    const offsets: number[] = [];
    const logProb: number[] = [];
    const designer = policyDesigner(policy, (views, drawn) => {
      features.push(...views.features);
      offsets.push(...drawn.offsets);
      logProb.push(...drawn.logProb);
    });
    const experiments = playExperiments(designer, streams);
    const gains = experiments.map(({ belief, source }) => boundGains(belief, source, contrasts));
    return {
      views: { count: decisions, features: Float32Array.from(features) },
      actions: { offsets: Float32Array.from(offsets) },
      viewCount: decisions,
      actionsPerView: 1,
      oldLogProb: Float32Array.from(logProb),
      mask: new Float32Array(decisions).fill(1),
      reward: Float32Array.from({ length: decisions }, (_, d) => gains[d % members][Math.floor(d / members)]),
      member: Int32Array.from({ length: decisions }, (_, d) => d % members),
      time: Int32Array.from({ length: decisions }, (_, d) => Math.floor(d / members)),
      group,
      measures: { bound: meanMeasure(gains.map((each) => each.reduce((sum, gain) => sum + gain, 0))) },
      interventions: decisions,
      describeGroup: (g) => `the source at ${experiments[g * groupSize].source.join(", ")}`,
    };
  };
}
