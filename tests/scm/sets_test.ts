import assert from "node:assert/strict";
import {
  createScm,
  DEFAULT_ACCURACY,
  type Intervention,
  LINEAR_DISTRIBUTION,
  normalisedValue,
  outcomeModel,
  parseScm,
  sampleProblem,
  type Scm,
  setOutcomeModel,
  type SetOutcomes,
  settableVariables,
  TRAINING_ACCURACY,
} from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { createStream } from "../../lib/random/mod.ts";
import { chain, define, interval, linear } from "./support.ts";

function setsOf(
  scm: Scm,
  min: number,
  max: number,
  exclusive: readonly (readonly [number, number])[] = [],
): SetOutcomes {
  const { sets } = setOutcomeModel(scm, { min, max, exclusive });
  assert(sets !== undefined);
  return sets;
}

function near(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
}

const namesOf = (scm: Scm, intervention: Intervention) =>
  Object.fromEntries(intervention.map(({ variable, value }) => [scm.variables[variable].name, value]));

/** Every corner of every set of `size` settable variables, through the closed form of one intervention at a time. */
function bruteForce(scm: Scm, size: number, sign: number): number {
  const settable = settableVariables(scm);
  let best = -Infinity;
  const visit = (set: Intervention, from: number): void => {
    if (set.length === size) {
      best = Math.max(best, sign * expectedOutcome(scm, set).mean);
      return;
    }
    for (let k = from; k < settable.length; k++) {
      const { domain } = scm.variables[settable[k]];
      assert(domain?.kind === "interval");
      for (const value of [domain.low, domain.high]) {
        visit([...set, { variable: settable[k], value, kind: "perfect" }], k + 1);
      }
    }
  };
  visit([], 0);
  return sign * best;
}

Deno.test("The best and worst sets of every size of linear SCMs are those of all corners", () => {
  for (let k = 0; k < 12; k++) {
    const scm = sampleScm({ ...LINEAR_DISTRIBUTION, sizes: { min: 5, max: 6 } }, createStream(5).child(k));
    const sets = setsOf(scm, 1, 4);
    sets.bestOfSize.forEach(({ outcome }, s) => near(outcome, bruteForce(scm, s + 1, -1), 1e-9));
    const worst = Math.max(...[1, 2, 3, 4].map((size) => bruteForce(scm, size, 1)));
    near(sets.worst.outcome, worst, 1e-9);
    near(sets.best.outcome, Math.min(...sets.bestOfSize.map(({ outcome }) => outcome)), 1e-9);
    assert.deepEqual([sets.standardError, sets.searchStarts], [0, 0]);
  }
});

Deno.test("Setting the mediator too leaves a chain's cause without effect: the best pair is no better than its parent alone", () => {
  const scm = chain(3);
  const sets = setsOf(scm, 1, 2);
  assert.deepEqual(sets.bestOfSize.map(({ outcome }) => outcome), [-11.25, -7.5]);
  assert.deepEqual(namesOf(scm, sets.best.intervention), { X0: -5 });
  assert.deepEqual(setsOf(scm, 2, 2).best.outcome, -7.5);
});

Deno.test("Independent causes add up, and variables that exclude each other are never set together", () => {
  const cause = (name: string, reach: number) => ({ name, mechanism: linear(), domain: interval(-reach, reach) });
  const scm = createScm(define(
    [cause("A", 1), cause("B", 2), cause("C", 3), {
      name: "Y",
      parents: ["A", "B", "C"],
      mechanism: linear(0, 1, -1, 1),
    }],
    "Y",
  ));
  assert.deepEqual(setsOf(scm, 1, 3).bestOfSize.map(({ outcome }) => outcome), [-3, -5, -6]);
  const apart = setsOf(scm, 1, 3, [[1, 2]]);
  assert.deepEqual(apart.bestOfSize.map(({ outcome }) => outcome), [-3, -4]);
  assert.deepEqual(namesOf(scm, apart.best.intervention), { A: -1, C: -3 });
  const all = [[0, 1], [1, 2], [0, 2]] as const;
  assert.throws(() => setsOf(scm, 2, 3, all), { name: "ScmError", message: /no 2 variables may be set together/ });
  assert.throws(() => setsOf(scm, 3, 2), { name: "ScmError", message: /1 ≤ min ≤ max/ });
});

Deno.test("Shift interventions are not cut by one another", () => {
  const { sets } = setOutcomeModel(chain(3), { min: 1, max: 2 }, DEFAULT_ACCURACY, "shift");
  assert.deepEqual(sets?.bestOfSize.map(({ outcome }) => outcome), [-11.25, -18.75]);
});

Deno.test("Beyond all sets that can be looked at, coordinate ascent finds the optimum of independent causes", () => {
  const count = 40;
  const names = Array.from({ length: count }, (_, v) => `X${v}`);
  const weights = names.map((_, v) => (v % 2 === 0 ? 1 : -1) * (1 + v));
  const scm = createScm(define(
    [
      ...names.map((name) => ({ name, mechanism: linear(), domain: interval(-1, 1) })),
      { name: "Y", parents: names, mechanism: linear(0, ...weights) },
    ],
    "Y",
  ));
  const sets = setsOf(scm, 1, 4);
  assert.deepEqual(sets.bestOfSize.map(({ outcome }) => outcome), [-40, -79, -117, -154]);
  assert(sets.searchStarts > 1);
});

Deno.test("The search by simulation finds the joint optima of the public systems", () => {
  const open = (name: string) => parseScm(Deno.readTextFileSync(`configs/scms/${name}.yaml`), name);
  const chainTmlr = open("chain_tmlr");
  const sets = setsOf(chainTmlr, 1, 2);
  // Y = −W − 3ZX: setting W = 1 gives −1 whatever Z.
  near(sets.best.outcome, -1, 0.05);
  const healthcare = setsOf(open("healthcare_psa"), 1, 2);
  near(healthcare.bestOfSize[0].outcome, 5.345, 0.03);
  near(healthcare.bestOfSize[1].outcome, 5.155, 0.03);
  // Only Z matters once it is set: a second variable loses nothing, and gains nothing.
  const { bestOfSize: [alone, pair] } = setsOf(open("toy_graph"), 1, 2);
  near(pair.outcome, alone.outcome, 1e-12);
});

Deno.test("The search by simulation reaches what a grid over all sets reaches", () => {
  const distribution = {
    ...LINEAR_DISTRIBUTION,
    mechanisms: { polynomial: 1, tanh: 1, mlp: 1 },
    sizes: { min: 4, max: 5 },
    setAtOnce: { min: 1, max: 3 },
  };
  for (let k = 0; k < 6; k++) {
    const { scm, outcomes } = sampleProblem(distribution, createStream(3).child(k));
    const { sets } = outcomes;
    assert(sets !== undefined);
    let least = Infinity, range = 0;
    const visit = (set: Intervention, from: number): void => {
      if (set.length > 0) {
        const outcome = sets.expected(set);
        least = Math.min(least, outcome);
        range = Math.max(range, Math.abs(outcome));
      }
      for (let v = from; v < scm.variables.length && set.length < 3; v++) {
        const { domain } = scm.variables[v];
        if (domain?.kind !== "interval") continue;
        for (let g = 0; g <= 4; g++) {
          visit(
            [...set, { variable: v, value: domain.low + (domain.high - domain.low) * g / 4, kind: "perfect" }],
            v + 1,
          );
        }
      }
    };
    visit([], 0);
    assert(sets.best.outcome <= least + 0.02 * range, `SCM ${k}: search ${sets.best.outcome}, grid ${least}`);
    near(sets.expected(sets.best.intervention), sets.best.outcome, 1e-9 * (1 + range));
  }
});

Deno.test("A set of one is the single intervention, and normalised values are measured to the best set", () => {
  const scm = chain(3);
  assert.deepEqual(setOutcomeModel(scm, { min: 1, max: 1 }).sets, undefined);
  const both = createScm(define(
    [
      { name: "A", mechanism: linear(), domain: interval(-1, 1) },
      { name: "B", mechanism: linear(), domain: interval(-1, 1) },
      { name: "Y", parents: ["A", "B"], mechanism: linear(0, 1, 1) },
    ],
    "Y",
  ));
  assert.deepEqual(normalisedValue(outcomeModel(both), "minimize", -1), 1);
  assert.deepEqual(normalisedValue(setOutcomeModel(both, { min: 1, max: 2 }), "minimize", -1), 0.5);
});

Deno.test("The quick search of training is near the careful one", () => {
  const distribution = { ...LINEAR_DISTRIBUTION, mechanisms: { polynomial: 1, mlp: 1 }, setAtOnce: { min: 1, max: 3 } };
  for (let k = 0; k < 4; k++) {
    const { scm, outcomes } = sampleProblem(distribution, createStream(9).child(k));
    const quick = setOutcomeModel(scm, { min: 1, max: 3 }, TRAINING_ACCURACY);
    assert(normalisedValue(outcomes, scm.objective, quick.sets?.best.outcome ?? NaN) > 0.8);
  }
});
