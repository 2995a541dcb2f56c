/** A rollout while it is being played, and what the trainer is given of it. */

import type { Environment } from "../environment/mod.ts";
import type { RewardPart, Rollout } from "../grpo/mod.ts";
import type { Reward } from "../reward/mod.ts";
import type { Judged } from "./judging.ts";
import { decisionMeasures, rolloutMeasures, type RolloutTrace } from "./rollout_metrics.ts";
import type { DrawnInterventions, InterventionActions, InterventionPolicy } from "./types.ts";

/** A rollout while it is being written; every array `[views, perView]`, those of actions `[views, perView, slots]`. */
export interface RolloutRecord<Views> {
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

/** Room for the decisions of so many views. */
export function createRecord<Views>(views: number, perView: number, { weights }: Reward): RolloutRecord<Views> {
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

/**
 * Adds what was drawn for a batch of views.
 * @param place the group member and the time of decision k
 */
export function recordStep<Views>(
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

/** The rollout that has been written. */
export function finishRollout<Views>(
  record: RolloutRecord<Views>,
  policy: InterventionPolicy<Views>,
  environment: Environment,
  groups: Pick<Rollout<Views, InterventionActions>, "group" | "interventions" | "describeGroup">,
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
    ...groups,
    measures: {
      ...rolloutMeasures(environment, record.trace),
      ...decisionMeasures({ ...record, slots, variable, value }),
    },
  };
}
