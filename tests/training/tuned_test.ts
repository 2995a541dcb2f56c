import assert from "node:assert/strict";
import { parse } from "yaml";
import { keepTuned, readTuned, type TunedBaselines } from "../../lib/training/mod.ts";
import { formatTuned, mergeTuned, tunedPoint } from "../../lib/training/tuned.ts";

const KEPT: TunedBaselines = {
  track: "linear",
  problems: { random: 8, ucb1: 8 },
  sizes: { "3": { ucb1: { c: 0 }, random: {} }, "10": { ucb1: { c: 1 } } },
};

Deno.test("settings of some baselines and sizes are added to a file and the others are kept", () => {
  const merged = mergeTuned(KEPT, {
    track: "linear",
    problems: { ucb1: 4, "gp-ei": 16 },
    sizes: { "3": { ucb1: { c: 2 } }, "5": { "gp-ei": { values: 2, margin: 0 } } },
  });
  assert.deepEqual(merged.sizes, {
    "3": { ucb1: { c: 2 }, random: {} },
    "5": { "gp-ei": { values: 2, margin: 0 } },
    "10": { ucb1: { c: 1 } },
  });
  assert.deepEqual(Object.keys(merged.sizes), ["3", "5", "10"]);
  assert.deepEqual(merged.problems, { random: 8, ucb1: 4, "gp-ei": 16 });
  assert.throws(() => mergeTuned(KEPT, { ...KEPT, track: "scarce" }), /tuned on scarce have no place/);
});

Deno.test("the number of problems is that of all settings of a baseline, the least of them where they differ", () => {
  const more = (sizes: TunedBaselines["sizes"]) => mergeTuned(KEPT, { track: "linear", problems: { ucb1: 64 }, sizes });
  assert.equal(more({ "3": { ucb1: { c: 2 } } }).problems.ucb1, 8);
  assert.equal(more({ "3": { ucb1: { c: 2 } }, "10": { ucb1: { c: 2 } } }).problems.ucb1, 64);
});

Deno.test("a file that does not exist begins with what is published, and is added to from then on", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const [published, file] = [`${folder}/published.yaml`, `${folder}/results/linear.yaml`];
    Deno.writeTextFileSync(published, formatTuned(KEPT));
    const tuned = (size: string, c: number) => {
      keepTuned(file, published, { track: "linear", problems: { ucb1: 4 }, sizes: { [size]: { ucb1: { c } } } });
      return parse(Deno.readTextFileSync(file)).sizes;
    };
    assert.deepEqual(tuned("4", 2), { ...KEPT.sizes, "4": { ucb1: { c: 2 } } });
    assert.deepEqual(tuned("3", 1)["4"], { ucb1: { c: 2 } });
    assert.equal(Deno.readTextFileSync(published), formatTuned(KEPT));
    Deno.writeTextFileSync(file, formatTuned({ ...KEPT, sizes: { "3": { ucb1: { epsilon: 1 } } } }));
    assert.throws(() => tuned("3", 1), /sizes.3.ucb1.*takes c; deno task tune linear --baselines ucb1/s);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

for (const track of ["linear", "scarce", "confounded", "nonlinear"]) {
  Deno.test(`the published settings of ${track} are those of baselines that exist, with how they were tuned`, () => {
    const { sizes, problems } = readTuned(track);
    const names = new Set(Object.values(sizes).flatMap((own) => Object.keys(own)));
    assert.deepEqual(Object.keys(problems).sort(), [...names].sort());
  });
}

Deno.test("a file of settings reads back as it was, and equal settings stand in it once", () => {
  const tuned = { ...KEPT, sizes: { "3": { ucb1: { c: 0.5 } }, "4": { ucb1: { c: 0.5 } } } };
  const text = formatTuned(tuned);
  assert.deepEqual(parse(text), tuned);
  assert.equal(text.match(/c: 0\.5/g)?.length, 1);
});

Deno.test("an untuned baseline has its default settings, whatever it knows", () => {
  assert.deepEqual(tunedPoint(KEPT, "causal-bo", 4), { values: 33, margin: 0 });
  assert.deepEqual(tunedPoint(KEPT, "gp-ei", 4), { values: 33, margin: 0 });
  assert.deepEqual(tunedPoint(KEPT, "ucb1", 6), { c: 0 });
});
