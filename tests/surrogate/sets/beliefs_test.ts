import assert from "node:assert/strict";
import { createEnvironment, type Observation, type Problem } from "../../../lib/environment/mod.ts";
import { createStream } from "../../../lib/random/mod.ts";
import { setOutcomeModel } from "../../../lib/scm/mod.ts";
import { fitSetProcess, type SetProcessOptions } from "../../../lib/surrogate/mod.ts";
import { linearProblem } from "../../environment/support.ts";

const stream = createStream(31);
const EPISODE = { observationalRows: 30, interventionalRows: 0, horizon: 40, rowsPerIntervention: 1 };
const VALUES = Float64Array.of(-1, -0.2, 0.4, 1);

/** Three causes of the target of opposite signs and a variable that does nothing. */
function problem(): Problem {
  const { scm } = linearProblem(["A", "B", "C", "D", "Y"], [
    { from: "A", to: "Y", weight: 1 },
    { from: "B", to: "Y", weight: -1.5 },
    { from: "C", to: "Y", weight: 0.8 },
  ], { noise: 0.5 });
  const setAtOnce = { min: 1, max: 3 };
  return { scm, outcomes: setOutcomeModel(scm, setAtOnce), setAtOnce };
}

/** What is observed after `trials` sets of one to three variables, or those of `sets`. */
function played(trials: number, sets?: (t: number) => readonly (readonly [number, number])[]): Observation {
  const environment = createEnvironment([problem()], EPISODE);
  environment.reset([stream.child("start")]);
  for (let t = 0; t < trials; t++) {
    const s = stream.child("sets").child(t);
    const order = s.permutation(4);
    const set = sets?.(t) ??
      Array.from({ length: 1 + s.integer(3) }, (_, k) => [order[k], s.uniformIn(-1, 1)] as const);
    const variable = Int32Array.from({ length: 3 }, (_, k) => set[k]?.[0] ?? -1);
    const value = Float64Array.from({ length: 3 }, (_, k) => set[k]?.[1] ?? 0);
    environment.step({ variable, value }, [stream.child("noise").child(t)]);
  }
  return environment.observation;
}

const at = (...values: readonly number[]) => Float64Array.from({ length: 5 }, (_, v) => values[v] ?? NaN);
const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);

Deno.test("The process over sets explains its trials, is unsure elsewhere, and observing gains nothing", () => {
  const observation = played(12, (t) => t % 2 === 0 ? [[0, -1], [1, 1]] : [[0, -1]]);
  for (const averaged of [1, 8]) {
    const belief = fitSetProcess(observation, 0, { shape: "bend", averaged });
    assert.ok(belief.mean(at(-1, 1)) > belief.mean(at(-1)) && belief.mean(at(-1)) > 0);
    assert.ok(belief.sd(at(-1, 1)) < belief.sd(at(NaN, NaN, 1)));
    assert.deepEqual([belief.mean(at()), belief.sd(at())], [0, 0]);
  }
});

Deno.test("One setting more is believed to do what the larger set does", () => {
  const cases: readonly SetProcessOptions[] = [
    { shape: "bend", averaged: 1 },
    { shape: "line", averaged: 1 },
    { shape: "bend", averaged: 8 },
  ];
  for (const trials of [0, 1, 25]) {
    const observation = played(trials);
    for (const options of cases) {
      const belief = fitSetProcess(observation, 0, options);
      for (const point of [at(), at(0.3), at(NaN, -1, NaN, 0.5)]) {
        const { mean, sd } = belief.beside(point, VALUES);
        for (let v = 0; v < 4; v++) {
          if (point[v] === point[v]) continue;
          for (let c = 0; c < VALUES.length; c++) {
            const larger = point.slice();
            larger[v] = VALUES[c];
            const k = v * VALUES.length + c;
            const what = `${trials} trials, ${options.shape}, ${options.averaged} kernels, ${larger}`;
            near(mean[k], belief.mean(larger) - belief.mean(point), 1e-9, what);
            if (options.averaged === 1) near(sd[k], belief.sd(larger), 1e-7, what);
          }
        }
      }
    }
  }
});

Deno.test("Averaging adds what kernels disagree on to the variance, and nothing where one kernel is left", () => {
  const observation = played(6);
  const [one, many] = [1, 16].map((averaged) => fitSetProcess(observation, 0, { shape: "bend", averaged }));
  const points = [at(1), at(-1, 1), at(0, 0, 0.5), at(NaN, NaN, NaN, 1)];
  assert.ok(points.some((point) => Math.abs(one.mean(point) - many.mean(point)) > 1e-3));
  assert.ok(points.every((point) => many.sd(point) > 0));
  const none = played(0);
  assert.deepEqual(fitSetProcess(none, 0, { shape: "line", averaged: 1 }).trials.gain.length, 0);
});
