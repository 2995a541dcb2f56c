/** Small problems whose answers are known. */

import { createEnvironment, type Environment, type Problem } from "../environment/mod.ts";
import { createStream, type Stream } from "../random/mod.ts";
import type { Candidates, RewardOptions } from "../reward/mod.ts";
import {
  createScm,
  LINEAR_DISTRIBUTION,
  type Objective,
  outcomeModel,
  sampleProblem,
  type Scm,
  type ScmDistribution,
  STANDARD_NOISE,
} from "../scm/mod.ts";
import type { ValidationSubject } from "./types.ts";

/** In each component the privileged form, which needs no surrogate but for structure. */
export const FORMS: Omit<RewardOptions, "weights"> = {
  outcome: "expected",
  optimization: { form: "optimum" },
  structure: { form: "log_probability" },
  parent: { form: "membership" },
  exploration: { regions: 3 },
};

/** What an experimenter could compute: in each component the form that knows nothing of the true SCM. */
export const OBSERVABLE_FORMS: typeof FORMS = {
  outcome: "sampled",
  optimization: { form: "adaptive" },
  structure: { form: "entropy" },
  parent: { form: "belief" },
  exploration: { regions: 3 },
};

/** The same parts, rewarding in observable forms alone. */
export function observable(subject: ValidationSubject): ValidationSubject {
  return { ...subject, createReward: ({ weights }) => subject.createReward({ ...OBSERVABLE_FORMS, weights }) };
}

/** The unit and the offset that a variable is measured in. */
export interface Gauge {
  readonly unit: number;
  readonly offset: number;
}

/** X0 → … → X(n−1), each weight 1.5 and domains ±5 in a unit of 1; the last variable is the target. */
export function chain(gauges: readonly Gauge[], objective: Objective = "minimize", weight = 1.5): Problem {
  const variables = gauges.map(({ unit, offset }, i) => {
    const slope = i === 0 ? 0 : weight * unit / gauges[i - 1].unit;
    return {
      name: `X${i}`,
      parents: i === 0 ? [] : [`X${i - 1}`],
      mechanism: {
        kind: "linear" as const,
        intercept: offset - (i === 0 ? 0 : slope * gauges[i - 1].offset),
        weights: i === 0 ? [] : [slope],
      },
      noise: { ...STANDARD_NOISE, scale: unit },
      domain: i === gauges.length - 1
        ? null
        : { kind: "interval" as const, low: offset - 5 * unit, high: offset + 5 * unit },
    };
  });
  const scm = createScm({ name: "chain", variables, target: `X${gauges.length - 1}`, objective });
  return { scm, outcomes: outcomeModel(scm) };
}

/** {@linkcode chain} of `n` variables in units of 1. */
export const plainChain = (n: number, objective: Objective = "minimize", weight = 1.5): Problem =>
  chain(Array.from({ length: n }, () => ({ unit: 1, offset: 0 })), objective, weight);

/** One cause and the target, with an effect of either sign: all that can be learned is the value. */
export function valueProblems(count: number, stream: Stream): Problem[] {
  return Array.from(
    { length: count },
    (_, i) => plainChain(2, "minimize", stream.child(i).uniform() < 0.5 ? 1.5 : -1.5),
  );
}

/** Linear SCMs of 4 and 5 variables of every family. */
export const MIXED: ScmDistribution = { ...LINEAR_DISTRIBUTION, sizes: { min: 4, max: 5 } };

/** Problems from {@linkcode MIXED}. */
export function mixedProblems(count: number, stream: Stream): Problem[] {
  return Array.from({ length: count }, (_, i) => sampleProblem(MIXED, stream.child(i)));
}

/** The same data from another graph: an edge without weight changes the target's parents, and not one number. */
export function graphTwins(): readonly [Problem, Problem] {
  const { scm } = plainChain(4);
  const twin: Scm = {
    ...scm,
    variables: scm.variables.map((variable, i) =>
      i === scm.target
        ? { ...variable, parents: [...variable.parents, 0], mechanism: withoutEffect(variable.mechanism) }
        : variable
    ),
  };
  return [scm, twin].map((one) => ({ scm: one, outcomes: outcomeModel(one) })) as [Problem, Problem];
}

function withoutEffect(mechanism: Scm["variables"][number]["mechanism"]): Scm["variables"][number]["mechanism"] {
  if (mechanism.kind !== "linear") throw new RangeError(`Cannot add an edge to a mechanism of kind ${mechanism.kind}`);
  return { ...mechanism, weights: [...mechanism.weights, 0] };
}

/** A started episode of each problem. */
export function started(problems: readonly Problem[], horizon = 8): Environment {
  const environment = createEnvironment(problems, {
    observationalRows: 8,
    interventionalRows: 0,
    horizon,
    rowsPerIntervention: 1,
  });
  environment.reset(problems.map((_, e) => createStream(3).child(e)));
  return environment;
}

/** Every settable variable of every episode at both ends and in the middle, with its expected outcome. */
export function candidatesOf(environment: Environment): Candidates {
  const { problems } = environment.observation;
  const cells = Array.from({ length: problems.episodes * problems.width }, (_, cell) => cell)
    .filter((cell) => problems.settable[cell] === 1)
    .flatMap((cell) => [-1, 0, 1].map((value) => ({ cell, value })));
  const owners = Int32Array.from(cells, ({ cell }) => Math.floor(cell / problems.width));
  const actions = {
    variable: Int32Array.from(cells, ({ cell }) => cell % problems.width),
    value: Float64Array.from(cells, ({ value }) => value),
  };
  const outcome = environment.expected(actions, owners);
  return { observation: environment.observation, owners, actions, outcome, truth: environment };
}

/** The same action for given outcomes: what the reward makes of them. */
export function candidatesWith(environment: Environment, outcome: readonly number[]): Candidates {
  return {
    observation: environment.observation,
    owners: new Int32Array(outcome.length),
    actions: { variable: new Int32Array(outcome.length), value: new Float64Array(outcome.length) },
    outcome: Float64Array.from(outcome),
    truth: environment,
  };
}
