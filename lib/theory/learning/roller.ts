/** Rollouts of theory strings for the trainer: groups of strings of one prompt, rewarded at their last decision. */

import { countsOf, meanMeasure, type Measure, type Measures, type Roller, type Rollout } from "../../grpo/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { TheoryActions, TheoryPolicy, TheoryViews } from "./policy.ts";
import type { Prompt } from "../language/mod.ts";
import type { TheoryScorer, Verdict } from "./reward.ts";
import { viewsOf, writeTheories, type WrittenTheory } from "./writer.ts";

/** A task with its share of the groups and the prompts that are drawn from. */
export interface TaskShare {
  readonly scorer: TheoryScorer;
  readonly share: number;
  /** All of the task's training prompts if left out. */
  readonly prompts?: readonly Prompt[];
  /** Positive: how often a prompt is drawn in proportion to the others of its task; all alike if left out. */
  readonly weight?: (prompt: Prompt) => number;
}

/** What a rollout consists of. */
export interface TheoryRolloutOptions {
  /** Groups a rollout; each has one prompt. */
  readonly groups: number;
  /** Strings a group. */
  readonly groupSize: number;
  /** Told of every score call, in order. */
  readonly onVerdict?: (written: WrittenTheory, verdict: Verdict) => void;
  /** `[groupSize]` what a judged group is learned from; the verdicts' rewards if left out. */
  readonly groupRewards?: (
    group: DrawnGroup,
    written: readonly WrittenTheory[],
    verdicts: readonly Verdict[],
  ) => readonly number[];
}

/** The prompt of one group. */
export interface DrawnGroup {
  readonly scorer: TheoryScorer;
  readonly prompt: Prompt;
}

/** One of `items`, drawn in proportion to its weight. */
function drawWeighted<Item>(items: readonly Item[], weight: (item: Item) => number, stream: Stream): Item {
  let left = stream.uniform() * items.reduce((sum, item) => sum + weight(item), 0);
  return items.find((item) => (left -= weight(item)) < 0) ?? items[items.length - 1];
}

/** A task drawn by its share, and one of its training prompts by its weight. */
function drawPrompt(tasks: readonly TaskShare[], stream: Stream): DrawnGroup {
  const { scorer, prompts = scorer.task.prompts, weight = () => 1 } = drawWeighted(tasks, ({ share }) => share, stream);
  return { scorer, prompt: drawWeighted(prompts, weight, stream) };
}

/**
 * The prompts of a rollout's groups.
 * @throws RangeError if there is no task with a positive share
 */
export function drawGroups(
  tasks: readonly TaskShare[],
  options: TheoryRolloutOptions,
  stream: Stream,
): readonly DrawnGroup[] {
  if (!tasks.some(({ share }) => share > 0)) throw new RangeError("a rollout needs a task with a positive share");
  return Array.from({ length: options.groups }, (_, g) => drawPrompt(tasks, stream.child("prompt").child(g)));
}

/** The strings of a rollout, judged. */
export interface PlayedGroups {
  readonly written: readonly WrittenTheory[];
  readonly verdicts: readonly Verdict[];
  /** `[strings]` what is learned from. */
  readonly rewards: readonly number[];
  /** `[strings]` */
  readonly group: Int32Array;
  /** The key of the channels that the strings were written without; null if none were dropped. */
  readonly dropout: number | null;
  readonly measures: Measures;
}

/** Writes and judges the strings of all groups. */
export function playGroups(
  policy: TheoryPolicy,
  drawn: readonly DrawnGroup[],
  options: TheoryRolloutOptions,
  stream: Stream,
): PlayedGroups {
  const { groupSize, onVerdict, groupRewards } = options;
  const group = Int32Array.from({ length: drawn.length * groupSize }, (_, m) => Math.floor(m / groupSize));
  const dropout = policy.options.dropout > 0 ? stream.child("dropout").uint32() : null;
  const written = writeTheories(
    policy,
    Array.from(group, (g) => drawn[g].prompt),
    Array.from(group, (_, m) => stream.child("string").child(m)),
    "sample",
    dropout,
  );
  const verdicts = written.map((theory, m) => {
    const verdict = drawn[group[m]].scorer.score(theory.tokens, theory.prompt);
    onVerdict?.(theory, verdict);
    return verdict;
  });
  const rewards = groupRewards === undefined ? verdicts.map(({ reward }) => reward) : drawn.flatMap((each, g) => {
    const [from, to] = [g * groupSize, (g + 1) * groupSize];
    return groupRewards(each, written.slice(from, to), verdicts.slice(from, to));
  });
  return { written, verdicts, rewards, group, dropout, measures: rolloutMeasures(written, verdicts) };
}

/** Plays `groups` groups of `groupSize` strings. */
export function theoryRoller(
  tasks: readonly TaskShare[],
  options: TheoryRolloutOptions,
): Roller<TheoryPolicy, TheoryViews, TheoryActions> {
  return (policy, stream) => {
    const drawn = drawGroups(tasks, options, stream);
    const { written, rewards, group, dropout, measures } = playGroups(policy, drawn, options, stream);
    return theoryRollout(written, rewards, group, {
      dropout,
      measures,
      interventions: written.length,
      describe: (g) => `prompt ${drawn[g].prompt.name} of task ${drawn[g].scorer.task.name}`,
    });
  };
}

/** Strings with their rewards as the trainer's table. `[members]` rewards and groups. */
export function theoryRollout(
  written: readonly WrittenTheory[],
  rewards: readonly number[],
  group: Int32Array,
  about: {
    readonly dropout: number | null;
    readonly measures: Measures;
    readonly interventions: number;
    readonly describe: (group: number) => string;
  },
): Rollout<TheoryViews, TheoryActions> {
  const { views, actions, mask, logProb } = viewsOf(written, about.dropout);
  const width = views.length - 1;
  const reward = new Float32Array(mask.length);
  const member = new Int32Array(mask.length);
  const time = new Int32Array(mask.length);
  written.forEach(({ choices }, m) => {
    member.fill(m, m * width, (m + 1) * width);
    choices.forEach(({ position }, t) => time[m * width + position - 1] = t);
    const last = choices.at(-1);
    if (last !== undefined) reward[m * width + last.position - 1] = rewards[m];
  });
  return {
    views,
    actions,
    viewCount: written.length,
    actionsPerView: width,
    oldLogProb: logProb,
    mask,
    reward,
    member,
    time,
    group,
    measures: about.measures,
    interventions: about.interventions,
    describeGroup: about.describe,
  };
}

function rolloutMeasures(written: readonly WrittenTheory[], verdicts: readonly Verdict[]): Measures {
  const choices = written.flatMap((theory) => theory.choices);
  const overVerdicts = (value: (verdict: Verdict) => number): Measure => meanMeasure(verdicts.map(value));
  const tokens = written.reduce((sum, theory) => sum + theory.tokens.length - 1, 0);
  return {
    success: overVerdicts(({ success }) => success ? 1 : 0),
    theory_reward: overVerdicts(({ reward }) => reward),
    best_reward: { kind: "most", value: Math.max(...verdicts.map(({ reward }) => reward)) },
    anomaly_score: overVerdicts(({ anomalyScore }) => anomalyScore),
    exotics: overVerdicts(({ exotics }) => exotics),
    goals_missed: overVerdicts(({ shortfalls }) => shortfalls.reduce((sum, s) => sum + s, 0)),
    length: meanMeasure(written.map((theory) => theory.tokens.length)),
    decisions: meanMeasure(written.map((theory) => theory.choices.length)),
    forced_share: { kind: "mean", sum: tokens - choices.length, weight: tokens },
    legal_entropy: meanMeasure(choices.map(({ entropy }) => entropy)),
    distinct_share: { kind: "distinct share", counts: countsOf(written.map((theory) => theory.tokens.join())) },
  };
}
