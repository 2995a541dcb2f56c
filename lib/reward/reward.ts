/** `R = Σ w_k r_k` for a batch of candidate interventions, in the forms that the options name. */

import { z } from "zod";
import type { Candidates, Knowledge, Lessons, OptionsOf, RewardComponent, RewardOutcome } from "./component.ts";
import { COMPONENTS } from "./registry.ts";

type BuiltIn = typeof COMPONENTS;

/** Weights, and the options of each component. Privileged forms know the true SCM: for training on simulated SCMs alone. */
export type RewardOptions<Components extends readonly RewardComponent[] = BuiltIn> =
  & { readonly weights: RewardWeights<Components>; readonly outcome: RewardOutcome }
  & { readonly [C in Components[number] as C["name"]]: OptionsOf<C["options"]> };

/** Weights of the components in `R = Σ w_k r_k`. */
export type RewardWeights<Components extends readonly RewardComponent[] = BuiltIn> = {
  readonly [C in Components[number] as C["name"]]: number;
};

/** Rewards of candidates, and the unweighted components that they are made of. Arrays are `[candidates]`. */
export interface Rewards {
  readonly total: Float64Array;
  readonly components: Readonly<Record<string, Float64Array>>;
}

/** The reward of a training. */
export interface Reward {
  /** Of the components that weigh anything, in the order in which they are added up. */
  readonly weights: Readonly<Record<string, number>>;
  readonly outcome: RewardOutcome;
  /** Whether what is learned is rewarded, so that {@linkcode learned} has to be asked. */
  readonly learns: boolean;
  /**
   * Every component that judges candidates.
   * @throws RangeError if a weighted component needs beliefs and the observation has none
   */
  immediate(candidates: Candidates): Rewards;
  /**
   * Adds the components that judge lessons, which are earned at once and in full.
   * @throws RangeError if one of them needs beliefs and the observation has none
   */
  learned(rewards: Rewards, lessons: Lessons): Rewards;
}

/** A component with its weight and its options. */
interface Weighted {
  readonly component: RewardComponent;
  readonly weight: number;
  readonly options: OptionsOf<RewardComponent["options"]>;
}

/**
 * The weighted sum of the components, each judged alone and returned beside it.
 * @param components those that the options are for, in the order in which they are added up
 * @throws RangeError for weights that are negative or not finite, or options that a component refuses
 */
export function createReward<Components extends readonly RewardComponent[] = BuiltIn>(
  options: RewardOptions<Components>,
  components: readonly RewardComponent[] = COMPONENTS,
): Reward {
  const all = weighted(options, components);
  all.forEach(check);
  return {
    weights: Object.fromEntries(
      all.filter(({ weight }) => weight > 0).map(({ component, weight }) => [component.name, weight]),
    ),
    outcome: options.outcome,
    learns: all.some(({ component, weight }) => component.learned !== undefined && weight > 0),
    immediate: (candidates) =>
      added(
        { total: new Float64Array(candidates.owners.length), components: {} },
        all,
        ({ component, options }) => component.judge?.(candidates, options),
      ),
    learned: (rewards, lessons) =>
      added(rewards, all, ({ component, options }) => component.learned?.(lessons, options)),
  };
}

/** The first weighted component that needs beliefs about the target's parents. */
export function needsBeliefs<Components extends readonly RewardComponent[] = BuiltIn>(
  options: RewardOptions<Components>,
  components: readonly RewardComponent[] = COMPONENTS,
): string | null {
  const needy = weighted(options, components)
    .find(({ component, weight, options }) => weight > 0 && component.needsBeliefs(options));
  return needy?.component.name ?? null;
}

/**
 * What the weighted components know of the true SCM, in words, by component; empty if an experimenter could compute them.
 * @param privilegedBeliefs whether the beliefs come from a surrogate that knows the truth
 */
export function privilegedKnowledge<Components extends readonly RewardComponent[] = BuiltIn>(
  options: RewardOptions<Components>,
  privilegedBeliefs = false,
  components: readonly RewardComponent[] = COMPONENTS,
): Readonly<Partial<Record<string, string>>> {
  const knowledge: Knowledge = { outcome: options.outcome, privilegedBeliefs };
  return Object.fromEntries(
    weighted(options, components).flatMap(({ component, weight, options }) => {
      const known = weight > 0 ? component.knows(options, knowledge) : undefined;
      return known === undefined ? [] : [[component.name, known]];
    }),
  );
}

function weighted<Components extends readonly RewardComponent[]>(
  options: RewardOptions<Components>,
  components: readonly RewardComponent[],
): readonly Weighted[] {
  const weights = options.weights as Readonly<Record<string, number>>;
  const own = options as Readonly<Record<string, unknown>> as Readonly<Record<string, Weighted["options"]>>;
  return components.map((component) => ({ component, weight: weights[component.name], options: own[component.name] }));
}

/** Adds what `judge` says of each component; undefined is not judged here, null lacks beliefs. */
function added(
  rewards: Rewards,
  all: readonly Weighted[],
  judge: (weighted: Weighted) => Float64Array | null | undefined,
): Rewards {
  const total = rewards.total.slice();
  const components: Record<string, Float64Array> = { ...rewards.components };
  for (const weighted of all) {
    const { component: { name }, weight, options } = weighted;
    const judged = judge(weighted);
    if (judged === null && weight > 0) {
      const form = "form" in options ? ` in its form ${options.form}` : "";
      throw new RangeError(`Cannot reward ${name}${form}: no surrogate gives beliefs about the parents`);
    }
    if (judged === null || judged === undefined) continue;
    components[name] = judged;
    judged.forEach((r, k) => total[k] += weight * r);
  }
  return { total, components };
}

function check({ component, weight, options }: Weighted): void {
  if (!(weight >= 0 && weight < Infinity)) {
    throw new RangeError(`Cannot weigh the component ${component.name} by ${weight}: weights must be finite and ≥ 0`);
  }
  for (const [name, schema] of Object.entries(component.options)) {
    const value = options[name];
    if (!z.safeParse(schema, value).success) {
      throw new RangeError(`Cannot reward ${component.name} with ${name} = ${JSON.stringify(value)}`);
    }
  }
}
