import assert from "node:assert/strict";
import type { Beliefs, EpisodeOptions, Observation } from "../../lib/environment/mod.ts";
import { collectResults, evaluate, mergeRecords, namedProblem, summariseStructure } from "../../lib/evaluation/mod.ts";
import { calibrationAt, structureCurve, structureDifference, structureMatrix } from "../../lib/evaluation/structure.ts";
import { STRUCTURE_METRICS } from "../../lib/evaluation/structure_records.ts";
import { BASELINES, type Policy } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import type { Surrogate } from "../../lib/surrogate/mod.ts";
import { chainProblem } from "../policy/chain.ts";
import { near } from "./records.ts";

const EPISODE: EpisodeOptions = { observationalRows: 5, interventionalRows: 0, horizon: 4, rowsPerIntervention: 2 };
const PROBLEMS = [3, 4, 5].map((size, k) => ({
  ...namedProblem(chainProblem(size).scm),
  key: `p${k}`,
}));

/** Believes in the last variable before the target the more, the more rows there are. */
const counting: Surrogate = {
  name: "counting",
  privileged: false,
  track: ({ episodes, width, targets }) => ({
    update({ history }): Beliefs {
      const parent = new Float64Array(episodes * width);
      for (let e = 0; e < episodes; e++) parent[e * width + targets[e] - 1] = history.rows / 20;
      return { parent, entropy: new Float64Array(episodes).fill(history.rows) };
    },
  }),
};

function play(policy: Policy, problems = PROBLEMS) {
  const options = { method: "m", episode: EPISODE, stream: createStream(1), mode: "sample" as const };
  return evaluate(policy, problems, { ...options, surrogate: counting });
}

Deno.test("beliefs are judged after each intervention, with its own rows and no later ones", () => {
  const { structure } = play(BASELINES.random.create({}));
  assert.deepEqual([...structure!.metrics.entropy.subarray(0, 4)], [7, 9, 11, 13]);
  // 0.35 and 0.45 are called nothing; 0.55 is the one parent of a chain.
  for (let p = 0; p < 3; p++) {
    assert.deepEqual([...structure!.metrics.f1.subarray(4 * p, 4 * p + 4)], [0, 0, 1, 1]);
    assert.deepEqual([...structure!.metrics.shd.subarray(4 * p, 4 * p + 4)], [1, 1, 0, 0]);
  }
});

Deno.test("a policy sees the beliefs about exactly the rows before its decision, and recommends after all", () => {
  const seen: number[] = [];
  const random = BASELINES.random.create({});
  const watch = (observation: Observation) => {
    seen.push(observation.beliefs!.entropy[0]);
    return observation;
  };
  play({ ...random, act: (o, s, m) => random.act(watch(o), s, m), recommend: (o) => random.recommend(watch(o)) });
  assert.deepEqual(seen, [5, 7, 9, 11, 13]);
});

Deno.test("curves, summaries and calibration are those of the records", () => {
  const results = collectResults("m", [play(BASELINES.random.create({}))]);
  assert.deepEqual(structureCurve(results, "f1").value, [0, 0, 1, 1]);
  assert.deepEqual(structureCurve(results, "f1").step, [1, 2, 3, 4]);
  const summary = summariseStructure(results)!;
  assert.equal(summary.surrogate, "counting");
  assert.equal(summary.metrics.shd.value, 0);
  near(structureMatrix(results, "logLoss", 4)[0][0], -Math.log(0.65) / 2);
  // At the last step one variable of each chain has 0.65 and is a parent; the 2 + 3 + 4 - 3 others have 0 and are none.
  near(calibrationAt(results, 4), 3 * 0.35 / 9);
  near(structureDifference(results, results, "f1", 2).value, 0);
});

Deno.test("the records of parts are joined in the order of the whole list, beliefs included", () => {
  const policy = BASELINES.random.create({});
  const whole = play(policy);
  const part = (indices: number[]) => ({ indices, records: play(policy, indices.map((p) => PROBLEMS[p])) });
  const merged = mergeRecords([part([2, 0]), part([1])], 3);
  for (const name of STRUCTURE_METRICS) {
    assert.deepEqual(merged.structure!.metrics[name], whole.structure!.metrics[name], name);
  }
  assert.deepEqual(merged.structure!.calibration, whole.structure!.calibration);
});

Deno.test("a method without a surrogate believes nothing, and says so", () => {
  const options = { method: "m", episode: EPISODE, stream: createStream(1), mode: "sample" as const };
  const results = collectResults("m", [evaluate(BASELINES.random.create({}), PROBLEMS, options)]);
  assert.equal(summariseStructure(results), null);
  assert.throws(() => structureCurve(results, "f1"), /without a surrogate/);
});
