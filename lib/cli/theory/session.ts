/** A theory run on the disk: supervised start, updates, evaluations, checkpoints, exact resume. */

import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  CheckpointStore,
  createRunFolder,
  describeEnvironment,
  formatJson,
  type Json,
  JsonLinesWriter,
  lockFolder,
  type NamedTensors,
  openCheckpoint,
  requireShapes,
  type Row,
  RUN_FILES,
  RunError,
  writeFileAtomic,
} from "../../runs/mod.ts";
import { SAFETENSORS } from "../../training/mod.ts";
import { TrainingError } from "../../grpo/mod.ts";
import { createStream } from "../../random/mod.ts";
import { adamFromTensors, type AdamState, adamStepInto, adamTensors, initialAdam } from "../../tensor/mod.ts";
import {
  evaluateTheories,
  stringSource,
  supervisedUpdate,
  type TaskName,
  type TheoryEvaluation,
  type TheoryPolicy,
  TheoryTraining,
  type TheoryTrainingState,
  uniqueTasks,
} from "../../theory/mod.ts";
import { formatTheoryConfig, type TheoryConfig, trainingOptions } from "./config.ts";

/** What the caller is told and asked while a run goes on. */
export interface TheoryHooks {
  readonly onUpdate: (update: number, metrics: Readonly<Record<string, number>>) => void;
  readonly say: (line: string) => void;
  /** True saves a checkpoint and stops. */
  readonly shouldStop: () => Promise<boolean>;
  /** Seconds of a steady clock. */
  readonly clock: () => number;
}

/** A run folder with its training. */
export interface TheoryRun extends Disposable {
  readonly folder: string;
  readonly config: TheoryConfig;
  readonly training: TheoryTraining;
  /** Trains to the end, or until told to stop; returns whether the end was reached. */
  train(hooks: TheoryHooks): Promise<boolean>;
  /** Evaluates the policy on the training prompts (or the held-out ones) of every task that it is trained on. */
  evaluate(heldOut: boolean): ReadonlyMap<TaskName, TheoryEvaluation>;
  /** Writes the summary that marks the run as finished, and the found theories. */
  finish(summary: Row, theories: Json): void;
}

/** The tensors of a policy by name. */
export function policyTensors(policy: TheoryPolicy): NamedTensors {
  return new Map(policy.names.map((name, p) => {
    const variable = policy.parameters[p];
    return [name, { shape: variable.shape, data: Float32Array.from(variable.dataSync<"float32">()) }];
  }));
}

/** Gives a policy the tensors of a checkpoint. @throws RangeError if they belong to a network of another size */
export function assignPolicy(policy: TheoryPolicy, tensors: NamedTensors, what: string): void {
  requireShapes(tensors, new Map(policy.names.map((name, p) => [name, policy.parameters[p].shape])), what);
  policy.names.forEach((name, p) => {
    const value = tf.tensor(tensors.get(name)!.data, policy.parameters[p].shape);
    policy.parameters[p].assign(value);
    value.dispose();
  });
}

/** Adam on a policy's parameters. */
class PolicyOptimizer {
  state: AdamState;

  constructor(readonly policy: TheoryPolicy, readonly betas: readonly [number, number], readonly epsilon: number) {
    this.state = initialAdam(policy.parameters.map(({ size }) => size));
  }

  async apply(gradients: readonly Float32Array[], learningRate: number, clipNorm: number) {
    const { parameters } = this.policy;
    const values = await Promise.all(parameters.map(async (p) => Float32Array.from(await p.data<"float32">())));
    const options = { beta1: this.betas[0], beta2: this.betas[1], epsilon: this.epsilon };
    const { state, result } = adamStepInto(values, gradients, this.state, options, learningRate, clipNorm);
    this.state = state;
    parameters.forEach((parameter, p) => {
      const replacement = tf.tensor(values[p], parameter.shape);
      parameter.assign(replacement);
      replacement.dispose();
    });
    return result;
  }

  tensors(): NamedTensors {
    return adamTensors(this.state, this.policy.names, this.policy.parameters.map(({ shape }) => shape));
  }

  restore(tensors: NamedTensors): void {
    this.state = adamFromTensors(new Map(tensors), this.policy.names, this.policy.parameters.map(({ size }) => size));
  }
}

/** Where a run is: a new folder under `results`, a folder to start or go on in, or one that must hold a run. */
export type RunPlace =
  | { readonly results: string }
  | { readonly folder: string; readonly allowOlder: boolean }
  | { readonly resume: string; readonly allowOlder: boolean };

/**
 * Opens a run: a new one, or an existing one that goes on from its newest checkpoint.
 * @throws RunError if the run is finished, or the folder to go on in holds a run with another config
 */
export function openTheoryRun(config: TheoryConfig, backend: string, where: RunPlace): TheoryRun {
  const text = formatTheoryConfig(config);
  const folder = "results" in where
    ? createRunFolder(where.results, config.name, text)
    : "folder" in where
    ? where.folder
    : where.resume;
  const resuming = "resume" in where || ("folder" in where && isThere(join(folder, RUN_FILES.config)));
  if (resuming && isThere(join(folder, RUN_FILES.summary))) throw new RunError(`${folder}: the run is finished`);
  if (resuming && "folder" in where && Deno.readTextFileSync(join(folder, RUN_FILES.config)) !== text) {
    throw new RunError(`${folder}: holds a run with another config; --resume goes on with that run`);
  }
  Deno.mkdirSync(join(folder, RUN_FILES.checkpoints), { recursive: true });
  const lock = lockFolder(folder);
  const store = new CheckpointStore(join(folder, RUN_FILES.checkpoints), {
    keep: config.checkpoint.keep,
    format: SAFETENSORS,
  });
  const metrics = new JsonLinesWriter(join(folder, RUN_FILES.metrics));
  const timings = new JsonLinesWriter(join(folder, RUN_FILES.timings));
  const training = new TheoryTraining(trainingOptions(config));
  const optimizer = new PolicyOptimizer(training.policy, config.optimizer.betas, config.optimizer.epsilon);
  const checkpoint = resuming && "allowOlder" in where ? store.readLatest(where.allowOlder) : undefined;
  if (!resuming) {
    writeFileAtomic(join(folder, RUN_FILES.environment), `${JSON.stringify(describeEnvironment(backend), null, 2)}\n`);
    writeFileAtomic(join(folder, RUN_FILES.config), text);
  }
  recordSession(folder, checkpoint?.update ?? 0, backend);
  metrics.cutBack(checkpoint?.metricsBytes ?? 0);
  if (checkpoint !== undefined) {
    assignPolicy(training.policy, checkpoint.policy, checkpoint.folder);
    if (training.reference !== undefined && checkpoint.reference !== undefined) {
      assignPolicy(training.reference, checkpoint.reference, checkpoint.folder);
    }
    optimizer.restore(checkpoint.optimizer);
    training.restore(checkpoint.state as unknown as TheoryTrainingState);
  }
  let saved = checkpoint?.folder;
  const evaluationStream = createStream(config.seed).child("evaluation");

  const evaluate = (heldOut: boolean) => {
    const tasks = uniqueTasks(training.options.stages);
    return new Map(tasks.flatMap((name) => {
      const scorer = training.scorer(name);
      const prompts = heldOut ? scorer.task.heldOut : scorer.task.prompts;
      if (prompts.length === 0) return [];
      const perPrompt = Math.max(1, Math.ceil(config.evaluation.samples / prompts.length));
      const stream = evaluationStream.child(heldOut ? "held out" : "training").child(name).child(training.update);
      return [[name, evaluateTheories(training.policy, scorer, prompts, perPrompt, stream)] as const];
    }));
  };

  const save = (row: Row, score?: number) => {
    metrics.sync();
    timings.sync();
    saved = store.save(
      {
        update: training.update,
        policy: policyTensors(training.policy),
        optimizer: optimizer.tensors(),
        ...(training.reference === undefined ? {} : { reference: policyTensors(training.reference) }),
        state: training.state() as unknown as Row,
        metrics: row,
      },
      { config: text, metricsBytes: metrics.bytes },
      score,
    );
  };

  const supervise = async (hooks: TheoryHooks) => {
    const { updates, attempts, learning_rate } = config.supervised;
    const source = stringSource(config.supervised.source);
    for (let update = 0; update < updates; update++) {
      const stream = createStream(config.seed).child("supervised").child(update);
      const { gradients, loss } = await supervisedUpdate(training, source, attempts, stream);
      await optimizer.apply(gradients, learning_rate, config.optimizer.clip_norm);
      if ((update + 1) % 50 === 0 || update + 1 === updates) {
        hooks.say(`supervised ${update + 1}/${updates}: loss ${loss.toFixed(4)}`);
      }
    }
    optimizer.state = initialAdam(training.policy.parameters.map(({ size }) => size));
    training.reference?.copyFrom(training.policy);
  };

  return {
    folder,
    config,
    training,
    evaluate,
    async train(hooks) {
      if (training.update === 0) await supervise(hooks);
      while (training.update < config.grpo.updates) {
        const started = hooks.clock();
        const stage = training.stage;
        let row: Record<string, number>;
        try {
          row = { ...await training.step(optimizer) };
        } catch (error) {
          if (!(error instanceof TrainingError)) throw error;
          const good = saved === undefined
            ? "there is no checkpoint before it"
            : `the last good checkpoint is ${saved}`;
          const message = `update ${training.update}: ${error.message}; ${good}`;
          writeFileAtomic(join(folder, RUN_FILES.failure), formatJson({ message }));
          throw new TrainingError(message, { cause: error });
        }
        const seconds = hooks.clock() - started;
        const { update } = training;
        if (training.stage !== stage) hooks.say(`update ${update}: the next stage of the curriculum begins`);
        const last = update === config.grpo.updates;
        const evaluated = last || (config.evaluation.every > 0 && update % config.evaluation.every === 0);
        let score: number | undefined;
        if (evaluated) {
          const results = [...evaluate(false)];
          for (const [name, { success, reward }] of results) {
            row[`evaluation/${name}/success`] = success;
            row[`evaluation/${name}/reward`] = reward;
          }
          score = results.reduce((sum, [, { reward }]) => sum + reward, 0) / results.length;
        }
        metrics.append({ update, ...row });
        timings.append({ update, seconds });
        hooks.onUpdate(update, row);
        const stop = await hooks.shouldStop();
        if (evaluated || stop || update % config.checkpoint.every === 0) save({ update, ...row }, score);
        if (stop && !last) return false;
      }
      return true;
    },
    finish(summary, theories) {
      metrics.sync();
      writeFileAtomic(join(folder, "theories.json"), `${JSON.stringify(theories, null, 2)}\n`);
      writeFileAtomic(join(folder, RUN_FILES.summary), `${JSON.stringify(summary, null, 2)}\n`);
    },
    [Symbol.dispose]() {
      metrics[Symbol.dispose]();
      timings[Symbol.dispose]();
      lock[Symbol.dispose]();
    },
  };
}

/** Notes that a process works on the run; the index of runs lists folders that have such notes. */
function recordSession(folder: string, update: number, backend: string): void {
  using sessions = new JsonLinesWriter(join(folder, RUN_FILES.sessions));
  sessions.append({ started: new Date().toISOString(), process: Deno.pid, from_update: update, backend });
  sessions.sync();
}

function isThere(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Gives a run the policy of a checkpoint (a checkpoint's folder or a run's). */
export function startFrom(run: TheoryRun, path: string): void {
  const checkpoint = openCheckpoint(path, SAFETENSORS);
  assignPolicy(run.training.policy, checkpoint.policy, checkpoint.folder);
  run.training.reference?.copyFrom(run.training.policy);
}
