/** A general policy whose posterior learns the truth about simulated systems, from states of episodes that it plays itself. */

import type { Config } from "../../config/mod.ts";
import { createGeneralPolicy, EXPLORATION, type GeneralPolicy } from "../../policy/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import type { Learner } from "../learner.ts";
import { takeOver } from "../open.ts";
import { policySettings } from "../options.ts";
import { collectStates, gatherStates, type LabelledStates } from "../supervised/collect.ts";
import { measureStates } from "../supervised/measure.ts";
import { believeBy, type SupervisedStep, supervisedStep } from "../supervised/step.ts";
import { loadTrack, readTrack, type Track } from "../track.ts";
import { createLabelledLearner } from "./labelled.ts";

/** @throws ConfigError or RangeError for tracks that cannot be drawn from */
export async function createSupervisedLearner(config: Config, from: "start" | "checkpoint"): Promise<Learner> {
  const { supervision, optimizer: { clip_norm } } = config;
  const tracks = [loadTrack(config), ...config.also_train_on.map(readTrack)];
  const { network } = createNetwork(config);
  if (from === "start" && config.policy.start_from !== null) {
    await takeOver("policy.start_from", config.policy.start_from, network.parameters);
  }
  const root = createStream(config.seed).child("supervision");
  let held: readonly LabelledStates[] | undefined;
  return createLabelledLearner({
    parameters: network.parameters,
    prefix: "policy/",
    updates: Math.min(supervision.updates, supervision.stop_after ?? supervision.updates),
    planned: supervision.updates,
    every: config.evaluation.every,
    optimizer: config.optimizer,
    async step(update, optimizer, learningRate) {
      const track = tracks[update % tracks.length];
      const stream = trackStream(track, "train", config.seed).child("supervision").child(update);
      const states = collectStates(track, { ...supervision, heldOut: false }, believeBy(network), stream);
      const done: SupervisedStep[] = [];
      for (const indices of minibatchesOf(states.views.count, supervision, root.child(update))) {
        done.push(await supervisedStep(network, gatherStates(states, indices), optimizer, learningRate, clip_norm));
      }
      const mean = (of: (step: SupervisedStep) => number) => done.reduce((sum, s) => sum + of(s), 0) / done.length;
      return {
        loss: mean(({ likelihood }) => likelihood),
        answer: mean(({ answer }) => answer),
        grad_norm: mean(({ gradientNorm }) => gradientNorm),
        learning_rate: learningRate,
        states: states.views.count,
      };
    },
    async judge(pause) {
      await pause();
      held ??= validationStates(config, tracks);
      const measured = measureStates(network, held);
      await pause();
      return { measured, score: measured.log_density };
    },
  });
}

/** States of validation problems of every track, played by the processes, the same at every validation. */
function validationStates({ supervision, evaluation }: Config, tracks: readonly Track[]): readonly LabelledStates[] {
  return [...new Set(tracks)].map((track) =>
    collectStates(
      track,
      { ...supervision, problems: evaluation.validation_problems, heldOut: true },
      ({ mean, sd }) => ({ mean, sd }),
      trackStream(track, "validation").child("states"),
    )
  );
}

/** The states of each gradient step: every pass takes all of them in another order. */
function minibatchesOf(count: number, { passes, minibatches }: Config["supervision"], stream: Stream): Int32Array[] {
  return Array.from({ length: passes }, (_, pass) => stream.child(pass).permutation(count)).flatMap((order) =>
    Array.from(
      { length: minibatches },
      (_, k) => order.slice(Math.floor(count * k / minibatches), Math.floor(count * (k + 1) / minibatches)),
    )
  );
}

function createNetwork(config: Config): GeneralPolicy {
  const { width, layers, heads, annealFrom, exploration } = policySettings(config);
  const options = { width, layers, heads, annealFrom, exploration: exploration ?? EXPLORATION };
  return createGeneralPolicy(
    { ...options, levels: config.supervision.cells },
    createStream(config.seed).child("policy"),
  );
}
