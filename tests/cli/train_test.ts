import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

/** One line that matches, no stack, and a failure. */
function assertRefused({ code, err }: { code: number; err: string }, expected: RegExp): void {
  assert.notEqual(code, 0);
  assert.match(err, expected);
  assert.ok(!/^\s+at /m.test(err), `there is a stack trace:\n${err}`);
}

const TINY = [
  "grpo.updates=2",
  "grpo.problems_per_update=4",
  "grpo.group_size=3",
  "grpo.minibatches=1",
  "policy.width=8",
  "policy.heads=1",
  "policy.layers=1",
  "evaluation.problems=4",
  "evaluation.validation_problems=4",
  "evaluation.baselines=[random,blr-obs-greedy]",
];

Deno.test("train writes the run, its checkpoint and its report, and evaluate reads them", () =>
  inFolder(async (root) => {
    const trained = await run("train", ...TINY, "--results", root);
    assert.equal(trained.code, 0, trained.err);
    assert.match(trained.out, /grpo +-?\d\.\d{3}/);
    assert.match(trained.out, /blr-obs-greedy +-?\d\.\d{3}/);
    const folder = /run +(\S+)/.exec(trained.out)?.[1] ?? "";
    for (const file of ["config.yaml", "metrics.jsonl", "summary.json", "comparison.json", "report.html"]) {
      assert.ok(Deno.statSync(join(folder, file)).size > 0, file);
    }
    const evaluated = await run(
      "evaluate",
      "--checkpoint",
      folder,
      "--problems",
      "4",
      "--baselines",
      "random",
      "--json",
    );
    assert.equal(evaluated.code, 0, evaluated.err);
    const { methods } = JSON.parse(evaluated.out) as { methods: { method: string }[] };
    assert.deepEqual(methods.map(({ method }) => method), ["grpo", "random", "oracle-parent", "oracle"]);

    const weights = join(Deno.realPathSync(join(folder, "checkpoints", "latest")), "policy.safetensors");
    Deno.writeFileSync(weights, Deno.readFileSync(weights).slice(0, 100));
    assertRefused(await run("evaluate", "--checkpoint", folder), /policy\.safetensors/);
  }));

Deno.test("an unknown key, an unknown track and an unknown baseline are refused with the nearest one", async () => {
  assertRefused(await run("train", "grpo.updats=3"), /updats.*updates/);
  assertRefused(await run("train", ...TINY, "track=liner"), /linear/);
  assertRefused(await run("evaluate", "--track", "linear", "--baselines", "randm"), /randm.*random/);
});

Deno.test("a run, a file and a track that are not there are named", async () => {
  assertRefused(await run("train", "--resume", "no/such/run"), /no\/such\/run/);
  assertRefused(await run("evaluate", "--checkpoint", "no/such/run"), /no\/such\/run: no such folder/);
  assertRefused(await run("evaluate", "--track", "linear", "--scms", "none.yaml"), /none\.yaml: no such file/);
  assertRefused(await run("evaluate"), /--checkpoint.*--track/);
});

Deno.test("an SCM with a cycle, without a cause of the target, or with an empty domain is refused", () =>
  inFolder(async (root) => {
    const file = (name: string, variables: string) => {
      const path = join(root, `${name}.yaml`);
      Deno.writeTextFileSync(path, `name: ${name}\ntarget: Y\nobjective: minimize\nvariables:\n${variables}`);
      return path;
    };
    const cyclic = file(
      "cyclic",
      "  X: { linear: { Y: 1 }, noise: 1, domain: [-1, 1] }\n  Y: { linear: { X: 1 }, noise: 1 }\n",
    );
    const causeless = file("causeless", "  X: { noise: 1, domain: [-1, 1] }\n  Y: { noise: 1 }\n");
    const empty = file("empty", "  X: { noise: 1, domain: [2, 1] }\n  Y: { linear: { X: 1 }, noise: 1 }\n");
    const evaluate = (path: string) => run("evaluate", "--track", "linear", "--scms", path);
    assertRefused(await evaluate(cyclic), /cycle/);
    assertRefused(await evaluate(causeless), /causeless/);
    assertRefused(await evaluate(empty), /domain/);
  }));
