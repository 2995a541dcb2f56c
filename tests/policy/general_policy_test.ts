import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createGeneralPolicy, policyKind } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { episodeMetrics, evaluate, heldOutProblems } from "../../lib/evaluation/mod.ts";
import { trackStream } from "../../lib/scm/mod.ts";
import { openPolicy, readTrack } from "../../lib/training/mod.ts";
import { averageProcesses, createGrid } from "../../lib/surrogate/amortised/grid.ts";
import { createResponseTracker } from "../../lib/surrogate/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, OPTIONS, playOut } from "./support.ts";

await useBackend("simd");

const SIZE = { width: 16, layers: 1, heads: 1, annealFrom: 0.25 };
const wide = linearProblem(["A", "B", "C", "D", "Y"], [
  { from: "A", to: "B", weight: 0.8 },
  { from: "B", to: "Y", weight: -1.1 },
  { from: "D", to: "Y", weight: 0.4 },
], { objective: "maximize", domains: { C: null } });
const streams = (count: number) => Array.from({ length: count }, (_, e) => createStream(3).child(e));

/** A policy whose network says nothing, so that it plays the averaged processes. */
function silent(levels: number, exploration: number) {
  const policy = createGeneralPolicy({ ...SIZE, levels, exploration }, createStream(1));
  for (const name of ["outputs", "outputs/bias"]) {
    const variable = policy.named.get(name);
    variable.assign(tf.zeros(variable.shape));
  }
  return policy;
}

Deno.test("with a silent network it plays the upper bounds of the averaged processes, and answers by their mean", () => {
  const observation = after([wide], [[0, 1], [1, -0.5], [3, 0.25], [1, 1]], 2);
  const grid = createGrid(17);
  const responses = createResponseTracker(grid)(observation, 0);
  const averages = averageProcesses(responses.processes);
  const highest = (bonus: number) => {
    let found = { variable: -1, value: NaN, bound: -Infinity };
    averages.forEach(({ mean, sd }, i) =>
      mean.forEach((m, k) => {
        const bound = m + bonus * sd[k];
        if (bound > found.bound) found = { variable: responses.variables[i], value: grid.cells[k], bound };
      })
    );
    return [found.variable, found.value];
  };
  const left = Math.sqrt(1 - 4 / OPTIONS.horizon);
  const chosen = new Set<string>();
  for (const c of [0, 0.5, 20]) {
    const policy = silent(17, c);
    const { variable, value } = policy.act(observation, streams(1), "mode");
    assert.deepEqual([variable[0], value[0]], highest(c * left), `c = ${c}`);
    chosen.add(`${variable} ${value}`);
    const answer = policy.recommend(observation);
    assert.deepEqual([answer.variable[0], answer.value[0]], highest(0));
    policy.dispose();
  }
  assert.ok(chosen.size > 1, "exploration changes what is played");
});

Deno.test("it plays what can be set, the same alone as beside others, with the probabilities that it says", () => {
  const policy = createGeneralPolicy({ ...SIZE, levels: 9, exploration: 1 }, createStream(2));
  const alone = playOut(policy, [chain()], 4, 1);
  const together = playOut(policy, [chain(), wide], 4, 1);
  assert.deepEqual(together.actions.map(([first]) => first), alone.actions.map(([first]) => first));
  const { problems: { settable, width } } = together.observation;
  for (const step of together.actions) step.forEach(([variable], e) => assert.equal(settable[e * width + variable], 1));
  const views = policy.viewsOf(together.observation);
  const drawn = policy.draw(views, 3, streams(2));
  const scored = policy.score(views, drawn).logProb.dataSync();
  drawn.logProb.forEach((logProb, k) => assert.ok(Math.abs(logProb - scored[k]) < 1e-4));
  policy.dispose();
});

Deno.test("the final step explores nothing: with nothing left it plays the posterior mean", () => {
  const [bold, shy] = [50, 0].map((c) => silent(9, c));
  const observation = { ...after([wide], [[0, 1], [1, -0.5]], 2), step: OPTIONS.horizon };
  assert.deepEqual(bold.act(observation, streams(1), "mode").value, shy.act(observation, streams(1), "mode").value);
  [bold, shy].forEach((policy) => policy.dispose());
});

Deno.test("settings that the general policy cannot work with are refused with their reason", () => {
  const settings = {
    width: 48,
    heads: 2,
    responsePoints: 0,
    dropout: 0,
    exploration: null,
    sets: false,
    valueHead: { kind: "categorical", levels: 33 },
  } as const;
  const { refuses } = policyKind("general");
  assert.deepEqual(refuses(settings), {});
  assert.deepEqual(Object.keys(refuses({ ...settings, width: 30 })), ["width"]);
  assert.deepEqual(Object.keys(refuses({ ...settings, responsePoints: 5 })), ["responsePoints"]);
  assert.deepEqual(Object.keys(refuses({ ...settings, sets: true })), ["sets"]);
  const gaussian = { kind: "gaussian", std: { kind: "fixed", value: 0.5 } } as const;
  assert.deepEqual(Object.keys(refuses({ ...settings, valueHead: gaussian })), ["valueHead"]);
  for (const name of ["statistics", "history"] as const) {
    assert.deepEqual(Object.keys(policyKind(name).refuses({ ...settings, exploration: 1 })), ["exploration"]);
  }
});

Deno.test("the general policy that is shipped finds optima inside of domains that it has never seen", () => {
  const track = readTrack("nonlinear");
  const stream = trackStream(track, "validation");
  const problems = heldOutProblems(track.distribution, "validation", 24, stream);
  const { policy } = openPolicy("general");
  const settings = {
    episode: track.episode,
    stream: stream.child("episodes"),
    method: "general",
    mode: "mode",
  } as const;
  const { meanValue, recommendation } = episodeMetrics(evaluate(policy, problems, settings));
  const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  assert.ok(mean(meanValue) > 0.75 && mean(recommendation) > 0.85, `${mean(meanValue)}, ${mean(recommendation)}`);
  policy.dispose();
});
