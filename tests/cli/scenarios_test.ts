import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

Deno.test("robustness prints and writes its table and its data", () =>
  inFolder(async (root) => {
    const args = ["--checkpoint", "configs/policies/linear", "--problems", "2", "--baselines", "random", "blr-obs-ucb"];
    const { code, out, err } = await run("robustness", ...args, "--out", root);
    assert.equal(code, 0, err);
    assert.match(out, /^# Robustness of the `linear` policy/);
    assert.match(out, /\| shift interventions \| .* \| blr-obs-ucb \|/);
    assert.equal(out.split("\nwrote ")[0], Deno.readTextFileSync(join(root, "robustness-linear.md")));
    const data = Deno.readTextFileSync(join(root, "robustness-linear.json"));
    assert.equal((JSON.parse(data) as { scenarios: unknown[] }).scenarios.length, 22);
  }));

Deno.test("bad input to the commands about scenarios is answered in one line", async () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["benchmarks", ["--scms", "toy_grap"], /toy_grap: no such SCM.*toy_graph/],
    ["benchmarks", ["--baselines", "causal-b"], /no baseline is named causal-b; did you mean "causal-bo"/],
    ["benchmarks", ["--trials", "many"], /whole number/],
    ["robustness", ["--checkpoint", "configs/policies/none"], /configs\/policies\/none/],
  ];
  const answers = await Promise.all(cases.map(([command, args]) => run(command, ...args)));
  answers.forEach(({ code, out, err }, i) => {
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, cases[i][2]);
    assert.equal(err.trim().split("\n").length, 1, err);
  });
});
