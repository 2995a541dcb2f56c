import assert from "node:assert/strict";
import { play, sine, tide, WAVES } from "../../examples/mechanism.ts";
import { createStream } from "../../lib/random/mod.ts";
import {
  drawGraph,
  drawnKinds,
  formatEquation,
  formatScm,
  outcomeModel,
  parseScm,
  registerMechanism,
  sampleProblem,
  sampleRows,
  ScmError,
  TRAINING_ACCURACY,
} from "../../lib/scm/mod.ts";

Deno.test("a mechanism from outside is read, written, shown, sampled and has its truth", () => {
  const scm = tide();
  assert.deepEqual(parseScm(formatScm(scm), "x.yaml"), scm);
  assert.equal(formatEquation(scm, 2), "level = 1 + 2·sin(1.5·water) + ε, ε ~ N(0, 0.2²)");
  assert.match(drawGraph(scm), />water</);
  const rows = sampleRows(scm, 200, [{ variable: 1, value: 0.7, kind: "perfect" }], createStream(1));
  const levels = Array.from({ length: 200 }, (_, r) => rows[3 * r + 2]);
  assert.ok(Math.abs(levels.reduce((a, b) => a + b) / 200 - (1 + 2 * Math.sin(1.05))) < 4.5 * 0.2 / Math.sqrt(200));
  // E[level | do(moon = v)] = 1 + 2·exp(−½(1.5·0.5)²)·sin(1.5·v); do(water = 1) gives 1 + 2·sin 1.5, which is more.
  const outcomes = outcomeModel(scm);
  const damped = 2 * Math.exp(-0.5 * 0.75 ** 2);
  for (const v of [-3.7, -1, 0, 0.4, 2.2]) {
    const error = Math.abs(outcomes.expected(0, v) - 1 - damped * Math.sin(1.5 * v));
    assert.ok(error < 4.5 * outcomes.standardError + 0.004, `${v}: ${error}`);
  }
  assert.deepEqual([outcomes.best.variable, outcomes.best.value], [1, 1]);
  assert.ok(Math.abs(outcomes.best.outcome - 1 - 2 * Math.sin(1.5)) < 1e-9);
});

Deno.test("random SCMs are made of it, and methods play on them", () => {
  assert.ok(drawnKinds().includes("sine"));
  const { scm } = sampleProblem(WAVES, createStream(2), TRAINING_ACCURACY);
  const kinds = new Set(
    scm.variables.filter(({ parents }) => parents.length > 0).map(({ mechanism }) => mechanism.kind),
  );
  assert.deepEqual([...kinds], ["sine"]);
  const values = play(16);
  assert.ok(values.random > -1 && values.random < 0.5, JSON.stringify(values));
  assert.ok(values["blr-obs-ucb"] <= 1 && values["blr-obs-ucb"] > -1, JSON.stringify(values));
});

Deno.test("errors name it like the mechanisms of the library, and a name is taken once", () => {
  const file = (entry: string) =>
    `name: t\nobjective: minimize\ntarget: Y\nvariables:\n  X: { domain: [0, 1] }\n  Y: { ${entry} }\n`;
  assert.throws(
    () => parseScm(file("sin: { X: { amplitude: 1, frequency: 1 } }"), "t.yaml"),
    /t\.yaml:6:8: variables\.Y\.sin: unknown key; did you mean "sine"\?/,
  );
  assert.throws(
    () => parseScm(file("sine: { X: { amplitud: 1, frequency: 1 } }"), "t.yaml"),
    /variables\.Y\.sine\.X\.amplitud: unknown key; did you mean "amplitude"\?/,
  );
  assert.throws(
    () => registerMechanism(sine),
    (error: Error) => error instanceof ScmError && /taken/.test(error.message),
  );
  assert.throws(() => registerMechanism({ ...sine, key: "noise" }), /taken/);
});
