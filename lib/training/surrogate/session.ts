/** The training of a surrogate on the disk: updates, validations, checkpoints, exact resume. */

import { join } from "node:path";
import { scheduled } from "../../grpo/mod.ts";
import { learningRateSchedule } from "../../config/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import {
  checkRows,
  createSurrogateForm,
  drawBatch,
  type EpisodeDistribution,
  type LabelledRows,
  type SurrogateForm,
} from "../../surrogate/mod.ts";
import {
  CheckpointStore,
  createRunFolder,
  describeEnvironment,
  environmentJson,
  exists,
  formatJson,
  JsonLinesWriter,
  lockFolder,
  type Row,
  RUN_FILES,
  RunError,
  writeFileAtomic,
} from "../../runs/mod.ts";
import { createOptimizer, type SessionOptimizer } from "../optimizer.ts";
import { SAFETENSORS } from "../safetensors.ts";
import { loadTrack } from "../track.ts";
import { formatSurrogateConfig, formOptions, type SurrogateConfig } from "./config.ts";
import { heldOutEpisodes, scoreWithForm } from "./evaluation.ts";
import { structureMetrics } from "./metrics.ts";
import { surrogateStep } from "./step.ts";

/** What the caller is told and asked while a training goes on. */
export interface SurrogateHooks {
  readonly onUpdate: (update: number, metrics: Readonly<Record<string, number>>) => void;
  /** True saves a checkpoint and stops. */
  readonly shouldStop: () => Promise<boolean>;
  /** Seconds of a steady clock. */
  readonly clock: () => number;
}

/** A run folder with its network. Dispose of it to release the folder. */
export interface SurrogateRun extends Disposable {
  readonly folder: string;
  readonly config: SurrogateConfig;
  readonly form: SurrogateForm;
  /** Updates done. */
  readonly update: number;
  /** Trains to the end, or until told to stop; returns whether the end was reached. */
  train(hooks: SurrogateHooks): Promise<boolean>;
  /** Writes the summary that marks the run as finished. */
  finish(summary: Row): void;
}

/**
 * Opens a run: a new folder under `results`, or an existing one that goes on from its newest checkpoint.
 * @throws RunError if the run to resume is finished
 * @throws ConfigError or RangeError if the config cannot be trained
 */
export function openSurrogateRun(
  config: SurrogateConfig,
  backend: string,
  where: { readonly results: string } | { readonly resume: string; readonly allowOlder: boolean },
): SurrogateRun {
  const { training } = config;
  for (const { episodes } of [training, config.evaluation]) checkRows(episodes);
  // Whatever is wrong with the config shows before a folder is made.
  const draw = batchSource(config);
  const form = createSurrogateForm(formOptions(config), createStream(config.seed).child("surrogate"));
  const validation = config.evaluation.every > 0 ? heldOutEpisodes(config, "validation") : [];
  const text = formatSurrogateConfig(config);
  const resuming = "resume" in where;
  const folder = resuming ? where.resume : createRunFolder(where.results, config.name, text);
  if (resuming && exists(join(folder, RUN_FILES.summary))) throw new RunError(`${folder}: the run is finished`);
  Deno.mkdirSync(join(folder, RUN_FILES.checkpoints), { recursive: true });
  const lock = lockFolder(folder);
  const store = new CheckpointStore(join(folder, RUN_FILES.checkpoints), {
    keep: config.checkpoint.keep,
    format: SAFETENSORS,
  });
  const metrics = new JsonLinesWriter(join(folder, RUN_FILES.metrics));
  const timings = new JsonLinesWriter(join(folder, RUN_FILES.timings));
  const { names, list } = form.parameters;
  const [beta1, beta2] = config.optimizer.betas;
  const optimizer = createOptimizer(list, names, { beta1, beta2, epsilon: config.optimizer.epsilon });
  const checkpoint = resuming ? store.readLatest(where.allowOlder) : undefined;
  if (!resuming) {
    writeFileAtomic(join(folder, RUN_FILES.environment), formatJson(environmentJson(describeEnvironment(backend))));
    writeFileAtomic(join(folder, RUN_FILES.config), text);
  }
  metrics.cutBack(checkpoint?.metricsBytes ?? 0);
  if (checkpoint !== undefined) {
    form.parameters.assign(checkpoint.policy);
    optimizer.restore(checkpoint.optimizer);
  }
  let update = checkpoint?.update ?? 0;

  const save = async (row: Row, score?: number) => {
    metrics.sync();
    timings.sync();
    const contents = {
      update,
      policy: await form.parameters.values(),
      optimizer: optimizer.tensors(),
      state: {},
      metrics: row,
    };
    store.save(contents, { config: text, metricsBytes: metrics.bytes }, score);
  };

  return {
    folder,
    config,
    form,
    get update() {
      return update;
    },
    async train(hooks) {
      while (update < training.updates) {
        const started = hooks.clock();
        const row: Record<string, number> = {
          ...await step(form, draw(update), optimizer, config, update),
        };
        update++;
        const last = update === training.updates;
        const { every } = config.evaluation;
        let score: number | undefined;
        if (every > 0 && (update % every === 0 || last)) {
          const judged = structureMetrics(scoreWithForm(form, validation));
          for (const [name, value] of Object.entries(judged)) row[`validation/${name}`] = value;
          score = -judged.logLoss;
        }
        metrics.append({ update, ...row });
        timings.append({ update, seconds: hooks.clock() - started });
        hooks.onUpdate(update, row);
        const stop = await hooks.shouldStop();
        if (stop || last || update % config.checkpoint.every === 0) await save({ update, ...row }, score);
        if (stop && !last) return false;
      }
      return true;
    },
    finish(summary) {
      metrics.sync();
      writeFileAtomic(join(folder, RUN_FILES.summary), formatJson(summary));
    },
    [Symbol.dispose]() {
      metrics[Symbol.dispose]();
      timings[Symbol.dispose]();
      lock[Symbol.dispose]();
    },
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

/** One gradient step at the update's learning rate. */
async function step(
  form: SurrogateForm,
  episodes: readonly LabelledRows[],
  optimizer: SessionOptimizer,
  config: SurrogateConfig,
  update: number,
): Promise<Readonly<Record<string, number>>> {
  const rate = scheduled(learningRateSchedule(config.optimizer), update, config.training.updates);
  const { clip_norm } = config.optimizer;
  const done = await surrogateStep(form, episodes, optimizer, rate, clip_norm, `update ${update}`);
  const { loss, parentsLoss, effectsLoss, gradientNorm } = done;
  return {
    loss,
    parents_loss: parentsLoss,
    effects_loss: effectsLoss,
    grad_norm: gradientNorm,
    learning_rate: rate,
  };
}
