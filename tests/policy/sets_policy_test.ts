import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { chosenOf, createEnvironment, type Observation, type Problem } from "../../lib/environment/mod.ts";
import { policyKind } from "../../lib/policy/mod.ts";
import { createSetsPolicy } from "../../lib/policy/sets_policy.ts";
import { createStream } from "../../lib/random/mod.ts";
import { setOutcomeModel } from "../../lib/scm/mod.ts";
import { fitSetProcess } from "../../lib/surrogate/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { linearProblem } from "../environment/support.ts";

await useBackend("cpu");

const stream = createStream(41);
const LEVELS = 5;
const GRID = Float64Array.from({ length: LEVELS }, (_, k) => -1 + 2 * k / (LEVELS - 1));
const OPTIONS = { width: 8, layers: 1, heads: 1, dropout: 0, levels: LEVELS, exploration: 1, annealFrom: 1 };

function problem(exclusive: readonly (readonly [number, number])[] = []): Problem {
  const { scm } = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "Y", weight: 1 },
    { from: "B", to: "Y", weight: -1.5 },
    { from: "C", to: "Y", weight: 0.5 },
  ], { noise: 0.3 });
  const setAtOnce = { min: 1, max: 3 };
  return { scm, outcomes: setOutcomeModel(scm, { ...setAtOnce, exclusive }), setAtOnce, exclusive };
}

function played(problems: readonly Problem[], trials = 8): Observation {
  const environment = createEnvironment(problems, {
    observationalRows: 20,
    interventionalRows: 0,
    horizon: 16,
    rowsPerIntervention: 1,
  });
  environment.reset(problems.map((_, e) => stream.child("start").child(e)));
  for (let t = 0; t < trials; t++) {
    const s = stream.child("sets").child(t);
    const variable = Int32Array.from({ length: 3 * problems.length }, (_, k) => k % 3 === 0 ? t % 3 : -1);
    const value = Float64Array.from(variable, () => s.uniformIn(-1, 1));
    environment.step({ variable, value }, problems.map((_, e) => stream.child("noise").child(t).child(e)));
  }
  return environment.observation;
}

/** A policy whose learned scores are all 0. */
function unlearned(exploration: number) {
  const policy = createSetsPolicy({ ...OPTIONS, exploration }, stream.child("policy"));
  for (const variable of policy.parameters) variable.assign(tf.zeros(variable.shape));
  return policy;
}

/** The set that is best of one setting more, as long as that gains anything. */
function greedy(observation: Observation, e: number, c: number): Map<number, number> {
  const belief = fitSetProcess(observation, e, { shape: "bend", averaged: 4 });
  const point = new Float64Array(4).fill(NaN);
  const set = new Map<number, number>();
  for (let size = 0; size < 3; size++) {
    const { mean, sd } = belief.beside(point, GRID);
    let best = { v: -1, c: 0, score: size === 0 ? -Infinity : 0 };
    for (let k = 0; k < 3 * LEVELS; k++) {
      const score = mean[k] + c * sd[k];
      const v = Math.floor(k / LEVELS);
      if (!set.has(v) && score > best.score) best = { v, c: k % LEVELS, score };
    }
    if (best.v < 0) break;
    point[best.v] = GRID[best.c];
    set.set(best.v, GRID[best.c]);
  }
  return set;
}

const setsOf = ({ variable, value }: { variable: Int32Array; value: Float64Array }, episodes: number) =>
  Array.from(
    { length: episodes },
    (_, e) => new Map([...chosenOf(variable, e, 3)].map((v, k) => [v, value[e * 3 + k]])),
  );

Deno.test("Before it has learned, the sets policy plays upper bounds of one setting more, and answers by their means", () => {
  const observation = played([problem(), problem()]);
  const policy = unlearned(50);
  const acted = policy.act(observation, [stream, stream], "mode");
  const c = 50 * Math.sqrt(1 - observation.step / observation.horizon);
  assert.deepEqual(setsOf(acted, 2), [0, 1].map((e) => greedy(observation, e, c)));
  assert.deepEqual(setsOf(policy.recommend(observation), 2), [0, 1].map((e) => greedy(observation, e, 0)));
  assert.notDeepEqual(setsOf(acted, 2), setsOf(policy.recommend(observation), 2));
});

Deno.test("What the sets policy learns from has the probabilities that the loss sees, alone or in a batch", () => {
  const observation = played([problem(), problem([[0, 1]])]);
  const policy = createSetsPolicy(OPTIONS, stream.child("policy"));
  const views = policy.viewsOf(observation);
  const drawn = policy.explore(views, 40, [stream.child("a"), stream.child("b")]);
  const scored = policy.score(views, drawn).logProb.dataSync<"float32">();
  drawn.logProb.forEach((logProb, k) => assert.ok(Math.abs(logProb - scored[k]) < 1e-3, `${logProb} and ${scored[k]}`));
  const second = policy.gather(views, drawn, Int32Array.of(1));
  const alone = policy.score(second.views, second.actions).logProb.dataSync<"float32">();
  alone.forEach((logProb, k) => assert.ok(Math.abs(logProb - scored[40 + k]) < 1e-4));
  const joined = policy.score(policy.concat([views, views]), {
    ...drawn,
    variable: Int32Array.of(...drawn.variable, ...drawn.variable),
    value: Float64Array.of(...drawn.value, ...drawn.value),
  }).logProb.dataSync<"float32">();
  scored.forEach((logProb, k) => assert.ok(Math.abs(logProb - joined[80 + k]) < 1e-4));
  for (let k = 40; k < 80; k++) {
    const chosen = [...chosenOf(drawn.variable, k, 3)];
    assert.ok(!(chosen.includes(0) && chosen.includes(1)), `${chosen}`);
  }
});

Deno.test("A sets policy that cannot work is refused with what to do", () => {
  const settings = {
    width: 8,
    heads: 1,
    responsePoints: 3,
    valueHead: { kind: "gaussian", std: { kind: "fixed", value: 1 } },
    dropout: 0,
    exploration: null,
    sets: false,
  } as const;
  assert.deepEqual(Object.keys(policyKind("sets").refuses(settings)).toSorted(), [
    "responsePoints",
    "sets",
    "valueHead",
  ]);
});
