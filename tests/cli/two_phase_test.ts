import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { commandArgs, run } from "./support.ts";

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

Deno.test("two-phase goes on after a signal in phase 1, with what was asked for, to the results of one that was not stopped", () =>
  inFolder(async (root) => {
    const small = ["grpo.updates=40", "grpo.problems_per_update=4", "grpo.group_size=3", "grpo.minibatches=1"];
    const words = [
      ...small,
      "policy={width:8,heads:1,layers:1}",
      "evaluation.validation_problems=4",
      "runtime.workers=1",
    ];
    const study = ["--instances", "3", "--n-interventions", "3", "--seed", "5"];
    const whole = await run("two_phase", ...words, ...study, "--out", join(root, "whole"));
    assert.equal(whole.code, 0, whole.err);
    const out = join(root, "parts");
    const child = new Deno.Command(Deno.execPath(), {
      args: commandArgs("two_phase", [...words, ...study, "--out", out]),
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const ended = child.output();
    const runs = () => {
      try {
        return [...Deno.readDirSync(join(out, "two_phase"))].filter(({ isDirectory }) => isDirectory).map(({ name }) =>
          name
        );
      } catch {
        return []; // not there yet
      }
    };
    const started = () => runs().some((name) => sizeOf(join(out, "two_phase", name, "metrics.jsonl")) > 0);
    while (!started()) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    assert.equal(code, 130);
    const folder = join(out, "two_phase", runs()[0]);
    assert.match(new TextDecoder().decode(stderr), new RegExp(`go on with: deno task two-phase --resume ${folder}`));
    assert.match((await run("two_phase", "--resume", folder, "--seed", "6")).err, /leave out --seed 6/);
    // Phase 1 first; of a run that has it, phase 2 alone.
    for (const _ of [1, 2]) {
      const resumed = await run("two_phase", "--resume", folder);
      assert.equal(resumed.code, 0, resumed.err);
      const [whole, parts] = ["whole", "parts"].map((name) => Deno.readTextFileSync(join(root, name, "easy.json")));
      assert.equal(parts, whole);
      Deno.removeSync(join(out, "easy.json"));
    }
    assert.match((await run("two_phase", "--resume", root)).err, /no run of deno task two-phase/);
  }));

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

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
