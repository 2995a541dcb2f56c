import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

Deno.test("evidence prints published figures beside ours and writes them as Markdown, JSON and a report", () =>
  inFolder(async (root) => {
    const { code, out, err } = await run("evidence", "chiral", "--small", "--out", root);
    assert.equal(code, 0, err);
    assert.match(out, /Numbers of sets: all 4 numbers equal the published ones\./);
    assert.match(out, /n = 6, \|z\| ≤ 20 +38 +38 +equal/);
    const page = Deno.readTextFileSync(join(root, "chiral.md"));
    assert.match(page, /^# Chiral sets[^]*deno task evidence chiral --small\n[^]*arXiv:1905\.13729/);
    assert.match(page, /Made with `--small`/);
    const data = JSON.parse(Deno.readTextFileSync(join(root, "chiral.json"))) as { tables: { rows: unknown[] }[] };
    assert.equal(data.tables[0].rows.length, 4);
    assert.match(Deno.readTextFileSync(join(root, "chiral.html")), /^<!doctype html>[^]*Numbers of sets/);
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name).sort(), [
      "chiral.html",
      "chiral.json",
      "chiral.md",
    ]);
  }));

Deno.test("evidence refuses unknown protocols and tables of small settings", async () => {
  const [unknown, published] = await Promise.all([
    run("evidence", "atlsa"),
    run("evidence", "atlas", "--small", "--publish"),
  ]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /no protocol is named atlsa; did you mean "atlas"\?/);
  assert.equal(published.code, 2);
  assert.match(published.err, /leave out --small, or/);
});
