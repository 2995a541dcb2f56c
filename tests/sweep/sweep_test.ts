import assert from "node:assert/strict";
import { join } from "node:path";
import {
  freezeManifest,
  type Job,
  launchLocal,
  type Manifest,
  ManifestError,
  runJob,
  sweepStatus,
} from "../../lib/sweep/mod.ts";
import { createManifest, nameJob, readManifest } from "../../lib/sweep/manifest.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { readJsonLines } from "../../lib/runs/mod.ts";
import { inFolder, messageOf } from "../training/support.ts";

const TINY = ["{deno}", "run", "-A", "--no-check", "{root}/tests/sweep/tiny_job.ts", "{folder}", "{config}"];

function manifestOf(words: readonly string[], command: readonly string[] = TINY): Manifest {
  const request = { configs: "configs", file: "configs/quick.yaml", words, sampler: { kind: "grid" } as const };
  const jobs = planSweep(request).map(({ overrides, yaml }, index) => {
    return { ...nameJob(index, yaml), overrides: [...overrides], config: yaml, values: {} };
  });
  return createManifest("test", command, jobs);
}

function frozen(folder: string, words: readonly string[], command?: readonly string[]): string {
  const path = join(folder, "manifest.json");
  freezeManifest(path, manifestOf(words, command));
  return path;
}

const small = ["grpo.updates=20", "checkpoint.every=4"];
const metricsOf = (manifest: string, job: Job) =>
  Deno.readTextFileSync(join(manifest, "..", job.folder, "metrics.jsonl"));

Deno.test("a manifest is frozen: the same again is accepted, another or an altered one is refused", () =>
  inFolder((folder) => {
    const path = frozen(folder, ["seed=1,2"]);
    assert.deepEqual(readManifest(path), manifestOf(["seed=1,2"]));
    frozen(folder, ["seed=1,2"]);
    assert.throws(() => frozen(folder, ["seed=1,3"]), ManifestError);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace("seed: 2", "seed: 7"));
    assert.match(messageOf(() => readManifest(path)), /was changed after it was frozen/);
    Deno.truncateSync(path, 50);
    assert.match(messageOf(() => readManifest(path)), /manifest.json: corrupt/);
  }));

Deno.test("a plan resolves every job before anything starts, and names the word that is wrong", () => {
  const plan = (...words: string[]) =>
    planSweep({ configs: "configs", file: "configs/quick.yaml", words, sampler: { kind: "grid" } });
  assert.deepEqual(plan("seed=0,1", "grpo.epochs=range(1,3)").map(({ config }) => [config.seed, config.grpo.epochs]), [
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
  ]);
  assert.deepEqual(plan("config=quick,production").map(({ config }) => config.name), ["quick", "production"]);
  assert.match(messageOf(() => plan("seed=0,x")), /command line "seed=x": seed: expected a number, got text "x"/);
  assert.match(messageOf(() => plan("seed=interval(0,1)")), /needs a sampler/);
});

Deno.test("random trials are the same for the same seed and differ for another", () => {
  const draw = (seed: number) =>
    planSweep({
      configs: "configs",
      file: "configs/quick.yaml",
      words: ["optimizer.learning_rate=tag(log,interval(1e-4,1e-2))"],
      sampler: { kind: "random", trials: 4, seed },
    }).map(({ config }) => config.optimizer.learning_rate);
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.equal(new Set(draw(1)).size, 4);
});

Deno.test("a sweep runs every job once, and launching it again runs none", () =>
  inFolder(async (folder) => {
    const path = frozen(folder, [...small, "seed=1,2,3"]);
    const first = await launchLocal(path, { jobs: 2, retries: 0 });
    assert.deepEqual({ ...first, failed: first.failed.length }, {
      done: 3,
      alreadyDone: 0,
      failed: 0,
      busy: [],
      stopped: [],
    });
    const again = await launchLocal(path, { jobs: 2, retries: 0 });
    assert.equal(again.alreadyDone, 3);
    for (const { job, state, attempts } of sweepStatus(path)) {
      assert.deepEqual([state, attempts], ["done", 1]);
      assert.equal(metricsOf(path, job).trimEnd().split("\n").length, 20);
    }
  }));

Deno.test("the lines that a running job prints on its standard error are handed on whole, with the job that they are of", () =>
  inFolder(async (folder) => {
    const code = `const out = (text) => Deno.stderr.writeSync(new TextEncoder().encode(text));
      out("training 1/2\\ntrai"); out("ning 2/2\\n"); console.log("a result");`;
    const path = frozen(folder, ["seed=1,2"], ["{deno}", "eval", code]);
    const lines: string[] = [];
    await launchLocal(path, { jobs: 1, retries: 0, onLine: (job, line) => lines.push(`${job.index} ${line}`) });
    assert.deepEqual(lines, ["0 training 1/2", "0 training 2/2", "1 training 1/2", "1 training 2/2"]);
  }));

Deno.test("a job that fails is retried, then reported with its exit code and log; the others go on", () =>
  inFolder(async (folder) => {
    const flaky = ["{deno}", "eval", "console.log('tried {index}'); Deno.exit({index} === 1 ? 3 : 0)"];
    const path = frozen(folder, ["seed=1,2,3"], flaky);
    const { done, failed } = await launchLocal(path, { jobs: 1, retries: 2 });
    assert.equal(done, 2);
    assert.match(failed[0]?.reason ?? "", /^exit code 3 \(see .*job.log\)$/);
    const [, second] = sweepStatus(path);
    assert.deepEqual([second?.state, second?.attempts], ["failed", 3]);
    assert.equal(Deno.readTextFileSync(join(second?.folder ?? "", "job.log")), "tried 1\n".repeat(3));
    const missing = await runJob(frozen(join(folder, "b"), ["seed=1"], ["/no/such/program"]), 0);
    assert.equal(missing.kind, "failed");
  }));

Deno.test("a job killed at 20 random moments ends with the same bytes as one that was never killed", () =>
  inFolder(async (folder) => {
    const words = ["grpo.updates=400", "checkpoint.every=10", "seed=5"];
    const whole = frozen(join(folder, "whole"), words);
    await launchLocal(whole, { jobs: 1, retries: 0 });
    const pidFile = join(folder, "pid");
    // Says its process number, so that the test can kill it, then becomes the job.
    const command = [
      "/bin/sh",
      "-c",
      `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec "$0" "$@"`,
      ...TINY,
    ];
    const killed = frozen(join(folder, "killed"), words, command);
    let kills = 0;
    for (let seed = 1; kills < 20; seed++) {
      await Deno.remove(pidFile).catch((error) => assert.ok(error instanceof Deno.errors.NotFound));
      const attempt = runJob(killed, 0, { env: { TINY_PAUSE: "1" } });
      let pid = 0;
      while (pid === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        pid = await Deno.readTextFile(pidFile).then(Number, () => 0);
      }
      await new Promise((resolve) => setTimeout(resolve, 80 + (seed * 7919) % 160));
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        assert.ok(error instanceof Deno.errors.NotFound, "the job ended before it could be killed");
      }
      const outcome = await attempt;
      if (outcome.kind !== "failed") break;
      assert.match(outcome.reason, /SIGKILL/);
      kills++;
    }
    assert.equal(kills, 20, "the job was too quick to be killed 20 times");
    assert.equal((await runJob(killed, 0)).kind, "done");
    const [a, b] = [readManifest(whole).jobs[0], readManifest(killed).jobs[0]];
    assert.ok(a !== undefined && b !== undefined);
    assert.equal(metricsOf(killed, b), metricsOf(whole, a));
    const sums = (path: string, job: Job) =>
      Deno.readTextFileSync(join(path, "..", job.folder, "checkpoints/best/SHA256SUMS"));
    assert.equal(sums(killed, b), sums(whole, a));
  }));

Deno.test("two launchers of one sweep share the jobs; none runs twice", () =>
  inFolder(async (folder) => {
    const path = frozen(folder, [...small, "seed=1,2,3,4"]);
    const [a, b] = await Promise.all([
      launchLocal(path, { jobs: 1, retries: 0, env: { TINY_PAUSE: "2" } }),
      launchLocal(path, { jobs: 1, retries: 0, env: { TINY_PAUSE: "2" } }),
    ]);
    const third = await launchLocal(path, { jobs: 1, retries: 0 });
    assert.equal(a.done + b.done + third.done, 4);
    assert.deepEqual([...a.failed, ...b.failed, ...third.failed], []);
    assert.deepEqual(sweepStatus(path).map(({ state, attempts }) => [state, attempts]), Array(4).fill(["done", 1]));
  }));

Deno.test("stopping a launch lets the running job save, and the next launch goes on from there", () =>
  inFolder(async (folder) => {
    const path = frozen(folder, ["grpo.updates=30", "checkpoint.every=1000", "seed=1,2"]);
    const stop = new AbortController();
    const launch = launchLocal(path, { jobs: 1, retries: 5, stop: stop.signal, env: { TINY_PAUSE: "50" } });
    const metrics = join(folder, readManifest(path).jobs[0]?.folder ?? "", "metrics.jsonl");
    while (readJsonLines(metrics).rows.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    const { stopped, done } = await launch;
    assert.deepEqual([stopped.length, done], [2, 0]);
    const before = readJsonLines(metrics).rows.length;
    assert.ok(before < 30);
    const { done: later } = await launchLocal(path, { jobs: 1, retries: 0 });
    assert.equal(later, 2);
    const sessions = readJsonLines(join(metrics, "..", "sessions.jsonl")).rows;
    assert.equal(sessions[1]?.["from_update"], before);
  }));
