import assert from "node:assert/strict";
import { join } from "node:path";
import { run } from "./support.ts";
import { freshFolder } from "../folder.ts";

const EXAMPLE = new URL("../../configs/experiments/bioreactor", import.meta.url).pathname;

Deno.test("suggest answers the README's example with the shipped policy, in words and as JSON", async () => {
  const files = ["--problem", `${EXAMPLE}.yaml`, "--data", `${EXAMPLE}.csv`];
  const { code, out, err } = await run("suggest", ...files, "--n", "2");
  assert.equal(code, 0, err);
  assert.match(out, /20 rows without and 3 with an intervention; 3 interventions made, 17 left/);
  assert.match(out, /feed +4 mL\/min +0\.\d{3} +\d\d\.\d+ \[\d\d\.\d+, \d+\.?\d*\]/);
  const advice = JSON.parse((await run("suggest", ...files, "--json")).out);
  assert.deepEqual([advice.suggestions[0].variable, advice.suggestions[0].value], ["feed", 4]);
  assert.deepEqual(advice.notes, []);
});

Deno.test("suggest --simulate prints every step and writes the regret curve", async () => {
  const page = join(freshFolder(), "pages", "loop.html");
  const { code, out, err } = await run("suggest", "--simulate", "chain_3", "--interventions", "5", "--out", page);
  assert.equal(code, 0, err);
  assert.match(out, /\n +5 +X0 +-5 +0\.\d{3} +/);
  assert.match(out, /truth: the best intervention is X0 = -5, with an expected target of -11\.250/);
  assert.match(Deno.readTextFileSync(page), /best so far/);
});

Deno.test("suggest says what is missing or wrong in one line and exits with 2", async () => {
  const refuses = async (message: RegExp, ...args: readonly string[]) => {
    const { code, out, err } = await run("suggest", ...args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1, err);
  };
  await refuses(/error: name the problem with --problem FILE, or an SCM with --simulate SCM/);
  await refuses(/error: name the measured rows with --data FILE/, "--problem", `${EXAMPLE}.yaml`);
  await refuses(/error: --seed is for --simulate only/, "--problem", "a", "--data", "b", "--seed", "1");
  await refuses(/error: .*data\.csv: it has no rows/, "--problem", `${EXAMPLE}.yaml`, "--data", emptyTable());
  await refuses(/error: .*nowhere/, "--simulate", "chain_3", "--checkpoint", "nowhere");
});

function emptyTable(): string {
  const file = join(freshFolder(), "data.csv");
  Deno.writeTextFileSync(file, "set\n");
  return file;
}
