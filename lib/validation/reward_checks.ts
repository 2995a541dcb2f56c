/** Checks of the reward alone: its shape, what adversaries can make of it, and its units. No training. */

import type { Beliefs } from "../environment/mod.ts";
import { createStream } from "../random/mod.ts";
import type { ComponentName, Reward, RewardOptions } from "../reward/mod.ts";
import { candidatesOf, candidatesWith, chain, FORMS, plainChain, started } from "./fixtures.ts";
import type { Check, ValidationSubject } from "./types.ts";

type Form = RewardOptions["optimization"]["form"];
const OPTIMIZATION_FORMS: readonly Form[] = ["optimum", "adaptive"];
const NOTHING = { optimization: 0, structure: 0, parent: 0, exploration: 0 };

/** The reward with one component alone, of weight 1. */
function alone(
  { createReward }: ValidationSubject,
  name: ComponentName,
  forms: Partial<Omit<RewardOptions, "weights">> = {},
): Reward {
  return createReward({ ...FORMS, ...forms, weights: { ...NOTHING, [name]: 1 } });
}

/** Shape of the optimisation reward, and that every component tells decisions apart. */
export function shapeChecks(subject: ValidationSubject): Check[] {
  return [
    ...OPTIMIZATION_FORMS.flatMap((form) => [monotone(subject, form), direction(subject, form)]),
    ends(subject),
    ...(["optimization", "parent", "exploration"] as const).map((name) => varies(subject, name)),
  ];
}

/** Outcomes far beyond the best and the worst, from bad to good, and their rewards. */
function sweep(subject: ValidationSubject, form: Form, objective: "minimize" | "maximize"): number[] {
  const environment = started([plainChain(3, objective)]);
  const outcomes = Array.from({ length: 401 }, (_, i) => (i - 200) / 4);
  const candidates = candidatesWith(environment, objective === "minimize" ? outcomes.reverse() : outcomes);
  return [...alone(subject, "optimization", { optimization: { form } }).immediate(candidates).total];
}

function monotone(subject: ValidationSubject, form: Form): Check {
  const falls = (["minimize", "maximize"] as const).flatMap((objective) => {
    const rewards = sweep(subject, form, objective);
    return rewards.slice(1).map((reward, i) => reward - rewards[i]);
  });
  const worst = Math.min(...falls);
  return {
    group: "reward",
    name: `optimization (${form}) never falls as the outcome gets better`,
    passed: worst >= -1e-12,
    found: `smallest change over 401 outcomes from −50 to 50: ${show(worst)}`,
  };
}

function direction(subject: ValidationSubject, form: Form): Check {
  const gains = (["minimize", "maximize"] as const).map((objective) => {
    const rewards = sweep(subject, form, objective);
    return rewards[rewards.length - 1] - rewards[0];
  });
  return {
    group: "reward",
    name: `optimization (${form}) pays for the objective, not against it`,
    passed: Math.min(...gains) > 0.5,
    found: `best less worst outcome, minimize and maximize: ${gains.map(show).join(", ")}`,
  };
}

function ends(subject: ValidationSubject): Check {
  const environment = started([plainChain(3)]);
  const { outcomes } = environment.problemOf(0);
  const candidates = candidatesWith(environment, [
    outcomes.worst.outcome,
    outcomes.observational,
    outcomes.best.outcome,
  ]);
  const found = [...alone(subject, "optimization").immediate(candidates).total];
  return {
    group: "reward",
    name: "optimization is 0 at the worst, ½ at doing nothing, 1 at the best",
    passed: found.every((reward, i) => Math.abs(reward - i / 2) < 1e-9),
    found: found.map(show).join(", "),
  };
}

function varies(subject: ValidationSubject, name: ComponentName): Check {
  const environment = started([plainChain(4)]);
  for (let t = 0; t < 3; t++) {
    environment.step({ variable: Int32Array.of(t % 2), value: Float64Array.of(-1) }, [createStream(5).child(t)]);
  }
  const rewards = alone(subject, name).immediate(candidatesOf(environment)).total;
  const spread = Math.max(...rewards) - Math.min(...rewards);
  return {
    group: "reward",
    name: `${name} tells decisions apart`,
    passed: spread > 0.01,
    found: `largest less smallest over all decisions of a state: ${show(spread)}`,
  };
}

/** What an adversary could try. */
export function attackChecks(subject: ValidationSubject): Check[] {
  return [
    ...OPTIMIZATION_FORMS.flatMap((form) => [infinite(subject, form), notANumber(subject, form)]),
    belowWorst(subject),
    repeated(subject),
    falseCertainty(subject),
    oscillation(subject),
  ];
}

function infinite(subject: ValidationSubject, form: Form): Check {
  const environment = started([plainChain(3)]);
  const outcomes = [Infinity, 1e308, -1e308, -Infinity];
  const reward = alone(subject, "optimization", { optimization: { form } });
  const found = [...reward.immediate(candidatesWith(environment, outcomes)).total];
  return {
    group: "attack",
    name: `infinite outcomes earn a bounded reward (${form})`,
    passed: found.every((r) => r >= -0.26 && r <= 1.26) && found[0] <= found[3],
    found: `∞, 1e308, −1e308, −∞ to minimise: ${found.map(show).join(", ")}`,
  };
}

function notANumber(subject: ValidationSubject, form: Form): Check {
  const reward = alone(subject, "optimization", { optimization: { form } });
  const candidates = candidatesWith(started([plainChain(3)]), [NaN]);
  let found: string;
  let passed = false;
  try {
    found = `it earned ${reward.immediate(candidates).total[0]}`;
  } catch (error) {
    passed = error instanceof RangeError;
    found = error instanceof Error ? `refused: ${error.message}` : String(error);
  }
  return { group: "attack", name: `an outcome that is not a number is refused (${form})`, passed, found };
}

function belowWorst(subject: ValidationSubject): Check {
  const environment = started([plainChain(3)]);
  const { worst } = environment.problemOf(0).outcomes;
  const outcomes = [1, 1.5, 3, 10, 1000].map((factor) => worst.outcome * factor);
  const found = [...alone(subject, "optimization").immediate(candidatesWith(environment, outcomes)).total];
  return {
    group: "attack",
    name: "an outcome worse than the worst earns no more than the worst",
    passed: found.every((reward) => reward <= found[0] + 1e-12),
    found: `1, 1.5, 3, 10 and 1000 times the worst: ${found.map(show).join(", ")}`,
  };
}

function repeated(subject: ValidationSubject): Check {
  const environment = started([plainChain(4)]);
  const reward = alone(subject, "exploration");
  const earned: number[] = [];
  let others = Infinity;
  for (let t = 0; t < 8; t++) {
    const candidates = candidatesOf(environment);
    const { total } = reward.immediate(candidates);
    const same = total.findIndex((_, k) => candidates.actions.variable[k] === 0 && candidates.actions.value[k] === 1);
    earned.push(total[same]);
    others = Math.min(...total.filter((_, k) => candidates.actions.variable[k] !== 0));
    environment.step({ variable: Int32Array.of(0), value: Float64Array.of(1) }, [createStream(6).child(t)]);
  }
  return {
    group: "attack",
    name: "repeating one action is not exploration",
    passed: earned[0] > 0.9 && earned[7] < 0.1 && others > 0.9,
    found: `${show(earned[0])} at first, ${show(earned[7])} the eighth time; another variable then: ${show(others)}`,
  };
}

function learnedBy(
  subject: ValidationSubject,
  form: RewardOptions["structure"]["form"],
  before: readonly number[],
  after: readonly number[],
): number {
  const environment = started([plainChain(4)]);
  const beliefs = (parents: readonly number[]): Beliefs => ({
    parent: Float64Array.from(parents),
    entropy: Float64Array.of(parents.reduce((sum, p) => sum - xlogx(p) - xlogx(1 - p), 0)),
  });
  const observation = { ...environment.observation, beliefs: beliefs(before) };
  const reward = alone(subject, "structure", { structure: { form } });
  const nothing = { total: new Float64Array(1), components: {} };
  const lessons = { observation, owners: Int32Array.of(0), after: beliefs(after), truth: environment };
  return reward.learned(nothing, lessons).total[0];
}

function falseCertainty(subject: ValidationSubject): Check {
  const undecided = [0.5, 0.5, 0.5, 0];
  const wrong = learnedBy(subject, "log_probability", undecided, [1, 1, 0, 0]);
  const right = learnedBy(subject, "log_probability", undecided, [0, 0, 1, 0]);
  return {
    group: "attack",
    name: "false certainty costs, true certainty pays (structure, log_probability)",
    passed: wrong < -0.5 && right > 0.5,
    found: `certain and wrong ${show(wrong)}, certain and right ${show(right)}`,
  };
}

function oscillation(subject: ValidationSubject): Check {
  const sums = (["entropy", "log_probability"] as const).map((form) =>
    learnedBy(subject, form, [0.5, 0.5, 0.5, 0], [0.1, 0.2, 0.8, 0]) +
    learnedBy(subject, form, [0.1, 0.2, 0.8, 0], [0.5, 0.5, 0.5, 0])
  );
  return {
    group: "attack",
    name: "learning and forgetting the same again earns nothing (structure)",
    passed: sums.every((sum) => Math.abs(sum) < 1e-9),
    found: `entropy ${show(sums[0])}, log_probability ${show(sums[1])}`,
  };
}

/** Rewards of the same situation measured in other units. */
export function normalisationChecks(subject: ValidationSubject): Check[] {
  return OPTIMIZATION_FORMS.flatMap((form) =>
    RANGES.map(({ name, offset }) => {
      const reward = subject.createReward({
        ...FORMS,
        optimization: { form },
        weights: { optimization: 1, structure: 0, parent: 0.3, exploration: 0.1 },
      });
      const rewards = (unit: number) => {
        const plain = { unit: 1, offset: 0 };
        const gauge = { unit, offset: offset * unit };
        const environment = started([unit === 0 ? chain([plain, plain, plain]) : chain([gauge, plain, gauge])]);
        environment.step({ variable: Int32Array.of(1), value: Float64Array.of(-1) }, [createStream(7)]);
        return reward.immediate(candidatesOf(environment)).total;
      };
      const reference = rewards(0);
      const worst = Math.max(
        ...UNITS.map((unit) => Math.max(...rewards(unit).map((r, k) => Math.abs(r - reference[k])))),
      );
      return {
        group: "normalisation",
        name: `rewards do not change with the unit, ${name} (${form})`,
        passed: worst < 1e-6,
        found: `largest difference over units from 1e-9 to 1e9: ${show(worst)}`,
      };
    })
  );
}

const UNITS = [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9];
const RANGES = [
  { name: "ranges around 0", offset: 0 },
  { name: "negative ranges", offset: -20 },
  { name: "far from 0", offset: 1000 },
];

const xlogx = (p: number) => p > 0 ? p * Math.log(p) : 0;
const show = (x: number) => String(Number(x.toPrecision(3)));
