import assert from "node:assert/strict";
import {
  parseTrack,
  sampleProblem,
  type Split,
  type Track,
  trackStream,
  TRAINING_ACCURACY,
} from "../../lib/scm/mod.ts";

function text(name: string): string {
  return Deno.readTextFileSync(new URL(`../../configs/tracks/${name}.yaml`, import.meta.url));
}

function load(name: string): Track {
  return parseTrack(text(name), `${name}.yaml`);
}

Deno.test("the four tracks of one family each are what the design says", () => {
  const [linear, scarce, confounded, nonlinear] = ["linear", "scarce", "confounded", "nonlinear"].map(load);
  const weightsAndNoise = ({ distribution: d }: Track) => [d.weights.min, d.weights.max, d.noise.min, d.noise.max];
  assert.deepEqual(weightsAndNoise(linear), [0.5, 2, 0.3, 1]);
  assert.deepEqual(weightsAndNoise(scarce), [0.3, 1.5, 1, 3]);
  assert.deepEqual(weightsAndNoise(confounded), [0.5, 2, 0.3, 1]);
  assert.deepEqual(confounded.distribution.hidden, { min: 1, max: 3 });
  assert.deepEqual(nonlinear.distribution.mechanisms, { linear: 1, polynomial: 1, tanh: 1, mlp: 1 });
  assert.deepEqual([linear, scarce, confounded, nonlinear].map((t) => t.episode.observationalRows), [20, 5, 50, 50]);
  for (const track of [linear, scarce, confounded, nonlinear]) {
    assert.deepEqual(track.distribution.sizes, { min: 3, max: 8 });
    assert.deepEqual(track.distribution.intercepts, { min: -1, max: 1 });
    assert.deepEqual(track.distribution.reach, { min: 1, max: 5 });
    assert.equal(track.episode.horizon, 20);
    assert.equal(track.episode.rowsPerIntervention, 1);
    assert.equal(track.distribution.objective, "minimize");
  }
});

Deno.test("no problem of one split, track or training seed is a problem of another", () => {
  const splits: Split[] = ["train", "validation", "test"];
  const heads = ["linear", "scarce", "confounded", "nonlinear", "broad"].map(load).flatMap((track) =>
    splits.flatMap((split) => [0, 1].map((seed) => trackStream(track, split, seed).child(0).uniform()))
  );
  assert.equal(new Set(heads).size, heads.length);
  const track = load("linear");
  const problem = (seed?: number) =>
    sampleProblem(track.distribution, trackStream(track, "test", seed).child(3), TRAINING_ACCURACY);
  assert.deepEqual(problem().scm, problem(0).scm);
});

Deno.test("a track that is wrong or incomplete is refused with file, path and nearest key", () => {
  const refuse = (from: string, to: string, message: RegExp) => {
    const changed = text("linear").replace(from, to);
    assert.notEqual(changed, text("linear"));
    assert.throws(() => parseTrack(changed, "t.yaml"), message);
  };
  refuse("weights:", "weight:", /^ScmError: t\.yaml:\d+:1: weight: unknown key; did you mean "weights"\?$/);
  refuse("chain: 1", "chian: 1", /t\.yaml:3:13: families\.chian: unknown key; did you mean "chain"\?/);
  refuse(
    "min: 3, max: 8",
    "min: 3, max: 800",
    /t\.yaml: Distribution of SCMs, sizes: \[3, 800\] must lie within 2 and 200/,
  );
  refuse("horizon: 20", "horizon: 0", /episode\.horizon: /);
  refuse(
    "linear/test",
    "linear/train",
    /seeds: two splits share a stream: linear\/train, linear\/validation, linear\/train/,
  );
  refuse("minimum_gain: 0", "", /minimum_gain: missing; expected a number/);
});
