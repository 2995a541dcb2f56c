/**
 * Rollouts of the intervention problem, for both kinds of groups (DESIGN section 9). `step`: G candidate interventions from
 * each state, the first of which is carried out. `trajectory`: G episodes of the same SCM from the same initial data.
 */

import { createEnvironment, type Problem } from "../environment/mod.ts";
import type { Roller, Rollout } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import { followBeliefs } from "../surrogate/mod.ts";
import { type Branch, createBranch, judge, withLater, withLearning } from "./judging.ts";
import { createRecord, finishRollout, recordStep } from "./record.ts";
import type { DrawnInterventions, InterventionActions, InterventionPolicy, RolloutOptions } from "./types.ts";

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
  const states = { environment, owners, reward: options.reward };
  const { learns } = options.reward;
  const branch: Branch | null = options.lookahead > 0 || learns
    ? createBranch(problems, owners, options, stream)
    : null;
  const beliefStreams = () => problems.map((_, e) => stream.child("beliefs").child(e));
  const believe = followBeliefs(options.surrogate, problems, environment.observation.problems, beliefStreams);
  for (let t = 0; t < episode.horizon; t++) {
    const observation = believe(environment.observation);
    const views = policy.viewsOf(observation);
    const drawn = policy.explore(views, groupSize, choice.map((s) => s.child(t)));
    const candidateNoise = (k: number) =>
      noise[owners[k]].child(t).child(options.commonRandomNumbers ? 0 : k % groupSize);
    let rewards = judge(states, observation, drawn, candidateNoise);
    const credited = Math.min(options.lookahead, episode.horizon - 1 - t);
    if (branch !== null && (credited > 0 || learns)) {
      const after = branch.after(environment.observation, drawn, candidateNoise);
      if (credited > 0) {
        const next = policy.draw(policy.viewsOf(after), 1, null);
        const later = judge(branch.states, after, next, (k) => candidateNoise(k).child("next"));
        rewards = withLater(rewards, later, credited);
      }
      if (learns) rewards = withLearning(states, rewards, observation, after);
    }
    recordStep(record, views, drawn, rewards, (k) => ({
      member: (t * count + owners[k]) * groupSize + k % groupSize,
      time: 0,
    }));
    const carriedOut = firstOfGroups(drawn, count);
    const outcomes = environment.step(carriedOut, noise.map((s) => s.child(t).child(0)));
    record.trace.push({ ...carriedOut, rawValue: outcomes.rawValue, expected: outcomes.expected });
  }
  const groups = count * episode.horizon;
  return finishRollout(record, policy, environment, {
    group: Int32Array.from({ length: groups * groupSize }, (_, m) => Math.floor(m / groupSize)),
    interventions: groups * groupSize,
    describeGroup: (group) => `${problems[group % count].scm.name}, step ${Math.floor(group / count)}`,
  });
}

/** The first candidate of each of `count` groups. */
function firstOfGroups({ variable, value, perView, slots = 1 }: DrawnInterventions, count: number) {
  const first = (place: number) => Math.floor(place / slots) * perView * slots + place % slots;
  return {
    variable: Int32Array.from({ length: count * slots }, (_, k) => variable[first(k)]),
    value: Float64Array.from({ length: count * slots }, (_, k) => value[first(k)]),
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
  const states = { environment, owners, reward: options.reward };
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
    const rewards = judge(states, before, drawn, (k) => noises[k].child("reward"));
    const outcomes = environment.step(drawn, noises);
    // Nothing is asked about the state after the last step, but what it taught.
    if (t < episode.horizon - 1 || learns) observation = believe(environment.observation);
    const total = learns ? withLearning(states, rewards, before, observation) : rewards;
    recordStep(record, views, drawn, total, (k) => ({ member: k, time: t }));
    record.trace.push({ ...drawn, rawValue: outcomes.rawValue, expected: outcomes.expected });
  }
  return finishRollout(record, policy, environment, {
    group: Int32Array.from({ length: members }, (_, m) => problemOf(m)),
    interventions: members * episode.horizon,
    describeGroup: (group) => problems[group].scm.name,
  });
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
