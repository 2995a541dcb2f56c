import assert from "node:assert/strict";
import * as aq from "arquero";
import { baselineContestants, comparePolicies } from "../../lib/contest/mod.ts";
import { heldOutProblems, METRIC_NAMES } from "../../lib/evaluation/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { episodeFrame, writeEvaluation } from "../../lib/report/mod.ts";
import { curveFrame, metricFrame, stepFrame } from "../../lib/report/tidy.ts";
import { evaluationReport } from "../../lib/report/evaluation.ts";
import { readTrack, readTuned, SURROGATE_TRAINING } from "../../lib/training/mod.ts";
import { freshFolder } from "../folder.ts";

const track = readTrack("linear");
const stream = createStream(3);
const played = comparePolicies(
  baselineContestants(["random", "blr-obs-ucb", "oracle"], readTuned("linear")),
  {
    problems: heldOutProblems(track.distribution, "test", 6, stream),
    episode: { ...track.episode, horizon: 4 },
    stream,
  },
  [],
);
const { methods } = played;

Deno.test("an episode's metrics follow from its rows of steps", () => {
  const episodes = episodeFrame(methods);
  const steps = stepFrame(methods);
  assert.equal(episodes.numRows(), 3 * 6);
  assert.equal(steps.numRows(), 3 * 6 * 4);
  const again = steps.groupby("method", "run", "problem")
    .rollup({ mean: aq.op.mean("value"), regret: "d => op.sum(1 - d.value)", parents: aq.op.mean("parent") })
    .join(episodes, [["method", "run", "problem"], ["method", "run", "problem"]]);
  assert.equal(again.numRows(), 18);
  for (const row of again.objects() as Readonly<Record<string, number>>[]) {
    assert.ok(Math.abs(row.mean - row.meanValue) < 1e-12);
    assert.ok(Math.abs(row.regret - row.cumulativeRegret) < 1e-12);
    assert.ok(Math.abs(row.parents - row.parentRate) < 1e-12);
  }
  const oracle = steps.filter("d => d.method === 'oracle'").objects() as Readonly<Record<string, unknown>>[];
  assert.ok(oracle.every(({ role, value, bestVariable }) => role === "bound" && value === 1 && bestVariable === 1));
  assert.deepEqual(steps.filter("d => d.problem === 2 && d.method === 'random'").array("step"), [1, 2, 3, 4]);
  assert.deepEqual(episodes.columnNames().slice(6), METRIC_NAMES);
});

Deno.test("the curve of a method is the mean of its steps", () => {
  const curves = curveFrame(methods).filter("d => d.method === 'random'").array("value") as number[];
  const means = stepFrame(methods).filter("d => d.method === 'random'").groupby("step")
    .rollup({ value: aq.op.mean("value") }).array("value") as number[];
  assert.ok(curves.every((value, t) => Math.abs(value - means[t]) < 1e-12) && curves.length === 4);
});

Deno.test("an evaluation's files hold the same numbers, and the same evaluation gives the same bytes", async () => {
  const [one, two] = [freshFolder(), freshFolder()];
  const words = { title: "E", problems: "linear", provenance: { command: "deno task evaluate" } };
  const path = await writeEvaluation(one, { ...played, notes: ["Tuned *somewhere*."] }, words);
  await writeEvaluation(two, { ...played, notes: ["Tuned *somewhere*."] }, words);
  for (const name of ["report.html", "comparison.json", "methods.csv", "episodes.csv", "curves.csv"]) {
    assert.equal(Deno.readTextFileSync(`${one}/${name}`), Deno.readTextFileSync(`${two}/${name}`), name);
  }
  assert.equal(path, `${one}/report.html`);
  assert.match(Deno.readTextFileSync(path), /Tuned <em>somewhere<\/em>/);
  const csv = aq.fromCSV(Deno.readTextFileSync(`${one}/episodes.csv`));
  assert.deepEqual(csv.array("method"), episodeFrame(methods).array("method"));
  const json = JSON.parse(Deno.readTextFileSync(`${one}/comparison.json`)) as { readonly methods: readonly unknown[] };
  assert.equal(json.methods.length, 3);
  assert.equal(
    (await evaluationReport(played, words)).includes("Verdict"),
    false,
    "nothing is claimed without a policy",
  );
});

Deno.test("the metrics of trainings stand under each other, with what only some logged left empty", () => {
  const folder = freshFolder();
  const write = (run: string, seed: number, rows: readonly object[]) => {
    Deno.mkdirSync(`${folder}/${run}`);
    Deno.writeTextFileSync(`${folder}/${run}/config.yaml`, `name: s\nseed: ${seed}\n`);
    Deno.writeTextFileSync(`${folder}/${run}/metrics.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  };
  write("a", 0, [{ update: 1, loss: 2 }, { update: 2, loss: 1, "validation/f1": 0.5 }]);
  write("b", 1, [{ update: 1, loss: 3 }]);
  const frame = metricFrame([`${folder}/a`, `${folder}/b`], SURROGATE_TRAINING);
  assert.deepEqual(frame.array("seed"), [0, 0, 1]);
  assert.deepEqual(frame.array("loss"), [2, 1, 3]);
  assert.deepEqual(frame.array("validation/f1"), [NaN, 0.5, NaN]);
});
