/** Checks that train: what rewards make of policies. */

import { auditRewards, type ComponentName, type RewardWeights } from "../reward/mod.ts";
import { observable, valueProblems } from "./fixtures.ts";
import { difference, earned, type Effort, learn, type Learned } from "./learn.ts";
import { librarySubject } from "./subject.ts";
import type { Check, Measured, ValidationSubject } from "./types.ts";

/** The documented weights. */
export const BALANCED: RewardWeights = { optimization: 1, structure: 0.5, parent: 0.3, exploration: 0.1 };

const seedsOf = ({ seeds }: Effort) => Array.from({ length: seeds }, (_, seed) => seed);

/** Trains one policy a seed, one after the other: they share one tensor engine. */
async function learnAll(
  subject: ValidationSubject,
  weights: RewardWeights,
  effort: Effort,
  draw?: Parameters<typeof learn>[4],
): Promise<Learned[]> {
  const learned: Learned[] = [];
  for (const seed of seedsOf(effort)) learned.push(await learn(subject, weights, seed, effort.updates, draw));
  return learned;
}

const untrained = (subject: ValidationSubject, effort: Effort, draw?: Parameters<typeof learn>[4]) =>
  learnAll(subject, BALANCED, { ...effort, updates: 0 }, draw);

const dispose = (...arms: readonly (readonly Learned[])[]) => arms.flat().forEach(({ policy }) => policy.dispose());

/** A short training on the documented weights, and what it logged. */
export interface BalancedTraining {
  readonly checks: readonly Check[];
  /** Metrics of each update, by seed. */
  readonly histories: readonly Learned["history"][];
}

/** With the documented weights the target must improve on new problems, and the audit must find nothing. */
export async function balancedChecks(subject: ValidationSubject, effort: Effort): Promise<BalancedTraining> {
  const before = await untrained(subject, effort);
  const after = await learnAll(subject, BALANCED, effort);
  const checks = [
    gainCheck("optimization", "a short training improves the target on new problems", after, before),
    auditCheck(after),
  ];
  dispose(before, after);
  return { checks, histories: after.map(({ history }) => history) };
}

/** Rewards that an experimenter could compute must teach too. */
export async function observableCheck(subject: ValidationSubject, effort: Effort): Promise<Check> {
  const before = await untrained(subject, effort);
  const after = await learnAll(observable(subject), BALANCED, effort);
  const check = gainCheck("optimization", "observable rewards alone improve the target as well", after, before);
  dispose(before, after);
  return check;
}

/** Weights with which structure counts as much as the target: what one decision can teach is a small part of what is unknown. */
const JOINT: RewardWeights = { ...BALANCED, structure: 6 };

/** One training must improve both objectives. It takes twice as long. */
export async function jointChecks(subject: ValidationSubject, effort: Effort): Promise<Check[]> {
  const before = await untrained(subject, effort);
  const after = await learnAll(subject, JOINT, { ...effort, updates: 2 * effort.updates });
  const checks = [
    gainCheck("optimization", "rewarded for both, a policy improves the target", after, before),
    gainCheck("structure", "rewarded for both, a policy also learns more of the structure", after, before),
  ];
  dispose(before, after);
  return checks;
}

function gainCheck(name: ComponentName, what: string, after: readonly Learned[], before: readonly Learned[]): Check {
  const score = (arm: readonly Learned[]) => arm.map(({ policy }) => earned(librarySubject(), policy, name));
  const measured = difference(score(after), score(before));
  const found = `trained less untrained ${show(measured)}`;
  return { group: "training", name: what, passed: measured.low > 0, found, measured };
}

function auditCheck(learned: readonly Learned[]): Check {
  const findings = learned.flatMap(({ history }) => auditRewards(history, BALANCED));
  return {
    group: "training",
    name: "the reward audit finds nothing",
    passed: findings.length === 0,
    found: findings.length === 0
      ? `${learned.length} trainings in order`
      : [...new Set(findings.map(({ issue, message }) => `${issue}: ${message}`))].join("; "),
  };
}

/** Where the value is all that there is to learn, it must be learned. */
export async function valueHeadCheck(subject: ValidationSubject, effort: Effort): Promise<Check> {
  const weights = { optimization: 1, structure: 0, parent: 0, exploration: 0 };
  const library = librarySubject();
  const before = await untrained(subject, effort, valueProblems);
  const after = await learnAll(subject, weights, effort, valueProblems);
  const score = (arm: readonly Learned[]) =>
    arm.map(({ policy }) => earned(library, policy, "optimization", valueProblems));
  const measured = difference(score(after), score(before));
  dispose(before, after);
  return {
    group: "training",
    name: "the value head learns: one variable, the sign of its effect unknown",
    passed: measured.low > 0.1,
    found: `trained less untrained ${show(measured)}; half of the range can be gained`,
    measured,
  };
}

/** The weight of a component in the arm that has it: enough for structure, whose single steps are small, to be heard. */
const WITH = 2;

/** Weights of a component's two arms: itself and, lighter, those that need no surrogate. */
function zeroOutWeights(name: ComponentName, weight: number): RewardWeights {
  return { optimization: 0.25, structure: 0, parent: 0.25, exploration: 0.25, [name]: weight };
}

/** Taking a component's weight away must lower what the policy earns by that component. */
export async function zeroOutCheck(subject: ValidationSubject, name: ComponentName, effort: Effort): Promise<Check> {
  const library = librarySubject();
  const arms: Learned[][] = [];
  for (const weight of [WITH, 0]) arms.push(await learnAll(subject, zeroOutWeights(name, weight), effort));
  const [measuredWith, measuredWithout] = arms.map((arm) => arm.map(({ policy }) => earned(library, policy, name)));
  const measured = difference(measuredWith, measuredWithout);
  dispose(...arms);
  return {
    group: "zero-out",
    name: `without the ${name} reward, a policy earns less of it`,
    passed: measured.low > 0,
    found: `weight ${WITH} less weight 0: ${show(measured)}`,
    measured,
  };
}

function show({ value, low, high }: Measured): string {
  const sign = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(3)}`;
  return `${sign(value)} [${sign(low)}, ${sign(high)}]`;
}
