/** The config of a theory run: every key, its default and its meaning. */

import { stringify } from "yaml";
import { z } from "zod";
import {
  stagePrompts,
  SUPERVISED_SOURCES,
  TASK_NAMES,
  type TheoryStage,
  theoryTask,
  type TheoryTrainingOptions,
} from "../../theory/mod.ts";

const count = (min: number) => z.int().min(min);
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape);
const nonNegative = () => z.number().min(0);

const shares = section(
  Object.fromEntries(TASK_NAMES.map((task) => [task, nonNegative().optional().describe(`share of ${task}`)])) as Record<
    typeof TASK_NAMES[number],
    z.ZodOptional<z.ZodNumber>
  >,
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
  backend: z.enum(["auto", "simd", "node-gpu", "node", "webgpu", "wasm", "cpu"]).default("auto").describe(
    "tensor backend",
  ),
  task: z.enum(TASK_NAMES).default("T0").describe("the task, where no curriculum is used"),
  curriculum: section({
    enabled: z.boolean().default(false).describe("train the stages below instead of the one task"),
    stages: z.array(stageSchema).min(1).prefault([
      { name: "hypercharges", tasks: { T0: 1 } },
      { name: "completion", tasks: { T0: 0.25, T2: 0.75 } },
      { name: "free", tasks: { T2: 0.25, T4: 0.75 } },
    ]).describe("stages in order; the last one lasts until the end"),
  }).prefault({}),
  network: section({
    layers: count(1).default(2).describe("transformer blocks"),
    width: count(2).default(128).describe("width of the residual stream"),
    heads: count(1).default(4).describe("attention heads"),
    feed_forward: count(1).default(256).describe("width of the feed-forward layer"),
    dropout: z.number().min(0).lt(1).default(0).describe("dropout while a loss is computed"),
  }).prefault({}),
  temperature: z.number().positive().default(1).describe("temperature of sampling, in training and evaluation alike"),
  grpo: section({
    updates: count(0).default(600).describe("rollouts, each followed by epochs × minibatches gradient steps"),
    groups: count(1).default(1).describe("groups an update, each with one prompt"),
    group_size: count(2).default(32).describe("strings a group"),
    solved_weight: z.number().positive().max(1).default(1).describe(
      "how often a solved prompt is drawn for each time that an unsolved one is; 1 draws all alike",
    ),
    repeat_cost: nonNegative().default(0).describe(
      "β of the cost β ln n of a failed string that has been written n times",
    ),
    epochs: count(1).default(1).describe("passes over each rollout"),
    minibatches: count(1).default(1).describe("parts that a pass is split into"),
    scale: z.enum(["group", "batch", "none"]).default("none").describe("what advantages are divided by"),
    leave_one_out: z.boolean().default(false).describe("baseline is the mean of the other members"),
    risk_share: z.number().positive().max(1).default(1).describe("best share of a group that is learned from"),
    clip_low: z.number().positive().max(1).default(0.2).describe("the ratio is clipped below at 1 − clip_low"),
    clip_high: z.number().positive().default(0.2).describe("the ratio is clipped above at 1 + clip_high"),
    ratio: z.enum(["token", "sequence"]).default("token").describe(
      "one ratio a token, or their geometric mean a string",
    ),
    skip_equal_groups: z.boolean().default(false).describe(
      "average the policy term over groups with unequal rewards only",
    ),
    entropy: section({
      schedule: z.enum(["constant", "linear", "exponential", "cosine"]).default("exponential").describe(
        "from start to end",
      ),
      start: nonNegative().default(0.05).describe("entropy coefficient at the first update"),
      end: nonNegative().default(0.03).describe("entropy coefficient at the last update; unused by constant"),
    }).prefault({}),
    kl: section({
      coefficient: nonNegative().default(0).describe("weight β of the KL to the reference; 0 keeps no reference"),
      estimator: z.enum(["k1", "k2", "k3", "exact"]).default("exact").describe("estimator of the KL"),
      reference_every: count(0).default(0).describe("updates between two copies into the reference; 0 keeps it frozen"),
      adaptive: z.boolean().default(false).describe("move β so that the KL stays within the range"),
      low: z.number().positive().default(0.01).describe("lower end of the KL's range"),
      high: z.number().positive().default(0.1).describe("upper end of the KL's range"),
      factor: z.number().gt(1).default(1.1).describe("what β is multiplied or divided by"),
    }).prefault({}),
  }).prefault({}),
  optimizer: section({
    learning_rate: z.number().positive().default(1e-3).describe("peak learning rate"),
    schedule: z.enum(["constant", "linear", "exponential", "cosine"]).default("linear").describe("after the warm-up"),
    warmup: z.number().min(0).lt(1).default(0).describe("share of the run with a linear warm-up"),
    final_fraction: z.number().positive().max(1).default(0.1).describe(
      "share of the learning rate that is left at the end",
    ),
    clip_norm: z.number().positive().default(1).describe("largest global norm of the gradient"),
    betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.9, 0.999]).describe(
      "Adam's β₁ and β₂",
    ),
    epsilon: z.number().positive().default(1e-8).describe("Adam's ε"),
  }).prefault({}),
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
  checkpoint: section({
    every: count(1).default(100).describe("updates between two checkpoints"),
    keep: count(1).default(3).describe("newest checkpoints that are kept, besides the best"),
  }).prefault({}),
}).superRefine((config, { addIssue }) => {
  const { network, grpo: { groups, group_size, solved_weight, minibatches, entropy, kl } } = config;
  const refuse = (path: readonly (string | number)[], message: string) =>
    addIssue({ code: "custom", path: [...path], message });
  if (network.width % (2 * network.heads) !== 0) {
    refuse(["network", "heads"], `width ${network.width} is not a multiple of 2 × ${network.heads} heads`);
  }
  if (minibatches > groups * group_size) {
    refuse(["grpo", "minibatches"], `a rollout has ${groups * group_size} strings, too few for ${minibatches} parts`);
  }
  if (entropy.schedule === "exponential" && !(entropy.start > 0 && entropy.end > 0)) {
    const why = `no exponential leads from ${entropy.start} to ${entropy.end}; take linear or constant`;
    refuse(["grpo", "entropy", "schedule"], why);
  }
  if (kl.adaptive && kl.coefficient === 0) {
    refuse(["grpo", "kl", "adaptive"], "there is no KL to adapt to while grpo.kl.coefficient is 0");
  }
  const prompts = stagesOf(config).map((stage, s) =>
    stage.tasks.map(({ task }) => {
      try {
        return stagePrompts(stage, theoryTask(task)).length;
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
  if (kl.low > kl.high) {
    refuse(["grpo", "kl", "low"], `the range's lower end ${kl.low} is above its upper end ${kl.high}`);
  }
});

/** A resolved theory config. */
export type TheoryConfig = z.output<typeof theoryConfigSchema>;

/** The resolved config as YAML; reading it gives the same config. */
export function formatTheoryConfig(config: TheoryConfig): string {
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The stages of a run; one where no curriculum is used. */
function stagesOf({ task, curriculum }: Pick<TheoryConfig, "task" | "curriculum">): readonly TheoryStage[] {
  if (!curriculum.enabled) return [{ threshold: 1, patience: 1, tasks: [{ task, share: 1 }] }];
  return curriculum.stages.map(({ tasks, threshold, patience, max_added }) => ({
    ...(max_added === undefined ? {} : { maxAdded: max_added }),
    threshold,
    patience,
    tasks: TASK_NAMES.flatMap((name) => (tasks[name] ?? 0) > 0 ? [{ task: name, share: tasks[name]! }] : []),
  }));
}

/** The options of the library. */
export function trainingOptions(config: TheoryConfig): TheoryTrainingOptions {
  const { grpo, optimizer, network } = config;
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
    stages: stagesOf(config),
    groups: grpo.groups,
    groupSize: grpo.group_size,
    attempts: { solvedWeight: grpo.solved_weight, repeatCost: grpo.repeat_cost },
    adaptiveKl: grpo.kl.adaptive ? { low: grpo.kl.low, high: grpo.kl.high, factor: grpo.kl.factor } : null,
    replay: config.replay.enabled
      ? {
        perGroup: config.replay.per_group,
        capacity: config.replay.capacity,
        alpha: config.replay.alpha,
        beta: config.replay.beta,
      }
      : null,
    trainer: {
      updates: grpo.updates,
      epochs: grpo.epochs,
      minibatches: grpo.minibatches,
      shards: 1,
      advantage: {
        returns: "outcome",
        gamma: 1,
        scale: grpo.scale,
        leaveOneOut: grpo.leave_one_out,
        riskShare: grpo.risk_share,
      },
      loss: {
        clipLow: grpo.clip_low,
        clipHigh: grpo.clip_high,
        ratio: grpo.ratio,
        klCoefficient: grpo.kl.coefficient,
        klEstimator: grpo.kl.estimator,
      },
      skipZeroVariance: grpo.skip_equal_groups,
      entropy: { kind: grpo.entropy.schedule, start: grpo.entropy.start, end: grpo.entropy.end, warmup: 0 },
      learningRate: {
        kind: optimizer.schedule,
        start: optimizer.learning_rate,
        end: optimizer.learning_rate * optimizer.final_fraction,
        warmup: optimizer.warmup,
      },
      clipNorm: optimizer.clip_norm,
      referenceEvery: grpo.kl.reference_every,
      valueBaseline: null,
    },
  };
}
