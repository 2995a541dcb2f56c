import assert from "node:assert/strict";
import { type Beliefs, createEnvironment, type Environment, type Problem } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import {
  type Candidates,
  createReward,
  needsBeliefs,
  privilegedKnowledge,
  type RewardOptions,
  type Rewards,
} from "../../lib/reward/mod.ts";
import { createScm, outcomeModel, STANDARD_NOISE } from "../../lib/scm/mod.ts";
import { chainProblem } from "../policy/chain.ts";

const OPTIONS: RewardOptions = {
  weights: { optimization: 1, structure: 0, parent: 0, exploration: 0 },
  outcome: "expected",
  optimization: { form: "optimum" },
  structure: { form: "entropy" },
  parent: { form: "membership" },
  exploration: { regions: 3 },
};
const ALL = { optimization: 1, structure: 0.5, parent: 0.3, exploration: 0.1 };
const EPISODE = { observationalRows: 6, interventionalRows: 2, horizon: 4, rowsPerIntervention: 1 };

function started(problems: readonly Problem[]): Environment {
  const environment = createEnvironment(problems, EPISODE);
  environment.reset(problems.map((_, e) => createStream(3).child(e)));
  return environment;
}

/** Rewards with that for structure, if beliefs before and after are given. */
function rewardsOf(options: RewardOptions, candidates: Candidates, after?: Beliefs): Rewards {
  const reward = createReward(options);
  const immediate = reward.immediate(candidates);
  return after === undefined ? immediate : reward.learned(immediate, { ...candidates, after });
}

/** Candidates of one environment: all settable variables at both ends and the middle. */
function candidatesOf(environment: Environment): Candidates {
  const { problems } = environment.observation;
  const choices = Array.from({ length: problems.episodes }, (_, e) => e).flatMap((e) =>
    Array.from({ length: problems.sizes[e] }, (_, v) => v).filter((v) =>
      problems.settable[e * problems.width + v] === 1
    )
      .flatMap((variable) => [-1, 0, 1].map((value) => ({ e, variable, value })))
  );
  const owners = Int32Array.from(choices, ({ e }) => e);
  const actions = {
    variable: Int32Array.from(choices, ({ variable }) => variable),
    value: Float64Array.from(choices, ({ value }) => value),
  };
  return {
    observation: environment.observation,
    owners,
    actions,
    outcome: environment.expected(actions, owners),
    truth: environment,
  };
}

function beliefsOf(parents: readonly (readonly number[])[], entropies: readonly number[]): Beliefs {
  return { parent: Float64Array.from(parents.flat()), entropy: Float64Array.from(entropies) };
}

Deno.test("the total is the weighted sum of the components, and a weight of 0 takes its component out", () => {
  const environment = started([chainProblem(3)]);
  const before = beliefsOf([[0.4, 0.6, 0]], [1]);
  const plain = candidatesOf(environment);
  const after = beliefsOf(
    Array.from(plain.owners, (_, k) => [0.1 * k, 0.9, 0]),
    Array.from(plain.owners, (_, k) => k / 6),
  );
  const candidates = { ...plain, observation: { ...plain.observation, beliefs: before } };
  const { components } = rewardsOf(OPTIONS, candidates, after);
  for (const without of ["none", "optimization", "structure", "parent", "exploration"] as const) {
    const weights = { ...ALL, ...(without === "none" ? {} : { [without]: 0 }) };
    const { total } = rewardsOf({ ...OPTIONS, weights }, candidates, after);
    total.forEach((r, k) => {
      const sum = Object.entries(weights).reduce(
        (s, [name, w]) => s + w * (components[name as keyof typeof weights] ?? [])[k],
        0,
      );
      assert.ok(Math.abs(r - sum) < 1e-12, `${without}: ${r} instead of ${sum}`);
    });
  }
});

Deno.test("belief and membership, entropy and log-probability are different forms with the values they name", () => {
  const environment = started([chainProblem(3)]);
  const plain = candidatesOf(environment);
  const candidates = {
    ...plain,
    observation: { ...plain.observation, beliefs: beliefsOf([[0.4, 0.6, 0]], [2]) },
  };
  // Every candidate halves the entropy; half of them towards the truth, half towards the opposite.
  const after = beliefsOf(Array.from(plain.owners, (_, k) => k < 3 ? [0.1, 0.9, 0] : [0.9, 0.1, 0]), Array(6).fill(1));
  const of = (change: Partial<RewardOptions>) => rewardsOf({ ...OPTIONS, ...change }, candidates, after).components;
  assert.deepEqual([...of({ parent: { form: "membership" } }).parent ?? []], [0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...of({ parent: { form: "belief" } }).parent ?? []], [0.4, 0.4, 0.4, 0.6, 0.6, 0.6]);
  assert.deepEqual([...of({}).structure ?? []], Array(6).fill(0.5));
  const signs = [...of({ structure: { form: "log_probability" } }).structure ?? []].map(Math.sign);
  assert.deepEqual(signs, [1, 1, 1, -1, -1, -1]);
});

Deno.test("without beliefs, a weighted component that needs them is refused by its name and form", () => {
  const candidates = candidatesOf(started([chainProblem(3)]));
  const structure = { ...OPTIONS, weights: { ...OPTIONS.weights, structure: 1 } };
  const parent: RewardOptions = { ...OPTIONS, weights: { ...OPTIONS.weights, parent: 1 }, parent: { form: "belief" } };
  const after = beliefsOf(Array(6).fill([0, 0, 0]), Array(6).fill(0));
  assert.throws(() => rewardsOf(structure, candidates, after), /structure in its form entropy: no surrogate/);
  assert.throws(() => rewardsOf(parent, candidates), /parent in its form belief: no surrogate/);
  assert.equal(needsBeliefs(structure), "structure");
  assert.equal(needsBeliefs(parent), "parent");
  assert.equal(needsBeliefs(OPTIONS), null);
});

Deno.test("what a reward knows of the truth is said, and nothing is said of one that an experimenter could compute", () => {
  const privileged: RewardOptions = { ...OPTIONS, weights: ALL, structure: { form: "log_probability" } };
  assert.deepEqual(Object.keys(privilegedKnowledge(privileged)), ["optimization", "structure", "parent"]);
  const observable: RewardOptions = {
    ...OPTIONS,
    weights: ALL,
    outcome: "sampled",
    optimization: { form: "adaptive" },
    parent: { form: "belief" },
  };
  assert.deepEqual(privilegedKnowledge(observable), {});
  assert.deepEqual(Object.keys(privilegedKnowledge(observable, true)), ["structure", "parent"]);
});

Deno.test("exploration counts the interventions of the episode's history, the initial random ones too", () => {
  const environment = started([chainProblem(3)]);
  const explored = () => rewardsOf(OPTIONS, candidatesOf(environment)).components.exploration ?? new Float64Array();
  assert.ok(explored().every((r) => r >= 0 && r <= 1));
  for (let t = 0; t < 3; t++) {
    environment.step({ variable: Int32Array.of(0), value: Float64Array.of(1) }, [createStream(9).child(t)]);
  }
  const { intervened, rows } = environment.observation.history;
  const share = intervened.subarray(0, rows).filter((v) => v === 0).length / 5;
  const [, , sameAgain] = explored();
  assert.ok(sameAgain <= 1 - 0.5 * share - 0.5 * 0.6 + 1e-12, `repeating the same action earns ${sameAgain}`);
  assert.ok(Math.min(...explored()) === sameAgain, "nothing earns less than the same action again");
});

Deno.test("rewards do not change with the target's unit, nor with ranges that are negative, tiny or huge", () => {
  /** A chain of 3 in other units: Xᵢ is measured as `units[i]·x + offsets[i]`. */
  function rescaled(units: readonly number[], offsets: readonly number[]): Problem {
    const variables = units.map((unit, i) => {
      const weight = i === 0 ? 0 : 1.5 * unit / units[i - 1];
      return {
        name: `X${i}`,
        parents: i === 0 ? [] : [`X${i - 1}`],
        mechanism: {
          kind: "linear" as const,
          intercept: offsets[i] - (i === 0 ? 0 : weight * offsets[i - 1]),
          weights: i === 0 ? [] : [weight],
        },
        noise: { ...STANDARD_NOISE, scale: unit },
        domain: i === 2 ? null : { kind: "interval" as const, low: offsets[i] - 5 * unit, high: offsets[i] + 5 * unit },
      };
    });
    const scm = createScm({ name: "rescaled", variables, target: "X2", objective: "minimize" });
    return { scm, outcomes: outcomeModel(scm) };
  }
  const rewardsIn = (problem: Problem, form: "optimum" | "adaptive") => {
    const environment = started([problem]);
    environment.step({ variable: Int32Array.of(1), value: Float64Array.of(-1) }, [createStream(4)]);
    const options = { ...OPTIONS, weights: { ...ALL, structure: 0 }, optimization: { form } };
    return rewardsOf(options, candidatesOf(environment)).total;
  };
  for (const form of ["optimum", "adaptive"] as const) {
    const plain = rewardsIn(rescaled([1, 1, 1], [0, 0, 0]), form);
    for (const unit of [1e-9, 1e-4, 1e3, 1e9]) {
      for (const offset of [0, -20, 7]) {
        const same = rewardsIn(rescaled([1 / unit, unit, unit], [offset / unit, offset * unit, offset * unit]), form);
        same.forEach((r, k) =>
          assert.ok(Math.abs(r - plain[k]) < 1e-6, `${form} ${unit} ${offset}: ${r}, ${plain[k]}`)
        );
      }
    }
  }
});

Deno.test("weights and regions that mean nothing are refused with their value", () => {
  const weights = { ...OPTIONS.weights, parent: -1 };
  assert.throws(() => createReward({ ...OPTIONS, weights }), /component parent by -1/);
  assert.throws(() => createReward({ ...OPTIONS, exploration: { regions: 0 } }), /exploration with regions = 0/);
});
