import assert from "node:assert/strict";
import type { Beliefs, Observation } from "../../lib/environment/mod.ts";
import { evaluate, namedProblem } from "../../lib/evaluation/mod.ts";
import { BELIEVING_BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createExactSurrogate } from "../../lib/surrogate/mod.ts";
import { linearProblem } from "../environment/support.ts";
import { chainProblem, someObservation } from "./chain.ts";

const STREAMS = [createStream(1), createStream(2)];

function believing(mean: number[], sd: number[], draw?: number[]): Observation {
  const observation = someObservation([chainProblem(3)]);
  const beliefs: Beliefs = {
    parent: new Float64Array(3),
    entropy: new Float64Array(1),
    effect: {
      mean: Float64Array.from(mean),
      sd: Float64Array.from(sd),
      ...(draw === undefined ? {} : { draw: Float64Array.from(draw) }),
    },
  };
  return { ...observation, beliefs };
}

Deno.test("greedy plays the best expected end, UCB adds c standard deviations, Thompson follows the draw", () => {
  const seen = believing([1, -2, 0], [4, 0, 0], [-3, 0.5, 0]);
  const play = (name: string, parameters = {}) => {
    const { variable, value } = BELIEVING_BASELINES[name].create(parameters).act(seen, STREAMS, "sample");
    return [variable[0], value[0]];
  };
  // Minimising: X1 high lowers the target by about 10; X0 low by 5, and with one standard deviation more by 25.
  assert.deepEqual(play("exact-greedy"), [1, 1]);
  assert.deepEqual(play("exact-ucb", { c: 1 })[0], 0);
  assert.deepEqual(play("exact-ucb", { c: 0.1 }), [1, 1]);
  assert.deepEqual(play("exact-thompson"), [0, 1]);
  for (const [name, { create, grid }] of Object.entries(BELIEVING_BASELINES)) {
    const { variable, value } = create(grid[0]).recommend(seen);
    assert.deepEqual([variable[0], value[0]], [1, 1], name);
  }
});

Deno.test("play on beliefs refuses to play without them, by name", () => {
  const bare = someObservation([chainProblem(3)]);
  const greedy = BELIEVING_BASELINES["exact-greedy"].create({});
  assert.throws(() => greedy.act(bare, STREAMS, "mode"), /exact-greedy: plays on beliefs about total effects/);
  const thompson = BELIEVING_BASELINES["exact-thompson"].create({});
  assert.throws(() => thompson.act(believing([0, 0, 0], [1, 1, 1]), STREAMS, "mode"), /makes no draws/);
});

Deno.test("on a confounded path the exact posterior finds the optimum where correlations mislead", () => {
  // Z drives both A and Y; A itself does nothing.
  const problem = linearProblem(["Z", "A", "Y"], [
    { from: "Z", to: "A", weight: 2 },
    { from: "Z", to: "Y", weight: 1 },
  ]);
  const episode = { observationalRows: 20, interventionalRows: 0, horizon: 8, rowsPerIntervention: 1 };
  for (const [name, { create, grid, draws }] of Object.entries(BELIEVING_BASELINES)) {
    const records = evaluate(create(grid[0]), [namedProblem(problem.scm)], {
      method: name,
      episode,
      stream: createStream(4),
      mode: "sample",
      surrogate: createExactSurrogate({ draw: draws }),
    });
    assert.ok(records.recommendationNormalised[0] > 0.99, `${name}: ${records.recommendationNormalised[0]}`);
  }
});
