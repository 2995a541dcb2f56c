/** A general policy whose posterior learns the truth about simulated systems, from states of episodes that it plays itself. */

import { type Config, learningRateSchedule } from "../../config/mod.ts";
import { scheduled } from "../../grpo/mod.ts";
import { createGeneralPolicy, EXPLORATION, type GeneralPolicy } from "../../policy/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import type { Learner } from "../learner.ts";
import { naming } from "../naming.ts";
import { openPolicy } from "../open.ts";
import { adamOptions, createOptimizer } from "../optimizer.ts";
import { policySettings } from "../options.ts";
import { collectStates, gatherStates, type LabelledStates } from "../supervised/collect.ts";
import { measureStates } from "../supervised/measure.ts";
import { believeBy, type SupervisedStep, supervisedStep } from "../supervised/step.ts";
import { loadTrack, readTrack } from "../track.ts";

/** @throws ConfigError or RangeError for tracks that cannot be drawn from */
export async function createSupervisedLearner(config: Config, from: "start" | "checkpoint"): Promise<Learner> {
  const { supervision, evaluation: { every, validation_problems }, optimizer: { clip_norm } } = config;
  const { updates } = supervision;
  const last = Math.min(updates, supervision.stop_after ?? updates);
  const tracks = [loadTrack(config), ...config.also_train_on.map(readTrack)];
  const policy = createNetwork(config);
  const { network } = policy;
  const { parameters } = network;
  if (from === "start" && config.policy.start_from !== null) {
    const path = config.policy.start_from;
    const opened = naming("policy.start_from", () => openPolicy(path));
    const values = await opened.policy.named.values();
    naming("policy.start_from", () => parameters.assign(values));
    opened.policy.dispose();
  }
  const optimizer = createOptimizer(
    parameters.list,
    parameters.names.map((name) => `policy/${name}`),
    adamOptions(config.optimizer),
  );
  const root = createStream(config.seed).child("supervision");
  let update = 0;
  let held: readonly LabelledStates[] | undefined;
  /** States of validation problems of every track, played by the processes, the same at every validation. */
  const validationStates = () =>
    held ??= [...new Set(tracks)].map((track) =>
      collectStates(
        track,
        { ...supervision, problems: validation_problems, heldOut: true },
        ({ mean, sd }) => ({ mean, sd }),
        trackStream(track, "validation").child("states"),
      )
    );
  return {
    updates: last,
    get update() {
      return update;
    },
    begin: () => Promise.resolve(null),
    async step() {
      const rate = scheduled(learningRateSchedule(config.optimizer), update, updates);
      const track = tracks[update % tracks.length];
      const stream = trackStream(track, "train", config.seed).child("supervision").child(update);
      const states = collectStates(track, { ...supervision, heldOut: false }, believeBy(network), stream);
      const done: SupervisedStep[] = [];
      for (const indices of minibatchesOf(states.views.count, supervision, root.child(update))) {
        done.push(await supervisedStep(network, gatherStates(states, indices), optimizer, rate, clip_norm));
      }
      update++;
      const mean = (of: (step: SupervisedStep) => number) => done.reduce((sum, s) => sum + of(s), 0) / done.length;
      return {
        metrics: {
          loss: mean(({ likelihood }) => likelihood),
          answer: mean(({ answer }) => answer),
          grad_norm: mean(({ gradientNorm }) => gradientNorm),
          learning_rate: rate,
          states: states.views.count,
        },
      };
    },
    isValidated: (done) => every > 0 && (done % every === 0 || done === last),
    async validate(pause) {
      await pause();
      const measured = measureStates(network, validationStates());
      await pause();
      const metrics = Object.entries(measured).map(([name, value]) => [`validation/${name}`, value] as const);
      return { metrics: Object.fromEntries(metrics), score: measured.log_density };
    },
    checkpoint: async () => ({ policy: await parameters.values(), optimizer: optimizer.tensors(), state: {} }),
    restore(checkpoint) {
      parameters.assign(checkpoint.policy);
      optimizer.restore(checkpoint.optimizer);
      update = checkpoint.update;
    },
    summary: () => ({ updates: update }),
    [Symbol.dispose]: () => parameters.dispose(),
  };
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
