/**
 * Rollouts of the intervention problem, for both kinds of groups (DESIGN section 9). `step`: G candidate interventions from
 * each state, the first of which is carried out. `trajectory`: G episodes of the same SCM from the same initial data.
 */

import {
  createEnvironment,
  type Environment,
  type EpisodeOptions,
  type Observation,
  type Problem,
} from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { explorationReward, optimisationReward, parentReward, type RewardWeights } from "../reward/mod.ts";
import { rolloutMetrics, type RolloutTrace } from "./rollout_metrics.ts";
import type { Roller, Rollout, TrainablePolicy } from "./types.ts";

/** What a rollout asks of a policy that intervenes. */
export interface InterventionPolicy<Views> extends TrainablePolicy<Views, InterventionActions> {
  viewsOf(observation: Observation): Views;
  draw(views: Views, perView: number, streams: readonly Stream[] | null): InterventionActions & {
    readonly logProb: Float64Array;
  };
  /** Batches of views behind each other. */
  concat(batches: readonly Views[]): Views;
}

/** Interventions, `perView` for each view. */
export interface InterventionActions {
  readonly perView: number;
  readonly variable: Int32Array;
  readonly value: Float64Array;
}

export interface RolloutOptions {
  readonly kind: "step" | "trajectory";
  /** G */
  readonly groupSize: number;
  readonly episode: EpisodeOptions;
  readonly weights: RewardWeights;
  /** Reward the expected outcome of an intervention, or the one sampled outcome that an experimenter would see. */
  readonly outcome: "expected" | "sampled";
  /** Members of a group (or candidates of a state) meet the same noise. */
  readonly commonRandomNumbers: boolean;
  /**
   * Step groups only: how many later steps a candidate's information is credited for. A candidate's reward r and the reward
   * r' of the policy's best action after it count as `(r + m r') / (1 + m)` with m the lesser of this and the steps that
   * remain: the online knowledge gradient (Ryzhov, Powell & Frazier 2012) with a bounded horizon. 0 is myopic.
   */
  readonly lookahead: number;
}

/** A roller that plays the given problems, one group each. `problems` is called once for each rollout. */
export function interventionRoller<Views, Policy extends InterventionPolicy<Views>>(
  problems: (stream: Stream) => readonly Problem[],
  options: RolloutOptions,
): Roller<Policy, Views, InterventionActions> {
  checkOptions(options);
  return (policy, stream) => {
    const batch = problems(stream.child("problems"));
    return options.kind === "step"
      ? stepRollout(policy, batch, options, stream)
      : trajectoryRollout(policy, batch, options, stream);
  };
}

function stepRollout<Views>(
  policy: InterventionPolicy<Views>,
  problems: readonly Problem[],
  options: RolloutOptions,
  stream: Stream,
): Rollout<Views, InterventionActions> {
  const { groupSize, episode } = options;
  const count = problems.length;
  const environment = createEnvironment(problems, episode);
  environment.reset(problems.map((_, e) => stream.child("start").child(e)));
  const owners = Int32Array.from({ length: count * groupSize }, (_, k) => Math.floor(k / groupSize));
  const noise = problems.map((_, e) => stream.child("noise").child(e));
  const choice = problems.map((_, e) => stream.child("choice").child(e));
  const record = createRecord<Views>(count * episode.horizon, groupSize);
  const branch = options.lookahead > 0
    ? createEnvironment(Array.from(owners, (owner) => problems[owner]), episode)
    : null;
  for (let t = 0; t < episode.horizon; t++) {
    const views = policy.viewsOf(environment.observation);
    const drawn = policy.draw(views, groupSize, choice.map((s) => s.child(t)));
    const candidateNoise = (k: number) =>
      noise[owners[k]].child(t).child(options.commonRandomNumbers ? 0 : k % groupSize);
    const immediate = rewardsOf(environment, drawn, owners, options, candidateNoise);
    const credited = Math.min(options.lookahead, episode.horizon - 1 - t);
    const rewards = branch === null || credited <= 0
      ? immediate
      : withLookahead(policy, branch, environment, drawn, owners, immediate, credited, options, candidateNoise);
    recordStep(record, views, drawn, rewards, (k) => ({
      member: (t * count + owners[k]) * groupSize + k % groupSize,
      time: 0,
    }));
    const first = (data: Int32Array | Float64Array, e: number) => data[e * groupSize];
    const carriedOut = {
      variable: Int32Array.from({ length: count }, (_, e) => first(drawn.variable, e)),
      value: Float64Array.from({ length: count }, (_, e) => first(drawn.value, e)),
    };
    const outcomes = environment.step(carriedOut, noise.map((s) => s.child(t).child(0)));
    record.trace.push({ ...carriedOut, rawValue: outcomes.rawValue, expected: outcomes.expected });
  }
  const groups = count * episode.horizon;
  return finishRollout(
    policy,
    record,
    environment,
    Int32Array.from({ length: groups * groupSize }, (_, m) => Math.floor(m / groupSize)),
    groups * groupSize,
    (group) => `${problems[group % count].scm.name}, step ${Math.floor(group / count)}`,
  );
}

/** Rewards with the credit for what a candidate's outcome teaches; see {@linkcode RolloutOptions.lookahead}. */
function withLookahead<Views>(
  policy: InterventionPolicy<Views>,
  branch: Environment,
  environment: Environment,
  candidates: InterventionActions,
  owners: Int32Array,
  immediate: Rewards,
  steps: number,
  options: RolloutOptions,
  noise: (k: number) => Stream,
): Rewards {
  branch.adopt(environment.observation, owners);
  branch.step(candidates, Array.from(owners, (_, k) => noise(k)));
  const next = policy.draw(policy.viewsOf(branch.observation), 1, null);
  const own = Int32Array.from(owners, (_, k) => k);
  const later = rewardsOf(branch, next, own, options, (k) => noise(k).child("next"));
  return {
    ...immediate,
    total: immediate.total.map((reward, k) => (reward + steps * later.total[k]) / (1 + steps)),
  };
}

function trajectoryRollout<Views>(
  policy: InterventionPolicy<Views>,
  problems: readonly Problem[],
  options: RolloutOptions,
  stream: Stream,
): Rollout<Views, InterventionActions> {
  const { groupSize, episode } = options;
  const members = problems.length * groupSize;
  const problemOf = (m: number) => Math.floor(m / groupSize);
  const environment = createEnvironment(Array.from({ length: members }, (_, m) => problems[problemOf(m)]), episode);
  const each = (make: (m: number) => Stream) => Array.from({ length: members }, (_, m) => make(m));
  environment.reset(each((m) => stream.child("start").child(problemOf(m))));
  const own = (s: Stream, m: number) => s.child(problemOf(m)).child(m % groupSize);
  const noise = each((m) =>
    options.commonRandomNumbers ? stream.child("noise").child(problemOf(m)) : own(stream.child("noise"), m)
  );
  const choice = each((m) => own(stream.child("choice"), m));
  const owners = Int32Array.from({ length: members }, (_, m) => m);
  const record = createRecord<Views>(members * episode.horizon, 1);
  for (let t = 0; t < episode.horizon; t++) {
    const views = policy.viewsOf(environment.observation);
    const drawn = policy.draw(views, 1, choice.map((s) => s.child(t)));
    const noises = noise.map((s) => s.child(t));
    const rewards = rewardsOf(environment, drawn, owners, options, (k) => noises[k].child("reward"));
    recordStep(record, views, drawn, rewards, (k) => ({ member: k, time: t }));
    const outcomes = environment.step(drawn, noises);
    record.trace.push({ ...drawn, rawValue: outcomes.rawValue, expected: outcomes.expected });
  }
  return finishRollout(
    policy,
    record,
    environment,
    Int32Array.from({ length: members }, (_, m) => problemOf(m)),
    members * episode.horizon,
    (group) => problems[group].scm.name,
  );
}

/** Rewards of a batch of actions, and their components, before any of them is carried out. */
interface Rewards {
  readonly total: Float64Array;
  readonly components: Readonly<Record<string, Float64Array>>;
}

function rewardsOf(
  environment: Environment,
  actions: InterventionActions,
  owners: Int32Array,
  options: RolloutOptions,
  noise: (k: number) => Stream,
): Rewards {
  const { weights } = options;
  const outcome = options.outcome === "expected"
    ? environment.expected(actions, owners)
    : environment.sampled(actions, owners, noise);
  const optimization = new Float64Array(owners.length);
  const parent = new Float64Array(owners.length);
  const exploration = new Float64Array(owners.length);
  const { problems, statistics, step } = environment.observation;
  for (let k = 0; k < owners.length; k++) {
    const { scm, outcomes } = environment.problemOf(owners[k]);
    optimization[k] = optimisationReward(outcome[k], outcomes, scm.objective);
    const index = owners[k] * problems.width + actions.variable[k];
    parent[k] = parentReward(environment.isParent(owners[k], actions.variable[k]) ? 1 : 0);
    exploration[k] = explorationReward(statistics.doCount[index], step * options.episode.rowsPerIntervention);
  }
  const total = optimization.map((r, k) =>
    weights.optimization * r + weights.parent * parent[k] + weights.exploration * exploration[k]
  );
  return { total, components: { optimization, parent, exploration } };
}

/** A rollout while it is being written; every array `[views, perView]`. */
interface RolloutRecord<Views> {
  readonly perView: number;
  readonly views: Views[];
  readonly variable: Int32Array;
  readonly value: Float64Array;
  readonly logProb: Float32Array;
  readonly reward: Float32Array;
  readonly member: Int32Array;
  readonly time: Int32Array;
  readonly components: Map<string, number[]>;
  readonly trace: RolloutTrace[];
  written: number;
}

function createRecord<Views>(views: number, perView: number): RolloutRecord<Views> {
  const length = views * perView;
  return {
    perView,
    views: [],
    variable: new Int32Array(length),
    value: new Float64Array(length),
    logProb: new Float32Array(length),
    reward: new Float32Array(length),
    member: new Int32Array(length),
    time: new Int32Array(length),
    components: new Map(),
    trace: [],
    written: 0,
  };
}

function recordStep<Views>(
  record: RolloutRecord<Views>,
  views: Views,
  drawn: InterventionActions & { readonly logProb: Float64Array },
  rewards: Rewards,
  place: (k: number) => { member: number; time: number },
): void {
  record.views.push(views);
  record.variable.set(drawn.variable, record.written);
  record.value.set(drawn.value, record.written);
  record.logProb.set(drawn.logProb, record.written);
  record.reward.set(rewards.total, record.written);
  for (let k = 0; k < drawn.variable.length; k++) {
    const { member, time } = place(k);
    record.member[record.written + k] = member;
    record.time[record.written + k] = time;
  }
  for (const [name, values] of Object.entries(rewards.components)) {
    const known = record.components.get(name) ?? [];
    for (const value of values) known.push(value);
    record.components.set(name, known);
  }
  record.written += drawn.variable.length;
}

function finishRollout<Views>(
  policy: InterventionPolicy<Views>,
  record: RolloutRecord<Views>,
  environment: Environment,
  group: Int32Array,
  interventions: number,
  describeGroup: (group: number) => string,
): Rollout<Views, InterventionActions> {
  return {
    views: policy.concat(record.views),
    actions: { perView: record.perView, variable: record.variable, value: record.value },
    viewCount: record.written / record.perView,
    actionsPerView: record.perView,
    oldLogProb: record.logProb,
    mask: new Float32Array(record.written).fill(1),
    reward: record.reward,
    member: record.member,
    time: record.time,
    group,
    metrics: rolloutMetrics(environment, record.trace, record.components),
    interventions,
    describeGroup,
  };
}

function checkOptions({ groupSize, weights, lookahead, kind }: RolloutOptions): void {
  if (!(lookahead >= 0)) throw new RangeError(`Cannot look ${lookahead} steps ahead: it must be ≥ 0`);
  if (lookahead > 0 && kind !== "step") {
    throw new RangeError("Looking ahead belongs to step groups: trajectories are credited by their returns");
  }
  if (!Number.isInteger(groupSize) || groupSize < 2) {
    throw new RangeError(`Cannot compare a group of ${groupSize}: group size must be a whole number ≥ 2`);
  }
  if (weights.structure !== 0) {
    throw new RangeError("The structure reward needs a surrogate: set reward.weights.structure to 0");
  }
}
