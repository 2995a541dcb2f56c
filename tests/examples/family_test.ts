import assert from "node:assert/strict";
import { ladder, LADDERS } from "../../examples/family.ts";
import { loadTrack, readTrack } from "../../lib/training/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { FAMILIES, registerFamily, ScmError } from "../../lib/scm/mod.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { sampleGraph } from "../../lib/scm/random/families.ts";
import { freshFolder } from "../folder.ts";

const DENSITY = { edgesPerVariable: 1, maximumProbability: 0.5, attachments: 1 };

Deno.test("random SCMs are drawn from a family from outside, and a track file may name it", () => {
  assert.deepEqual(ladder(5, DENSITY, createStream(0)), [[], [0], [0], [1, 2], [2]]);
  const scm = sampleScm(LADDERS, createStream(3));
  assert.match(scm.name, /^ladder-\d$/);
  const edges = scm.variables.reduce((sum, { parents }) => sum + parents.length, 0);
  const n = scm.variables.length;
  assert.equal(edges, n - 2 + Math.floor(n / 2));
  const folder = freshFolder();
  const linear = Deno.readTextFileSync(new URL("../../configs/tracks/linear.yaml", import.meta.url));
  const file = `${folder}/ladders.yaml`;
  Deno.writeTextFileSync(
    file,
    linear.replace(/families: .*/, "families: { ladder: 1 }").replace("name: linear", "name: ladders"),
  );
  assert.deepEqual(readTrack(file).distribution.families, { ladder: 1 });
  assert.equal(loadTrack({ track: file }).name, "ladders");
});

Deno.test("a family that is taken, unknown or breaks the order of its variables is refused", () => {
  assert.throws(() => registerFamily("chain" as "ladder", ladder), ScmError);
  assert.throws(() => registerFamily("ladder", ladder), /the name is taken/);
  assert.throws(() => sampleGraph("rings" as "chain", 3, DENSITY, createStream(0)), /no family is named "rings"/);
  registerFamily("broken" as "ladder", (n) => Array.from({ length: n }, (_, v) => [v]));
  assert.throws(() => sampleGraph("broken" as "ladder", 3, DENSITY, createStream(0)), /variable 0 has parents 0/);
  registerFamily("short" as "ladder", () => [[]]);
  assert.throws(() => sampleGraph("short" as "ladder", 3, DENSITY, createStream(0)), /a graph of 1 variables where 3/);
  assert.equal(FAMILIES.length, 7);
});
