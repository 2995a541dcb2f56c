/** The config of a theory run: every key, its default and its meaning. */

import { z } from "zod";
import { checkpointSchema } from "./checkpoint.ts";
import { loggingSchema } from "./logging.ts";
import { runtimeSchema } from "./runtime.ts";
import { algorithmShape, optimizerSection, trainerOptions } from "./algorithm.ts";
import { algorithmRefusals, type AlgorithmUse } from "./algorithm_checks.ts";
import { count, nonNegative, section } from "./fields.ts";
import {
  OwnTaskError,
  stagePrompts,
  SUPERVISED_SOURCES,
  type Task,
  TASK_NAMES,
  type TheoryStage,
  theoryTask,
  type TheoryTrainingOptions,
} from "../theory/mod.ts";
import { type ConfigSource, resolveWith } from "./load.ts";
import type { Override } from "./overrides/types.ts";
import { readTaskFile, taskOf, taskSchema } from "./theory_task.ts";

/** The word for the task that `task` holds, among the shares of a stage. */
const OWN = "own";
const SHARED = [...TASK_NAMES, OWN] as const;

const shares = section(
  Object.fromEntries(
    SHARED.map((task) => [
      task,
      nonNegative().optional().describe(`share of ${task === OWN ? "the task that `task` holds" : task}`),
    ]),
  ) as Record<typeof SHARED[number], z.ZodOptional<z.ZodNumber>>,
).refine((tasks) => Object.values(tasks).some((share) => (share ?? 0) > 0), {
  error: "at least one task needs a share above 0",
});

const stageSchema = section({
  name: z.string().min(1).describe("name of the stage in logs"),
  tasks: shares.describe("share of the groups of each task"),
  max_added: count(1).optional().describe("leave out the prompts that let more fields be added than this"),
  threshold: z.number().max(1).default(0.8).describe(
    "moving mean of the success share over the stage's prompts (each by its latest group) that ends the stage",
  ),
  patience: count(1).default(20).describe("updates that the moving mean is taken over"),
});

/** Schema of a theory config. */
export const theoryConfigSchema = section({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/).default("theory").describe(
    "name of the run's folder under results/",
  ),
  seed: count(0).default(0).describe("seed of every random number"),
  runtime: runtimeSchema.omit({ workers: true }).prefault({}),
  start_from: z.string().min(1).nullable().default(null).describe(
    "run or checkpoint whose weights training starts from; its network is to be the same",
  ),
  task: taskSchema.default("T0").describe(
    "the task, where no curriculum is used: T0 to T6, a YAML file of one's own, or what such a file holds",
  ),
  curriculum: section({
    enabled: z.boolean().default(false).describe("train the stages below instead of the one task"),
    stages: z.array(stageSchema).min(1).prefault([
      { name: "hypercharges", tasks: { T0: 1 } },
      { name: "completion", tasks: { T0: 0.25, T2: 0.75 } },
      { name: "free", tasks: { T2: 0.25, T4: 0.75 } },
    ]).describe("stages in order; the last one lasts until the end"),
  }).prefault({}),
  network: section({
    layers: count(1).max(64).default(2).describe("transformer blocks"),
    width: count(2).max(4096).default(128).describe("width of the residual stream"),
    heads: count(1).max(256).default(4).describe("attention heads"),
    feed_forward: count(1).max(16_384).default(256).describe("width of the feed-forward layer"),
    dropout: z.number().min(0).lt(1).default(0).describe(
      "share of channels dropped while strings are written to learn from",
    ),
  }).prefault({}),
  temperature: z.number().positive().default(1).describe("temperature of sampling, in training and evaluation alike"),
  grpo: section({
    groups: count(1).max(10_000).default(1).describe("groups an update, each with one prompt"),
    solved_weight: z.number().positive().max(1).default(1).describe(
      "how often a solved prompt is drawn for each time that an unsolved one is; 1 draws all alike",
    ),
    repeat_cost: nonNegative().default(0).describe(
      "β of the cost β ln n of a failed string that has been written n times",
    ),
    ...algorithmShape({
      groupSize: 32,
      updates: 600,
      minibatches: 1,
      shards: 1,
      returns: "outcome",
      entropy: { start: 0.05, end: 0.03 },
    }),
  }).prefault({}),
  optimizer: optimizerSection({ learningRate: 1e-3, schedule: "linear", finalFraction: 0.1 }).prefault({}),
  replay: section({
    enabled: z.boolean().default(true).describe("let earlier successes join the groups of their prompt"),
    per_group: count(1).default(4).describe("successes that join a group"),
    capacity: count(1).default(1000).describe("successes that are kept"),
    alpha: nonNegative().default(0.6).describe("0 draws uniformly, 1 in proportion to the priority"),
    beta: z.number().min(0).max(1).default(1).describe("1 corrects the drawing fully, 0 not at all"),
  }).prefault({}),
  supervised: section({
    updates: count(0).default(0).describe("supervised updates before the first rollout"),
    source: z.enum(SUPERVISED_SOURCES).default("uniform").describe(
      "uniform legal strings, or random partial theories closed by the exact solver (never one of the literature)",
    ),
    attempts: count(1).default(16).describe(
      "strings of which the best one is imitated; each costs a score call, a single one costs none",
    ),
    learning_rate: z.number().positive().default(1e-3).describe("learning rate of the supervised updates"),
  }).prefault({}),
  evaluation: section({
    every: count(0).default(100).describe("updates between two evaluations; 0 evaluates at the end only"),
    samples: count(1).default(256).describe("strings of an evaluation, spread over the prompts"),
    held_out: z.boolean().default(false).describe("evaluate on the prompts that training never sees as well"),
    baselines: z.boolean().default(true).describe(
      "compare with uniform sampling, best of N and annealing at equal score calls",
    ),
    attempts: count(1).default(16).describe("N of best of N"),
    annealing: section({
      start: z.number().positive().default(0.3).describe("first temperature"),
      end: z.number().positive().default(0.02).describe("last temperature"),
      chain: count(2).default(1000).describe("score calls of a chain"),
    }).prefault({}),
    proofs: count(0).default(10).describe("found theories that are written out with their proofs"),
  }).prefault({}),
  checkpoint: checkpointSchema.extend({
    every: count(1).default(100).describe("updates between two checkpoints, besides those of evaluations"),
  }).prefault({}),
  logging: loggingSchema.prefault({}),
}).superRefine((config, { addIssue }) => {
  const { network, grpo: { groups, group_size, solved_weight, shards } } = config;
  const refuse = (path: readonly (string | number)[], message: string) =>
    addIssue({ code: "custom", path: [...path], message });
  if (network.width % (2 * network.heads) !== 0) {
    refuse(["network", "heads"], `width ${network.width} is not a multiple of 2 × ${network.heads} heads`);
  }
  if (shards > 1) refuse(["grpo", "shards"], "strings are written and scored in one thread: leave it at 1");
  const use: AlgorithmUse = {
    member: "varied",
    components: 1,
    isDiscrete: true,
    hasValueFunction: false,
    problems: Infinity,
    parts: groups * group_size,
  };
  for (const { path, message } of algorithmRefusals(config, use)) refuse(path, message);
  const own = ownTaskIn(config, refuse);
  if (own === null) return;
  const prompts = stagesOf(config, own).map((stage, s) =>
    stage.tasks.map(({ task }) => {
      try {
        return stagePrompts(stage, task).length;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refuse(["curriculum", "stages", s, "max_added"], error.message);
        return Infinity;
      }
    })
  );
  if (solved_weight < 1 && prompts.flat().every((count) => count === 1)) {
    refuse(["grpo", "solved_weight"], "there is one prompt for every task, so nothing to choose from");
  }
});

/** A resolved theory config. */
export type TheoryConfig = z.output<typeof theoryConfigSchema>;

/** The task of a config, whose faults are refused at their keys; null if it has any. */
function ownTaskIn(
  { task, curriculum }: Pick<TheoryConfig, "task" | "curriculum">,
  refuse: (path: readonly (string | number)[], message: string) => void,
): Task | null {
  const named = curriculum.enabled ? curriculum.stages.findIndex(({ tasks }) => (tasks[OWN] ?? 0) > 0) : -1;
  if (named >= 0 && typeof task === "string") {
    refuse(["curriculum", "stages", named, "tasks", OWN], `task holds no task of your own, it is ${task}`);
    return null;
  }
  try {
    return taskOf(task);
  } catch (error) {
    if (!(error instanceof OwnTaskError)) throw error;
    refuse(["task", ...error.path], error.message);
    return null;
  }
}

/** The stages of a run; one where no curriculum is used. */
function stagesOf(
  { curriculum }: Pick<TheoryConfig, "curriculum">,
  own: Task,
): readonly TheoryStage[] {
  if (!curriculum.enabled) return [{ threshold: 1, patience: 1, tasks: [{ task: own, share: 1 }] }];
  return curriculum.stages.map(({ tasks, threshold, patience, max_added }) => ({
    ...(max_added === undefined ? {} : { maxAdded: max_added }),
    threshold,
    patience,
    tasks: SHARED.flatMap((name) => {
      const share = tasks[name] ?? 0;
      return share > 0 ? [{ task: name === OWN ? own : theoryTask(name), share }] : [];
    }),
  }));
}

/** The config of a theory run; a `task` that is a file's path is read. @throws ConfigError with every problem */
export function resolveTheoryConfig(source: ConfigSource, overrides: readonly Override[] = []): TheoryConfig {
  return resolveWith(theoryConfigSchema, source, overrides, readTaskFile);
}

/** The options of the library. */
export function theoryTrainingOptions(config: TheoryConfig): TheoryTrainingOptions {
  const { grpo, network } = config;
  return {
    seed: config.seed,
    network: {
      layers: network.layers,
      width: network.width,
      heads: network.heads,
      feedForward: network.feed_forward,
      dropout: network.dropout,
    },
    temperature: config.temperature,
    stages: stagesOf(config, taskOf(config.task)),
    groups: grpo.groups,
    groupSize: grpo.group_size,
    attempts: { solvedWeight: grpo.solved_weight, repeatCost: grpo.repeat_cost },
    replay: config.replay.enabled
      ? {
        perGroup: config.replay.per_group,
        capacity: config.replay.capacity,
        alpha: config.replay.alpha,
        beta: config.replay.beta,
      }
      : null,
    trainer: trainerOptions(config, true),
  };
}
