/**
 * A training of the language model by the GRPO trainer: the task curriculum, the replay memory and the attempts at
 * each prompt around it, with all state as plain data so that a resumed run repeats itself. No files and no clock.
 */

import {
  advanceCurriculum,
  createLocalPool,
  type CurriculumRule,
  type CurriculumState,
  INITIAL_CURRICULUM,
  initialTrainerState,
  type Optimizer,
  readTrainerState,
  type ReplayState,
  type ShardPool,
  type TrainerOptions,
  type TrainerState,
  trainUpdate,
  type UpdateMetrics,
} from "../../grpo/mod.ts";
import { createStream } from "../../random/mod.ts";
import { type AttemptOptions, Attempts, type AttemptState } from "./attempts.ts";
import type { GptOptions } from "../network/mod.ts";
import { type TheoryActions, TheoryPolicy, type TheoryViews } from "./policy.ts";
import type { Prompt, Task } from "../language/mod.ts";
import {
  problemName,
  replayingRoller,
  rewrite,
  type Success,
  SuccessMemory,
  type TheoryReplayOptions,
} from "./replay_roller.ts";
import { TheoryScorer, type Verdict } from "./reward.ts";
import { type TaskShare, theoryRoller, type TheoryRolloutOptions } from "./roller.ts";
import { SearchLog, type SearchLogState, type SearchRecord } from "./search.ts";
import type { WrittenTheory } from "./writer.ts";

/** One stage of the task curriculum: tasks with their shares of the groups, and when it is passed. */
export interface TheoryStage extends CurriculumRule {
  readonly tasks: readonly { readonly task: Task; readonly share: number }[];
  /** Leaves out the prompts that let more fields be added than this. */
  readonly maxAdded?: number;
}

/** The training prompts of a task in a stage. @throws RangeError if the stage leaves none */
export function stagePrompts(stage: TheoryStage, { name, prompts }: Task): readonly Prompt[] {
  const { maxAdded = Infinity } = stage;
  const kept = prompts.filter(({ limits }) => limits.maxAdded <= maxAdded);
  if (kept.length === 0) throw new RangeError(`no prompt of ${name} lets at most ${maxAdded} fields be added`);
  return kept;
}

/** Everything that can be chosen about a training. */
export interface TheoryTrainingOptions {
  readonly seed: number;
  readonly network: GptOptions;
  readonly temperature: number;
  /** At least one; the last lasts to the end. The success share over all prompts of a stage is what passes it. */
  readonly stages: readonly TheoryStage[];
  /** Groups an update, and strings a group. */
  readonly groups: number;
  readonly groupSize: number;
  readonly attempts: AttemptOptions;
  readonly trainer: TrainerOptions;
  readonly replay: TheoryReplayOptions | null;
}

/** What a resumed training needs besides the tensors. Plain data. */
export interface TheoryTrainingState {
  readonly trainer: TrainerState;
  readonly curriculum: CurriculumState;
  readonly scoreCalls: number;
  readonly replay: ReplayState<Success>;
  readonly found: SearchLogState;
  readonly attempts: AttemptState;
}

/** A training in progress. */
export class TheoryTraining {
  readonly options: TheoryTrainingOptions;
  readonly policy: TheoryPolicy;
  /** The KL reference; undefined if no KL is asked for. */
  readonly reference: TheoryPolicy | undefined;
  readonly #scorers: ReadonlyMap<string, TheoryScorer>;
  readonly #memory: SuccessMemory | undefined;
  readonly #pool: ShardPool;
  readonly #log = new SearchLog();
  readonly #attempts: Attempts;
  #trainer: TrainerState;
  #curriculum = INITIAL_CURRICULUM;
  #scoreCalls = 0;

  /** The tensor backend must have been chosen. @throws RangeError for options that make no training */
  constructor(options: TheoryTrainingOptions) {
    if (options.stages.length === 0) throw new RangeError("a training needs at least one stage");
    this.options = options;
    const root = createStream(options.seed);
    this.policy = new TheoryPolicy(options.network, options.temperature, root.child("policy"));
    this.#trainer = initialTrainerState(options.trainer);
    this.reference = options.trainer.kl.coefficient > 0
      ? new TheoryPolicy(options.network, options.temperature, root.child("policy"))
      : undefined;
    this.#scorers = new Map(
      options.stages.flatMap(({ tasks }) => tasks.map(({ task }) => [task.name, new TheoryScorer(task)] as const)),
    );
    this.#attempts = new Attempts(options.attempts);
    this.#memory = options.replay === null ? undefined : new SuccessMemory(options.replay);
    this.#pool = createLocalPool<TheoryPolicy, TheoryViews, TheoryActions>(
      {
        policy: this.policy,
        options: options.trainer,
        ...(this.reference === undefined ? {} : { reference: this.reference }),
      },
      (stage) => this.#roller(stage),
      root.child("training"),
      () => {
        this.reference?.copyFrom(this.policy);
        return Promise.resolve();
      },
    );
  }

  /** Updates done. */
  get update(): number {
    return this.#trainer.update;
  }

  /** The current stage of the curriculum. */
  get stage(): TheoryStage {
    return this.options.stages[this.#curriculum.stage];
  }

  /** Score calls so far: rollouts and a supervised start that scores its strings. */
  get scoreCalls(): number {
    return this.#scoreCalls;
  }

  /** What the score calls have found so far. */
  get found(): SearchRecord {
    return this.#log.record();
  }

  /** The scorer of a task of this training. @throws RangeError if no stage has the task */
  scorer(task: string): TheoryScorer {
    const scorer = this.#scorers.get(task);
    if (scorer === undefined) {
      throw new RangeError(`no stage trains ${task}; trained are ${[...this.#scorers.keys()].join(", ")}`);
    }
    return scorer;
  }

  /**
   * Scores a string that a source other than the policy wrote. The call counts, and a success is kept for replay, with the
   * log-probabilities of uniform choices.
   * @throws RangeError if no stage has the task
   */
  judge(task: string, tokens: readonly number[], prompt: Prompt): Verdict {
    const verdict = this.scorer(task).score(tokens, prompt);
    this.#scoreCalls++;
    this.#log.add(tokens, prompt, verdict);
    if (verdict.success) {
      const { choices } = rewrite(prompt, tokens, []);
      const logProbs = choices.map(({ legal }) => -Math.log(legal.length));
      this.#memory?.add([{
        problem: problemName(task, prompt),
        tokens: [...tokens],
        logProbs,
        reward: verdict.reward,
      }]);
    }
    return verdict;
  }

  #roller(stage: number) {
    const current = this.options.stages[stage];
    const tasks = current.tasks.map(({ task, share }): TaskShare => {
      const weight = (prompt: Prompt) => this.#attempts.weight(problemName(task.name, prompt));
      return { scorer: this.scorer(task.name), share, prompts: stagePrompts(current, task), weight };
    });
    const { groups, groupSize, trainer } = this.options;
    const rollout: TheoryRolloutOptions = {
      groups: Math.ceil(groups / trainer.shards),
      groupSize,
      onVerdict: (written: WrittenTheory, verdict: Verdict) => this.#log.add(written.tokens, written.prompt, verdict),
      groupRewards: ({ scorer, prompt }, written, verdicts) =>
        this.#attempts.record(problemName(scorer.task.name, prompt), written, verdicts),
    };
    return this.#memory === undefined ? theoryRoller(tasks, rollout) : replayingRoller(tasks, rollout, this.#memory);
  }

  /** The success share that passes a stage: its tasks by their shares, their prompts alike, each by its latest group. */
  #stageSuccess(stage: TheoryStage): number {
    const total = stage.tasks.reduce((sum, { share }) => sum + share, 0);
    return stage.tasks.reduce((sum, { task, share }) => {
      const prompts = stagePrompts(stage, task);
      const mean = prompts.reduce((all, prompt) => all + this.#attempts.success(problemName(task.name, prompt)), 0) /
        prompts.length;
      return sum + share / total * mean;
    }, 0);
  }

  /** One update. @throws TrainingError if anything is not finite */
  async step(optimizer: Optimizer): Promise<UpdateMetrics> {
    const stage = this.#curriculum.stage;
    const { metrics, state } = await trainUpdate(this.#pool, optimizer, this.options.trainer, this.#trainer, stage);
    this.#trainer = state;
    this.#scoreCalls += metrics.interventions;
    const stageSuccess = this.#stageSuccess(this.options.stages[stage]);
    this.#curriculum = advanceCurriculum(this.options.stages, this.#curriculum, stageSuccess);
    return {
      ...metrics,
      stage,
      stage_success: stageSuccess,
      score_calls: this.#scoreCalls,
    };
  }

  /** The state for a checkpoint, besides the tensors of the policy, the reference and the optimiser. */
  state(): TheoryTrainingState {
    return {
      trainer: this.#trainer,
      curriculum: this.#curriculum,
      scoreCalls: this.#scoreCalls,
      replay: this.#memory?.state ?? [],
      found: this.#log.state(),
      attempts: this.#attempts.state(),
    };
  }

  /** Goes on from a checkpoint's state; the tensors are restored by the caller. */
  restore(state: TheoryTrainingState): void {
    this.#trainer = readTrainerState(state.trainer);
    this.#curriculum = state.curriculum;
    this.#scoreCalls = state.scoreCalls;
    if (this.#memory !== undefined) this.#memory.state = state.replay;
    this.#log.restore(state.found);
    this.#attempts.restore(state.attempts);
  }
}
