/** The training loop of one run: updates, validation, curriculum, checkpoints, and an exact resume. */

import {
  advanceCurriculum,
  type CurriculumState,
  INITIAL_CURRICULUM,
  initialTrainerState,
  readTrainerState,
  type TrainerState,
  TrainingError,
  trainUpdate,
} from "../grpo/mod.ts";
import type { Checkpoint, Row, Run, Trackers } from "../runs/mod.ts";
import { createJointSession } from "./joint/session.ts";
import { createOptimizer } from "./optimizer.ts";
import { openPolicy } from "./open.ts";
import { copyIntoReference, createParts, type SessionParts } from "./parts.ts";
import { createPool } from "./pool.ts";
import { checkReward, createRewardAudit } from "./reward_audit.ts";
import { loadTrack, trackStages } from "./track.ts";
import { createValidation } from "./validation.ts";

/** What the caller of a training may watch and decide. */
export interface TrainingHooks {
  /** Seconds of a steady clock. */
  readonly clock: () => number;
  /** Called after every update. */
  onUpdate?(progress: TrainingProgress): void;
  /** Asked after every update: true saves a checkpoint and stops. */
  shouldStop?(): Promise<boolean> | boolean;
  /** A line for the user, e.g. that a stage has been passed. */
  say?(line: string): void;
}

export interface TrainingProgress {
  /** Updates done, of how many. */
  readonly update: number;
  readonly updates: number;
  /** Mean normalised value of the update's rollout. */
  readonly normalisedValue: number;
  readonly interventionsPerSecond: number;
}

export interface TrainingResult {
  readonly parts: SessionParts;
  /** Updates done. */
  readonly update: number;
  readonly finished: boolean;
  readonly interventions: number;
  /** Seconds spent in updates by this process. */
  readonly seconds: number;
}

/**
 * Trains a run to its end, or until it is told to stop.
 * @param checkpoint where to go on; undefined starts from fresh parameters
 * @throws TrainingError naming the update, the SCM and the last good checkpoint if anything is not finite
 * @throws ConfigError if a reward needs beliefs that nothing gives
 */
export async function train(
  run: Run,
  checkpoint: Checkpoint | undefined,
  trackers: Trackers,
  hooks: TrainingHooks,
): Promise<TrainingResult> {
  const { config } = run;
  checkReward(config);
  const track = loadTrack(config);
  const joint = createJointSession(config, track);
  const parts = createParts(config, track, joint?.surrogate.source);
  const names = [
    ...parts.policy.named.names.map((name) => `policy/${name}`),
    ...(parts.valueFunction?.named.names ?? []).map((name) => `value/${name}`),
  ];
  const { betas: [beta1, beta2], epsilon } = config.optimizer;
  const optimizer = createOptimizer(parts.parameters, names, { beta1, beta2, epsilon });
  let curriculum: CurriculumState = INITIAL_CURRICULUM;
  let trainer = initialTrainerState(parts.options);
  let done = 0;
  let interventions = 0;
  if (checkpoint === undefined && config.policy.start_from !== null) await startFrom(parts, config.policy.start_from);
  if (checkpoint !== undefined) {
    parts.policy.named.assign(checkpoint.policy);
    optimizer.restore(checkpoint.optimizer);
    if (checkpoint.reference !== undefined) parts.reference?.named.assign(checkpoint.reference);
    if (checkpoint.value !== undefined) parts.valueFunction?.named.assign(checkpoint.value);
    if (checkpoint.surrogate !== undefined) joint?.surrogate.restore(checkpoint.surrogate);
    const state = checkpoint.state as unknown as SavedState;
    curriculum = state.curriculum;
    interventions = state.interventions;
    trainer = readTrainerState(state.trainer);
    done = checkpoint.update;
  }
  const stages = trackStages(config, track);
  const rules = stages.map(({ threshold, patience }) => ({ threshold, patience }));
  const validation = createValidation(config, track, joint?.surrogate.source);
  const audit = createRewardAudit(run, done);
  // A surrogate that is being trained lives in this thread: workers would act on an older one.
  const threads = joint === null ? config.runtime.workers : 1;
  using pool = await createPool({ ...config, runtime: { ...config.runtime, workers: threads } }, parts);
  let saved = done > 0 ? checkpoint?.folder : undefined;
  let seconds = 0;

  const save = async (metrics: Row, score?: number) => {
    const state: SavedState = { curriculum, interventions, trainer };
    saved = run.saveCheckpoint({
      update: done,
      policy: await parts.policy.named.values(),
      optimizer: optimizer.tensors(),
      ...(parts.reference === undefined ? {} : { reference: await parts.reference.named.values() }),
      ...(parts.valueFunction === undefined ? {} : { value: await parts.valueFunction.named.values() }),
      ...(joint === null ? {} : { surrogate: await joint.surrogate.tensors() }),
      state: state as unknown as Row,
      metrics,
    }, score);
    await trackers.checkpoint(done, saved);
  };

  if (done === 0) {
    const warmUp = await joint?.warmUp(parts.policy);
    const initial = { update: 0, ...warmUp, ...validation.evaluate(parts.policy) };
    run.log(0, initial);
    await trackers.scalars(0, initial);
  }
  while (done < config.grpo.updates) {
    const started = hooks.clock();
    const result = await updateOrExplain(parts, pool, optimizer, trainer, curriculum, saved);
    const metrics: Record<string, number> = { ...result.metrics };
    trainer = result.state;
    const took = hooks.clock() - started;
    seconds += took;
    done++;
    interventions += metrics.interventions;
    metrics.total_interventions = interventions;
    metrics.stage = curriculum.stage;
    const before = curriculum.stage;
    curriculum = advanceCurriculum(rules, curriculum, metrics.normalised_value);
    if (curriculum.stage !== before) hooks.say?.(`update ${done}: stage ${stages[curriculum.stage].name} begins`);
    Object.assign(metrics, await joint?.afterUpdate(done, before, parts.policy));
    const last = done === config.grpo.updates;
    const { every } = config.evaluation;
    const evaluated = every > 0 && (done % every === 0 || last) ? validation.evaluate(parts.policy) : {};
    const { metrics: verdict, warnings } = audit.judge(metrics);
    warnings.forEach((warning) => hooks.say?.(`update ${done}: warning: ${warning}`));
    Object.assign(metrics, verdict, evaluated);
    run.log(done, metrics);
    run.logTiming(done, { seconds: took, interventions_per_second: metrics.interventions / took });
    await trackers.scalars(done, metrics);
    hooks.onUpdate?.({
      update: done,
      updates: config.grpo.updates,
      normalisedValue: metrics.normalised_value,
      interventionsPerSecond: metrics.interventions / took,
    });
    const stop = await hooks.shouldStop?.() ?? false;
    const scheduled = done % config.checkpoint.every === 0 || last;
    // A checkpoint that only an interruption asked for is never the best one: the uninterrupted run would not have it.
    if (scheduled || stop) {
      await save({ update: done, ...metrics }, scheduled ? metrics["validation/normalised_value"] : undefined);
    }
    if (stop && !last) return { parts, update: done, finished: false, interventions, seconds };
  }
  return { parts, update: done, finished: true, interventions, seconds };
}

/** Takes over another run's policy, which becomes the KL reference too. */
async function startFrom(parts: SessionParts, path: string): Promise<void> {
  const opened = openPolicy(path);
  parts.policy.named.assign(await opened.policy.named.values());
  opened.policy.dispose();
  await copyIntoReference(parts);
}

/** The part of a checkpoint's state that is not tensors. */
interface SavedState {
  readonly curriculum: CurriculumState;
  readonly interventions: number;
  readonly trainer: TrainerState;
}

async function updateOrExplain(
  parts: SessionParts,
  pool: Parameters<typeof trainUpdate>[0],
  optimizer: Parameters<typeof trainUpdate>[1],
  state: TrainerState,
  curriculum: CurriculumState,
  saved: string | undefined,
): ReturnType<typeof trainUpdate> {
  try {
    return await trainUpdate(pool, optimizer, parts.options, state, curriculum.stage);
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    const good = saved === undefined ? "there is no checkpoint before it" : `the last good checkpoint is ${saved}`;
    throw new TrainingError(`update ${state.update}: ${error.message}; ${good}`, { cause: error });
  }
}
