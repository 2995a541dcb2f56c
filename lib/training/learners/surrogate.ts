/** A neural surrogate that learns on simulated SCMs who the target's parents are. */

import { learningRateSchedule, type SurrogateConfig } from "../../config/mod.ts";
import { runStepsWithPauses } from "../../evaluation/mod.ts";
import { scheduled } from "../../grpo/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import {
  checkRows,
  createSurrogateForm,
  drawBatch,
  type EpisodeDistribution,
  type LabelledRows,
} from "../../surrogate/mod.ts";
import type { Learner } from "../learner.ts";
import { adamOptions, createOptimizer } from "../optimizer.ts";
import { heldOutEpisodes, scoreSteps } from "../surrogate/evaluation.ts";
import { structureMetrics } from "../surrogate/metrics.ts";
import { surrogateStep } from "../surrogate/step.ts";
import { loadTrack } from "../track.ts";

/** @throws ConfigError or RangeError for a track or numbers of rows that cannot be drawn */
export function createSurrogateLearner(config: SurrogateConfig): Learner {
  const { training: { updates }, evaluation: { every }, optimizer: { clip_norm } } = config;
  for (const { episodes } of [config.training, config.evaluation]) checkRows(episodes);
  const draw = batchSource(config);
  const form = createSurrogateForm(config.network, createStream(config.seed).child("surrogate"));
  const { parameters } = form;
  const optimizer = createOptimizer(parameters.list, parameters.names, adamOptions(config.optimizer));
  const validation = every > 0 ? heldOutEpisodes(config, "validation") : [];
  let update = 0;
  return {
    updates,
    get update() {
      return update;
    },
    begin: () => Promise.resolve(null),
    async step() {
      const rate = scheduled(learningRateSchedule(config.optimizer), update, updates);
      const done = await surrogateStep(form, draw(update), optimizer, rate, clip_norm);
      update++;
      return {
        metrics: {
          loss: done.loss,
          parents_loss: done.parentsLoss,
          effects_loss: done.effectsLoss,
          grad_norm: done.gradientNorm,
          learning_rate: rate,
        },
      };
    },
    isValidated: (done) => every > 0 && (done % every === 0 || done === updates),
    async validate(pause) {
      const judged = structureMetrics(await runStepsWithPauses(scoreSteps(form, validation), pause));
      const metrics = Object.entries(judged).map(([name, value]) => [`validation/${name}`, value] as const);
      return { metrics: Object.fromEntries(metrics), score: -judged.logLoss };
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

/** The training batch of each update, from one of the config's sources. */
function batchSource(config: SurrogateConfig): (update: number) => LabelledRows[] {
  const { sources, episodes, cells, most } = config.training;
  const weights = sources.map(({ weight }) => weight);
  const total = weights.reduce((a, b) => a + b, 0);
  const loaded = sources.map((source): { distribution: EpisodeDistribution; stream: Stream } => {
    const track = loadTrack(source);
    return {
      distribution: { scms: track.distribution, rows: episodes },
      stream: trackStream(track, "train", config.seed).child("structure"),
    };
  });
  return (update) => {
    let rest = createStream(config.seed).child("sources").child(update).uniform() * total;
    const index = weights.findIndex((weight) => (rest -= weight) < 0);
    const { distribution, stream } = loaded[index < 0 ? loaded.length - 1 : index];
    return drawBatch(distribution, cells, most, stream.child(index).child(update));
  };
}
