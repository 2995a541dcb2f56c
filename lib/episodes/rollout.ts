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
import type { Reward, Rewards } from "../reward/mod.ts";
import { type BeliefSource, followBeliefs } from "../surrogate/mod.ts";
import { decisionMeasures, decisionValues, rolloutMeasures, type RolloutTrace } from "./rollout_metrics.ts";
import type { RewardPart, Roller, Rollout, TrainablePolicy } from "../grpo/mod.ts";

/** What a rollout asks of a policy that intervenes. */
export interface InterventionPolicy<Views> extends TrainablePolicy<Views, InterventionActions> {
  viewsOf(observation: Observation): Views;
  draw(views: Views, perView: number, streams: readonly Stream[] | null): DrawnInterventions;
  /** Draws to learn from, with channels dropped if the network drops any. */
  explore(views: Views, perView: number, streams: readonly Stream[]): DrawnInterventions;
  /** Batches of views behind each other. */
  concat(batches: readonly Views[]): Views;
}

/** Interventions, `perView` for each view. */
export interface InterventionActions {
  readonly perView: number;
  /** Left out: 1. */
  readonly slots?: number;
  /** `[views, perView, slots]`; −1 behind the last variable of a set. One slot where one variable is set at a time. */
  readonly variable: Int32Array;
  readonly value: Float64Array;
  /** `[views]` keys of the channels that were dropped when a view's actions were drawn; left out if none were. */
  readonly dropout?: Uint32Array;
}

/** Interventions with the log-probability of each. */
export interface DrawnInterventions extends InterventionActions {
  readonly logProb: Float64Array;
}

/** How groups of interventions are played and rewarded. */
export interface RolloutOptions {
  readonly kind: "step" | "trajectory";
  /** G */
  readonly groupSize: number;
  readonly episode: EpisodeOptions;
  readonly reward: Reward;
  /** Members of a group (or candidates of a state) meet the same noise. */
  readonly commonRandomNumbers: boolean;
  /**
   * Step groups only: how many later steps a candidate's information is credited for. A candidate's reward r and the reward
   * r' of the policy's best action after it count as `(r + m r') / (1 + m)` with m the lesser of this and the steps that
   * remain: the online knowledge gradient (Ryzhov, Powell & Frazier 2012) with a bounded horizon. 0 is myopic.
   */
  readonly lookahead: number;
  /** Where beliefs come from: what the policy sees of them, and what the structure reward is made from. */
  readonly surrogate?: BeliefSource;
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
  const record = createRecord<Views>(count * episode.horizon, groupSize, options.reward);
  const { learns } = options.reward;
  const branch = options.lookahead > 0 || learns ? createBranch(problems, owners, options, stream) : null;
  const beliefStreams = () => problems.map((_, e) => stream.child("beliefs").child(e));
  const believe = followBeliefs(options.surrogate, problems, environment.observation.problems, beliefStreams);
  for (let t = 0; t < episode.horizon; t++) {
    const observation = believe(environment.observation);
    const views = policy.viewsOf(observation);
    const drawn = policy.explore(views, groupSize, choice.map((s) => s.child(t)));
    const candidateNoise = (k: number) =>
      noise[owners[k]].child(t).child(options.commonRandomNumbers ? 0 : k % groupSize);
    let rewards = judge(environment, observation, drawn, owners, options, candidateNoise);
    const credited = Math.min(options.lookahead, episode.horizon - 1 - t);
    if (branch !== null && (credited > 0 || learns)) {
      const after = branch.after(environment.observation, drawn, candidateNoise);
      if (credited > 0) rewards = withLookahead(policy, branch, after, rewards, credited, options, candidateNoise);
      if (learns) rewards = learning(rewards, options, environment, observation, after, owners);
    }
    recordStep(record, views, drawn, rewards, (k) => ({
      member: (t * count + owners[k]) * groupSize + k % groupSize,
      time: 0,
    }));
    const slots = drawn.slots ?? 1;
    const first = (place: number) => Math.floor(place / slots) * groupSize * slots + place % slots;
    const carriedOut = {
      variable: Int32Array.from({ length: count * slots }, (_, k) => drawn.variable[first(k)]),
      value: Float64Array.from({ length: count * slots }, (_, k) => drawn.value[first(k)]),
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

/** A copy of each state for each of its candidates, in which the candidate is carried out. */
interface Branch {
  readonly environment: Environment;
  /** What is seen after each candidate. */
  after(state: Observation, candidates: InterventionActions, noise: (k: number) => Stream): Observation;
}

function createBranch(
  problems: readonly Problem[],
  owners: Int32Array,
  { episode, surrogate }: RolloutOptions,
  stream: Stream,
): Branch {
  const copies = Array.from(owners, (owner) => problems[owner]);
  const environment = createEnvironment(copies, episode);
  const streams = () => copies.map((_, k) => stream.child("branch beliefs").child(k));
  return {
    environment,
    after(state, candidates, noise) {
      environment.adopt(state, owners);
      environment.step(candidates, copies.map((_, k) => noise(k)));
      return followBeliefs(surrogate, copies, environment.observation.problems, streams)(environment.observation);
    },
  };
}

/** Rewards with the credit for what a candidate's outcome teaches; see {@linkcode RolloutOptions.lookahead}. */
function withLookahead<Views>(
  policy: InterventionPolicy<Views>,
  { environment }: Branch,
  after: Observation,
  immediate: Judged,
  steps: number,
  options: RolloutOptions,
  noise: (k: number) => Stream,
): Judged {
  const next = policy.draw(policy.viewsOf(after), 1, null);
  const own = Int32Array.from({ length: environment.episodes }, (_, k) => k);
  const later = judge(environment, after, next, own, options, (k) => noise(k).child("next"));
  return {
    ...immediate,
    total: immediate.total.map((reward, k) => (reward + steps * later.total[k]) / (1 + steps)),
    later: { steps, components: later.components },
  };
}

/** Rewards of candidates, and how good their expected outcomes are. */
interface Judged extends Rewards {
  /** `[candidates]` normalised values. */
  readonly value: Float64Array;
  /** Components of the next step's reward, where it is credited too. */
  readonly later?: { readonly steps: number; readonly components: Rewards["components"] };
}

/** Judges candidates before any of them is carried out: all components but that of structure. */
function judge(
  environment: Environment,
  observation: Observation,
  actions: InterventionActions,
  owners: Int32Array,
  { reward }: RolloutOptions,
  noise: (k: number) => Stream,
): Judged {
  const expected = environment.expected(actions, owners);
  const outcome = reward.outcome === "expected" ? expected : environment.sampled(actions, owners, noise);
  return {
    ...reward.immediate({ observation, owners, actions, outcome, truth: environment }),
    value: decisionValues(environment, owners, expected),
  };
}

/** Rewards with the structure component, where there are beliefs. */
function learning(
  judged: Judged,
  { reward }: RolloutOptions,
  environment: Environment,
  observation: Observation,
  { beliefs }: Observation,
  owners: Int32Array,
): Judged {
  if (beliefs === undefined) return judged;
  return { ...judged, ...reward.learned(judged, { observation, after: beliefs, owners, truth: environment }) };
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
  const { learns } = options.reward;
  const record = createRecord<Views>(members * episode.horizon, 1, options.reward);
  const copies = Array.from({ length: members }, (_, m) => environment.problemOf(m));
  const beliefStreams = () => each((m) => own(stream.child("beliefs"), m));
  const believe = followBeliefs(options.surrogate, copies, environment.observation.problems, beliefStreams);
  let observation = believe(environment.observation);
  for (let t = 0; t < episode.horizon; t++) {
    const before = observation;
    const views = policy.viewsOf(before);
    const drawn = policy.explore(views, 1, choice.map((s) => s.child(t)));
    const noises = noise.map((s) => s.child(t));
    const rewards = judge(environment, before, drawn, owners, options, (k) => noises[k].child("reward"));
    const outcomes = environment.step(drawn, noises);
    // Nothing is asked about the state after the last step, but what it taught.
    if (t < episode.horizon - 1 || learns) observation = believe(environment.observation);
    const total = learns ? learning(rewards, options, environment, before, observation, owners) : rewards;
    recordStep(record, views, drawn, total, (k) => ({ member: k, time: t }));
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

/** A rollout while it is being written; every array `[views, perView]`, those of actions `[views, perView, slots]`. */
interface RolloutRecord<Views> {
  readonly perView: number;
  readonly views: Views[];
  /** What was drawn at each step. */
  readonly drawn: DrawnInterventions[];
  readonly logProb: Float32Array;
  /** `[views]`, where channels are dropped. */
  readonly dropout: number[];
  readonly reward: Float32Array;
  readonly member: Int32Array;
  readonly time: Int32Array;
  /** Components and normalised values of all decisions. */
  readonly components: Map<string, number[]>;
  /** What each weighted component is credited with; the weighted sum is the reward. */
  readonly parts: readonly (RewardPart & { readonly name: string })[];
  readonly decisionValue: Float64Array;
  readonly trace: RolloutTrace[];
  written: number;
}

function createRecord<Views>(views: number, perView: number, { weights }: Reward): RolloutRecord<Views> {
  const length = views * perView;
  return {
    perView,
    views: [],
    drawn: [],
    logProb: new Float32Array(length),
    dropout: [],
    reward: new Float32Array(length),
    member: new Int32Array(length),
    time: new Int32Array(length),
    components: new Map(),
    parts: Object.entries(weights).map(([name, weight]) => ({ name, weight, reward: new Float32Array(length) })),
    decisionValue: new Float64Array(length),
    trace: [],
    written: 0,
  };
}

function recordStep<Views>(
  record: RolloutRecord<Views>,
  views: Views,
  drawn: DrawnInterventions,
  rewards: Judged,
  place: (k: number) => { member: number; time: number },
): void {
  record.views.push(views);
  record.drawn.push(drawn);
  record.logProb.set(drawn.logProb, record.written);
  for (const key of drawn.dropout ?? []) record.dropout.push(key);
  record.reward.set(rewards.total, record.written);
  record.decisionValue.set(rewards.value, record.written);
  for (let k = 0; k < drawn.logProb.length; k++) {
    const { member, time } = place(k);
    record.member[record.written + k] = member;
    record.time[record.written + k] = time;
  }
  for (const [name, values] of Object.entries(rewards.components)) {
    const known = record.components.get(name) ?? [];
    for (const value of values) known.push(value);
    record.components.set(name, known);
  }
  for (const { name, reward } of record.parts) {
    const [own, next] = [rewards.components[name], rewards.later?.components[name]];
    const steps = next === undefined ? 0 : rewards.later?.steps ?? 0;
    own?.forEach((r, k) => reward[record.written + k] = (r + steps * (next?.[k] ?? 0)) / (1 + steps));
  }
  record.written += drawn.logProb.length;
}

function finishRollout<Views>(
  policy: InterventionPolicy<Views>,
  record: RolloutRecord<Views>,
  environment: Environment,
  group: Int32Array,
  interventions: number,
  describeGroup: (group: number) => string,
): Rollout<Views, InterventionActions> {
  const slots = record.drawn[0].slots ?? 1;
  const variable = new Int32Array(record.written * slots);
  const value = new Float64Array(record.written * slots);
  record.drawn.reduce((offset, drawn) => {
    variable.set(drawn.variable, offset);
    value.set(drawn.value, offset);
    return offset + drawn.variable.length;
  }, 0);
  return {
    views: policy.concat(record.views),
    actions: {
      perView: record.perView,
      ...(slots === 1 ? {} : { slots }),
      variable,
      value,
      ...(record.dropout.length > 0 ? { dropout: Uint32Array.from(record.dropout) } : {}),
    },
    viewCount: record.written / record.perView,
    actionsPerView: record.perView,
    oldLogProb: record.logProb,
    mask: new Float32Array(record.written).fill(1),
    reward: record.reward,
    components: record.parts,
    member: record.member,
    time: record.time,
    group,
    measures: {
      ...rolloutMeasures(environment, record.trace),
      ...decisionMeasures({ ...record, slots, variable, value }),
    },
    interventions,
    describeGroup,
  };
}

function checkOptions({ groupSize, reward, lookahead, kind, surrogate }: RolloutOptions): void {
  if (!(lookahead >= 0)) throw new RangeError(`Cannot look ${lookahead} steps ahead: it must be ≥ 0`);
  if (lookahead > 0 && kind !== "step") {
    throw new RangeError("Looking ahead belongs to step groups: trajectories are credited by their returns");
  }
  if (!Number.isInteger(groupSize) || groupSize < 2) {
    throw new RangeError(`Cannot compare a group of ${groupSize}: group size must be a whole number ≥ 2`);
  }
  if (reward.learns && surrogate === undefined) {
    throw new RangeError("The structure reward needs a surrogate: choose surrogate.kind, or set its weight to 0");
  }
}
