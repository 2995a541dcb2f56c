/** `R = Σ w_k r_k` for a batch of candidate interventions, in the forms that the options name. */

import { type Actions, type Beliefs, type Environment, type Observation, scale } from "../environment/mod.ts";
import { adaptiveReward, type TargetScale, targetScale } from "./adaptive.ts";
import {
  type ComponentName,
  COMPONENTS,
  explorationReward,
  parentReward,
  parentSurprise,
  regionOf,
  type RewardWeights,
  structureReward,
} from "./components.ts";
import { optimisationReward } from "./optimisation.ts";

/** Weights, and the form of each component. Privileged forms know the true SCM: for training on simulated SCMs alone. */
export interface RewardOptions {
  readonly weights: RewardWeights;
  /** What optimisation judges: `E[target | do]` (privileged), or the outcome that an experimenter would see. */
  readonly outcome: "expected" | "sampled";
  /** `optimum`: between the worst and the best intervention (privileged); `adaptive`: on the scale of what was seen. */
  readonly optimization: { readonly form: "optimum" | "adaptive" };
  /** `entropy`: relative drop of the posterior's entropy; `log_probability`: of the surprise at the true parents (privileged). */
  readonly structure: { readonly form: "entropy" | "log_probability" };
  /** `belief`: that the variable is a parent; `membership`: whether it is one (privileged). */
  readonly parent: { readonly form: "belief" | "membership" };
  /** Regions of equal width that a domain is divided into; 1 counts variables alone. */
  readonly exploration: { readonly regions: number };
}

/** Candidate interventions, none of them carried out yet. Arrays are `[candidates]`. */
export interface Candidates {
  /** The states that they were drawn in. */
  readonly observation: Observation;
  /** Whose state a candidate was drawn in. */
  readonly owners: Int32Array;
  readonly actions: Actions;
  /** Expected or sampled target, as {@linkcode RewardOptions.outcome} says. */
  readonly outcome: Float64Array;
  /** The truth, for privileged forms. */
  readonly truth: Truth;
}

/** What an environment knows of its problems. */
export type Truth = Pick<Environment, "problemOf" | "isParent">;

/** What candidates taught: the beliefs of their states, and those after each of them. */
export interface Lessons {
  readonly observation: Observation;
  readonly owners: Int32Array;
  /** `[candidates]` episodes. */
  readonly after: Beliefs;
  readonly truth: Truth;
}

/** Rewards of candidates, and the unweighted components that they are made of. Arrays are `[candidates]`. */
export interface Rewards {
  readonly total: Float64Array;
  readonly components: Readonly<Partial<Record<ComponentName, Float64Array>>>;
}

/** The reward of a training. */
export interface Reward {
  readonly outcome: RewardOptions["outcome"];
  /** Whether structure is rewarded, so that {@linkcode learned} has to be asked. */
  readonly learns: boolean;
  /**
   * Every component but structure.
   * @throws RangeError if a weighted component needs beliefs and the observation has none
   */
  immediate(candidates: Candidates): Rewards;
  /**
   * Adds the structure component, which is earned at once and in full.
   * @throws RangeError if the observation has no beliefs
   */
  learned(rewards: Rewards, lessons: Lessons): Rewards;
}

/** @throws RangeError for weights that are negative or not finite, or fewer than 1 region */
export function createReward(options: RewardOptions): Reward {
  checkRewardOptions(options);
  const { weights } = options;
  return {
    outcome: options.outcome,
    learns: weights.structure > 0,
    immediate(candidates) {
      const components: Rewards["components"] = {
        optimization: optimization(candidates, options),
        ...parent(candidates, options),
        exploration: exploration(candidates, options.exploration.regions),
      };
      if (weights.parent > 0 && components.parent === undefined) throw beliefsMissing("parent", options.parent.form);
      const total = new Float64Array(candidates.owners.length);
      for (const name of COMPONENTS) components[name]?.forEach((r, k) => total[k] += weights[name] * r);
      return { total, components };
    },
    learned({ total, components }, lessons) {
      const learned = structure(lessons, options.structure.form);
      return {
        total: total.map((reward, k) => reward + weights.structure * learned[k]),
        components: { ...components, structure: learned },
      };
    },
  };
}

/** Whether a weighted component needs beliefs about the target's parents. */
export function needsBeliefs({ weights, parent }: RewardOptions): ComponentName | null {
  if (weights.structure > 0) return "structure";
  return weights.parent > 0 && parent.form === "belief" ? "parent" : null;
}

/**
 * What the weighted components know of the true SCM, in words, by component; empty if an experimenter could compute them.
 * @param privilegedBeliefs whether the beliefs come from a surrogate that knows the truth
 */
export function privilegedKnowledge(
  options: RewardOptions,
  privilegedBeliefs = false,
): Readonly<Partial<Record<ComponentName, string>>> {
  const { weights, outcome, optimization, structure, parent } = options;
  const known = [
    ...(outcome === "expected" ? ["the expected outcome"] : []),
    ...(optimization.form === "optimum" ? ["the best and the worst intervention"] : []),
  ];
  const ofParents = (form: string, truth: string) =>
    form === truth ? "the true parents" : privilegedBeliefs ? "what the privileged surrogate knows" : undefined;
  const all: Readonly<Partial<Record<ComponentName, string | undefined>>> = {
    optimization: known.length > 0 ? known.join(", ") : undefined,
    structure: ofParents(structure.form, "log_probability"),
    parent: ofParents(parent.form, "membership"),
  };
  return Object.fromEntries(
    COMPONENTS.flatMap((name) => weights[name] > 0 && all[name] !== undefined ? [[name, all[name]]] : []),
  );
}

function optimization({ observation, owners, outcome, truth }: Candidates, options: RewardOptions): Float64Array {
  const { problems, history } = observation;
  if (options.optimization.form === "optimum") {
    return outcome.map((y, k) => {
      const { scm, outcomes } = truth.problemOf(owners[k]);
      return optimisationReward(y, outcomes, scm.objective);
    });
  }
  const scales = new Map<number, TargetScale>();
  return outcome.map((y, k) => {
    const e = owners[k];
    const scale = scales.get(e) ?? targetScale(history, e, problems.width, problems.targets[e]);
    scales.set(e, scale);
    return adaptiveReward(y, scale, problems.signs[e]);
  });
}

function structure(
  { observation, owners, after, truth }: Lessons,
  form: RewardOptions["structure"]["form"],
): Float64Array {
  const before = observation.beliefs;
  if (before === undefined) throw beliefsMissing("structure", form);
  const { width, sizes, targets } = observation.problems;
  const surprise = (beliefs: Beliefs, at: number, e: number) =>
    parentSurprise(
      beliefs.parent.subarray(at * width, at * width + sizes[e]),
      (variable) => truth.isParent(e, variable),
      targets[e],
    );
  return Float64Array.from(
    owners,
    (e, k) =>
      form === "entropy"
        ? structureReward(before.entropy[e], after.entropy[k])
        : structureReward(surprise(before, e, e), surprise(after, k, e)),
  );
}

function parent(
  { observation, owners, actions, truth }: Candidates,
  { parent: { form } }: RewardOptions,
): { parent?: Float64Array } {
  const { beliefs, problems: { width } } = observation;
  if (form === "membership") {
    return {
      parent: Float64Array.from(owners, (e, k) => parentReward(truth.isParent(e, actions.variable[k]) ? 1 : 0)),
    };
  }
  if (beliefs === undefined) return {};
  return { parent: Float64Array.from(owners, (e, k) => parentReward(beliefs.parent[e * width + actions.variable[k]])) };
}

function exploration({ observation, owners, actions }: Candidates, regions: number): Float64Array {
  const { history, problems } = observation;
  return Float64Array.from(owners, (e, k) => {
    const variable = actions.variable[k];
    const cell = e * problems.width + variable;
    const region = regionOf(actions.value[k], regions);
    let total = 0;
    let onVariable = 0;
    let inRegion = 0;
    for (let row = e * history.capacity; row < e * history.capacity + history.rows; row++) {
      if (history.intervened[row] < 0) continue;
      total++;
      if (history.intervened[row] !== variable) continue;
      onVariable++;
      const value = history.values[row * problems.width + variable];
      if (regionOf(scale(value, problems.low[cell], problems.high[cell]), regions) === region) inRegion++;
    }
    return explorationReward(onVariable, inRegion, total);
  });
}

function beliefsMissing(name: ComponentName, form: string): RangeError {
  return new RangeError(`Cannot reward ${name} in its form ${form}: no surrogate gives beliefs about the parents`);
}

function checkRewardOptions({ weights, exploration }: RewardOptions): void {
  for (const name of COMPONENTS) {
    if (!(weights[name] >= 0 && weights[name] < Infinity)) {
      throw new RangeError(`Cannot weigh the component ${name} by ${weights[name]}: weights must be finite and ≥ 0`);
    }
  }
  if (!Number.isInteger(exploration.regions) || exploration.regions < 1) {
    throw new RangeError(
      `Cannot divide a domain into ${exploration.regions} regions: it must be a whole number of at least 1`,
    );
  }
}
