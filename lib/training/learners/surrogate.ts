/** A neural surrogate that learns on simulated SCMs who the target's parents are. */

import { resolveWith, type SurrogateConfig, surrogateConfigSchema } from "../../config/mod.ts";
import { runStepsWithPauses } from "../../evaluation/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import {
  checkRows,
  createSurrogateForm,
  drawBatch,
  type EpisodeDistribution,
  type LabelledRows,
} from "../../surrogate/mod.ts";
import type { TrainingKind } from "../kind.ts";
import type { Learner } from "../learner.ts";
import { heldOutEpisodes, scoreSteps } from "../surrogate/evaluation.ts";
import { structureMetrics } from "../surrogate/metrics.ts";
import { surrogateStep } from "../surrogate/step.ts";
import { loadTrack } from "../track.ts";
import { createLabelledLearner } from "./labelled.ts";

/** A neural surrogate. */
export const SURROGATE_TRAINING: TrainingKind<SurrogateConfig> = {
  name: "surrogate",
  learned: "a surrogate",
  task: "train:surrogate",
  resolve: (source, overrides) => resolveWith(surrogateConfigSchema, source, overrides),
  updates: ({ training }) => training.updates,
  metrics: ["validation/f1", "validation/logLoss", "loss"],
  createLearner: (config) => Promise.resolve(createSurrogateLearner(config)),
};

/** @throws ConfigError or RangeError for a track or numbers of rows that cannot be drawn */
export function createSurrogateLearner(config: SurrogateConfig): Learner {
  const { training: { updates }, evaluation: { every }, optimizer: { clip_norm } } = config;
  for (const { episodes } of [config.training, config.evaluation]) checkRows(episodes);
  const draw = batchSource(config);
  const form = createSurrogateForm(config.network, createStream(config.seed).child("surrogate"));
  const validation = every > 0 ? heldOutEpisodes(config, "validation") : [];
  return createLabelledLearner({
    parameters: form.parameters,
    prefix: "",
    updates,
    every,
    optimizer: config.optimizer,
    async step(update, optimizer, learningRate) {
      const done = await surrogateStep(form, draw(update), optimizer, learningRate, clip_norm);
      return {
        loss: done.total,
        parents_loss: done.parents,
        effects_loss: done.effects,
        grad_norm: done.gradientNorm,
        learning_rate: learningRate,
      };
    },
    async judge(pause) {
      const measured = structureMetrics(await runStepsWithPauses(scoreSteps(form, validation), pause));
      return { measured: { ...measured }, score: -measured.logLoss };
    },
  });
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
