import assert from "node:assert/strict";
import { evaluate, type EvaluationProblem } from "../../lib/evaluation/mod.ts";
import { mergeRecords } from "../../lib/evaluation/merge.ts";
import { episodeMetrics } from "../../lib/evaluation/metrics.ts";
import type { Policy } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { setOutcomeModel } from "../../lib/scm/mod.ts";
import { createReward } from "../../lib/reward/mod.ts";
import { createEnvironment } from "../../lib/environment/mod.ts";
import { linearProblem } from "../environment/support.ts";

const stream = createStream(3);
const EPISODE = { observationalRows: 8, interventionalRows: 0, horizon: 4, rowsPerIntervention: 1 };

function problem(key: string): EvaluationProblem {
  const { scm } = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "Y", weight: 1 },
    { from: "B", to: "Y", weight: 1 },
  ]);
  const setAtOnce = { min: 1, max: 2 };
  return { scm, outcomes: setOutcomeModel(scm, setAtOnce), setAtOnce, key, family: "two causes" };
}

/** {A, B} at their best, {B}, {B, C}, and {A, B} with B at its worse end. */
const SETS = [[0, 1], [1, -1], [1, 2], [0, 1]];
const VALUES = [[-1, -1], [-1, 0], [-1, 1], [-1, 1]];
const fixed: Policy = {
  name: "fixed",
  act: ({ problems, step }) => ({
    variable: Int32Array.from({ length: problems.episodes * 2 }, (_, k) => SETS[step][k % 2]),
    value: Float64Array.from({ length: problems.episodes * 2 }, (_, k) => VALUES[step][k % 2]),
    logProb: new Float64Array(problems.episodes),
  }),
  recommend: ({ problems }) => ({
    variable: Int32Array.from({ length: problems.episodes * 2 }, (_, k) => SETS[0][k % 2]),
    value: new Float64Array(problems.episodes * 2).fill(-1),
  }),
};

const play = (keys: readonly string[]) =>
  evaluate(fixed, keys.map(problem), { method: "fixed", episode: EPISODE, stream, mode: "sample" });

Deno.test("Sets are recorded whole and judged by the best set: its variables, its value, its members' ends", () => {
  const records = play(["a"]);
  assert.deepEqual([...records.normalised], [1, 0.5, 0.5, 0]);
  assert.deepEqual([...records.isBestVariable], [1, 0, 0, 1]);
  assert.deepEqual([...records.isParent], [1, 1, 1, 1]);
  assert.deepEqual([...records.isRightSign], [1, 1, 0, 0]);
  assert.deepEqual([...(records.sets?.variable ?? [])], SETS.flat());
  assert.deepEqual([...records.variable], [0, 1, 1, 0]);
  const metrics = episodeMetrics(records);
  assert.equal(metrics.recommendation[0], 1);
  // A twice at one end, B over its whole domain; C once.
  assert.equal(metrics.rangeUtilisation[0], 0.5);
});

Deno.test("Parts of a list of problems keep their sets when they are joined", () => {
  const [whole, a, b] = [play(["a", "b"]), play(["a"]), play(["b"])];
  const joined = mergeRecords([{ indices: [1], records: b }, { indices: [0], records: a }], 2);
  assert.deepEqual(joined.sets, whole.sets);
  const { sets: _, ...single } = b;
  assert.throws(
    () => mergeRecords([{ indices: [0], records: a }, { indices: [1], records: single }], 2),
    /Cannot join sets/,
  );
});

Deno.test("Rewards of parents and exploration are means over the variables of a set", () => {
  const environment = createEnvironment([problem("a")], EPISODE);
  environment.reset([stream]);
  environment.step({ variable: Int32Array.of(0, 1), value: Float64Array.of(-1, -1) }, [stream.child(1)]);
  const reward = createReward({
    weights: { optimization: 0, structure: 0, parent: 1, exploration: 1 },
    optimization: { form: "optimum" },
    structure: { form: "entropy" },
    parent: { form: "membership" },
    exploration: { regions: 3 },
    outcome: "expected",
  });
  const { components } = reward.immediate({
    observation: environment.observation,
    owners: Int32Array.of(0, 0),
    actions: { variable: Int32Array.of(0, 2, 2, -1), value: Float64Array.of(-1, 1, 1, 0) },
    outcome: new Float64Array(2),
    truth: environment,
  });
  assert.deepEqual([...components.parent], [0.5, 0]);
  assert.deepEqual([...components.exploration], [0.5, 1]);
});
