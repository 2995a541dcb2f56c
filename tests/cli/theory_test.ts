import assert from "node:assert/strict";
import { join } from "node:path";
import { yamlNames } from "../../lib/input/mod.ts";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

const theory = (...args: readonly string[]) => run("theory", ...args);

const TINY = [
  "runtime.backend=cpu",
  "network.layers=1",
  "network.width=8",
  "network.heads=1",
  "network.feed_forward=8",
  "grpo.group_size=2",
  "grpo.updates=1",
  "evaluation.samples=2",
];

Deno.test("a sweep over tasks runs through the launcher, and its runs can be evaluated on held-out prompts", () =>
  inFolder(async (folder) => {
    const words = ["--multirun", "--results", folder, ...TINY];
    const dry = await theory(...words, "--task", "T0,T6", "--dry-run");
    assert.equal(dry.code, 0, dry.err);
    assert.match(dry.out, /^1 {2}0001-[0-9a-f]{8} {2}task=T6 runtime.backend=cpu/m);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    const swept = await theory(...words, "--task", "T6");
    assert.equal(swept.code, 0, swept.out + swept.err);
    assert.match(swept.out, /1 done/);
    const [sweep] = [...Deno.readDirSync(join(folder, "theory"))].map(({ name }) => join(folder, "theory", name));
    const [job] = [...Deno.readDirSync(join(sweep, "jobs"))].map(({ name }) => join(sweep, "jobs", name));
    assert.match(Deno.readTextFileSync(join(job, "job.log")), /T6 at equal score calls/);
    const again = await theory("--out", job);
    assert.deepEqual([again.code, again.out], [0, `${job}: finished before\n`]);

    // The config of the trained run, task and network included, is what is evaluated.
    const held = await theory("--checkpoint", job, "--eval-only", "--held-out", "--results", folder);
    assert.equal(held.code, 0, held.err);
    assert.match(held.out, /held-out prompts\ntask +samples[\s\S]*known theories, exact matches[\s\S]*minimal 331/);
    assert.match(held.out, /flipped SU\(5\)/);
  }));

Deno.test("options that contradict each other are one line and exit code 2", async () => {
  const mistakes = [
    [["--multirun", "--checkpoint", "run"], /^error: --checkpoint is for one run, not --multirun\n$/],
    [["--kl_coef", "0.1", "--entropy_final", "0"], /^error: .*no exponential leads from [\d.]+ to 0; .*\n$/],
    [["--checkpoint", "nowhere"], /^error: nowhere: no such folder\n$/],
  ] as const;
  const results = await Promise.all(mistakes.map(([args]) => theory(...args)));
  results.forEach(({ code, err }, i) => {
    assert.equal(code, 2);
    assert.match(err, mistakes[i][1]);
  });
});

Deno.test("every config of a theory training in configs/ is valid", async () => {
  const names = yamlNames("configs").filter((name) => name.startsWith("theory"));
  assert.ok(names.includes("theory_t4"), names.join());
  const results = await Promise.all(names.map((name) => theory("--config", name, "--cfg")));
  results.forEach(({ code, out, err }, i) => {
    assert.equal(code, 0, err);
    assert.match(out, /^name: theory/, names[i]);
  });
});
