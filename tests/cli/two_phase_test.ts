import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

Deno.test("two-phase trains phase 1 and writes table, JSON and report of phase 2", () =>
  inFolder(async (root) => {
    const tiny = [
      "grpo.updates=1",
      "grpo.problems_per_update=4",
      "grpo.group_size=3",
      "grpo.minibatches=1",
      "policy.width=8",
      "policy.heads=1",
      "policy.layers=1",
      "evaluation.validation_problems=4",
      "runtime.workers=1",
    ];
    const study = ["--compare", "--instances", "3", "--n-interventions", "3", "--out", root];
    const { code, out, err } = await run("two_phase", ...tiny, ...study);
    assert.equal(code, 0, err);
    assert.match(out, /random \+ active +\d\.\d{3}/);
    assert.match(out, /GRPO \+ bootstrap \(privileged\) +1\.000/);
    assert.match(out, /GRPO \+ exact +\d\.\d{3}/);
    assert.match(out, /GRPO \+ neural +\d\.\d{3}/);
    const json = JSON.parse(Deno.readTextFileSync(join(root, "easy-comparison.json"))) as { arms: { name: string }[] };
    assert.equal(json.arms[1].name, "GRPO + active");
    assert.ok(Deno.readTextFileSync(join(root, "easy-comparison.html")).startsWith("<!doctype html>"));
  }));

Deno.test("bad input is answered in one line", async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["--scm-type", "meduim"], /no SCM or track is named meduim; did you mean "medium"/],
    [["--sizes", "8"], /easy is one SCM; sizes belong to a track/],
    [["--scm-type", "linear", "--sizes", "1"], /--sizes 1: a range within 2-200/],
    [
      ["--compare", "--beliefs", "exat", "--grpo-checkpoint", "configs/policies/linear"],
      /no surrogate is named exat; did you mean "exact"/,
    ],
    [["--learning-rate", "fast"], /--learning-rate fast: a finite number above 0/],
    [["--learning-rate=-1"], /--learning-rate -1: a finite number above 0/],
    [["--n-interventions", "0"], /Expected a whole number of at least 1/],
    [["--grpo-checkpoint", "no/such/run"], /no\/such\/run: no such folder/],
    [["--grpo-checkpoint", "configs/policies/linear", "seed=1"], /leave out seed=1/],
  ];
  const answers = await Promise.all(cases.map(([args]) => run("two_phase", ...args)));
  answers.forEach(({ code, err }, k) => {
    assert.notEqual(code, 0);
    assert.match(err, cases[k][1]);
    assert.ok(!/^\s+at /m.test(err), `there is a stack trace:\n${err}`);
  });
});
