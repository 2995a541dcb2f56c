import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type Checkpoint,
  createRunFolder,
  describeEnvironment,
  environmentChanges,
  isLocked,
  LockedError,
  readJsonLines,
  Run,
  RunError,
  runState,
  Trackers,
} from "../../lib/runs/mod.ts";
import { configOf, environment, inFolder, messageOf, options, tensors } from "../training/support.ts";

/** A training that is nothing but a recurrence, so that a wrong resume shows in every later number. */
function train(run: Run, checkpoint: Checkpoint | undefined, until: number): void {
  let x = checkpoint?.policy.get("w")?.data[0] ?? 1;
  for (let update = (checkpoint?.update ?? 0) + 1; update <= until; update++) {
    x = Math.fround(Math.sin(x * 1.7 + update));
    run.log(update, { reward: x });
    run.logTiming(update, { seconds: performance.now() });
    if (update % 5 === 0) {
      run.log(update, { validation: x * 2 });
      const contents = { update, policy: tensors(x), optimizer: tensors(), state: {}, metrics: { reward: x } };
      run.saveCheckpoint(contents, x);
    }
  }
}

const metrics = (folder: string) => Deno.readTextFileSync(join(folder, "metrics.jsonl"));

Deno.test("a run stopped anywhere and resumed has the same metrics and checkpoints, byte for byte", () =>
  inFolder((root) => {
    const config = configOf();
    using whole = Run.create(root, config, options);
    train(whole, undefined, 23);
    for (const stops of [[3], [7], [5, 12], [4, 5, 6, 19]]) {
      const folder = createRunFolder(root, "stopped", "");
      {
        using run = Run.createIn(folder, config, options);
        train(run, undefined, stops[0] ?? 0);
      }
      for (const stop of [...stops.slice(1), 23]) {
        // What a killed writer leaves.
        Deno.writeTextFileSync(join(folder, "metrics.jsonl"), '{"update":', { append: true });
        Deno.mkdirSync(join(folder, "checkpoints", ".tmp-half"));
        const { run, checkpoint } = Run.resume(folder, options);
        train(run, checkpoint, stop);
        run[Symbol.dispose]();
      }
      assert.equal(metrics(folder), metrics(whole.folder));
      for (const name of ["latest", "best"]) {
        const sums = (run: string) => Deno.readTextFileSync(join(run, "checkpoints", name, "SHA256SUMS"));
        assert.equal(sums(folder), sums(whole.folder));
      }
    }
  }));

Deno.test("resuming says what was cut and what changed since the start", () =>
  inFolder((root) => {
    const run = Run.create(root, configOf(), options);
    train(run, undefined, 7);
    run[Symbol.dispose]();
    const resumed = Run.resume(run.folder, { ...options, environment: { ...environment, deno: "2.0.0" } });
    resumed.run[Symbol.dispose]();
    assert.match(resumed.warnings[0] ?? "", /metrics.jsonl: cut back to the checkpoint/);
    assert.equal(resumed.warnings[1], "since the run started, deno: 1.0.0 → 2.0.0");
    assert.equal(readJsonLines(join(run.folder, "sessions.jsonl")).rows.length, 2);
  }));

Deno.test("two processes cannot write one run, and a run is not started twice in one folder", () =>
  inFolder((root) => {
    const run = Run.create(root, configOf(), options);
    assert.throws(() => Run.resume(run.folder, options), LockedError);
    assert.throws(() => Run.createIn(run.folder, configOf(), options), LockedError);
    assert.equal(runState(run.folder, isLocked(run.folder)), "running");
    run[Symbol.dispose]();
    assert.throws(() => Run.createIn(run.folder, configOf(), options), RunError);
    assert.equal(runState(run.folder, isLocked(run.folder)), "stopped");
  }));

Deno.test("a finished run is not resumed, and a failed one says why", () =>
  inFolder((root) => {
    using failed = Run.create(root, configOf(), options);
    failed.fail("the loss is NaN");
    assert.equal(runState(failed.folder, false), "failed");
    const run = Run.create(root, configOf(), options);
    train(run, undefined, 6);
    run.finish({ reward: 1 });
    run[Symbol.dispose]();
    assert.equal(runState(run.folder, false), "finished");
    const before = metrics(run.folder);
    assert.match(messageOf(() => Run.resume(run.folder, options)), /the run is finished$/);
    assert.equal(metrics(run.folder), before);
  }));

Deno.test("metrics that lost lines before the checkpoint are an error, and nothing is changed", () =>
  inFolder((root) => {
    const run = Run.create(root, configOf(), options);
    train(run, undefined, 7);
    run[Symbol.dispose]();
    const path = join(run.folder, "metrics.jsonl");
    const lines = metrics(run.folder).split("\n");
    Deno.writeTextFileSync(path, lines.slice(0, 3).join("\n") + "\n");
    assert.match(messageOf(() => Run.resume(run.folder, options)), /was written after/);
    lines[2] = lines[2]?.slice(0, 5) ?? "";
    Deno.writeTextFileSync(path, lines.join("\n"));
    assert.match(messageOf(() => Run.resume(run.folder, options)), /metrics.jsonl:3: corrupt line/);
  }));

Deno.test("metrics cannot go backwards and cannot be NaN", () =>
  inFolder((root) => {
    using run = Run.create(root, configOf(), options);
    run.log(3, { reward: 1 });
    assert.throws(() => run.log(2, { reward: 1 }), RangeError);
    assert.throws(() => run.log(4, { reward: Infinity }), TypeError);
    assert.equal(metrics(run.folder), '{"update":3,"reward":1}\n');
  }));

Deno.test("run numbers are unique when many are made at once, and do not come from a clock", () =>
  inFolder((root) => {
    const folders = Array.from({ length: 20 }, (_, index) => createRunFolder(root, "n", `config ${index}`));
    const numbers = folders.map((folder) => folder.slice(root.length).match(/^\/n\/(\d{4})-[0-9a-f]{8}$/)?.[1]);
    assert.deepEqual(numbers, Array.from({ length: 20 }, (_, index) => String(index + 1).padStart(4, "0")));
    Deno.removeSync(folders.at(-1) ?? "", { recursive: true });
    assert.match(createRunFolder(root, "n", ""), /0021-/);
  }));

Deno.test("the environment names the versions that deno.json pins and the commit", () => {
  const here = describeEnvironment("cpu");
  assert.equal(here.deno, Deno.version.deno);
  assert.match(here.packages["zod"] ?? "", /^\d+\.\d+\.\d+$/);
  assert.match(here.git?.commit ?? "", /^[0-9a-f]{40}$/);
  assert.ok(here.cpu.count > 0);
  assert.deepEqual(environmentChanges(here, here), []);
});

Deno.test("a tracker that fails is reported once and left out, and the others go on", async () => {
  const heard: string[] = [];
  const reports: string[] = [];
  const tracker = (name: string, fails: boolean) => ({
    name,
    start: () => {},
    scalars: (update: number) => {
      if (fails) return Promise.reject(new Error("no network\nstack"));
      heard.push(`${name}${update}`);
      return Promise.resolve();
    },
    finish: () => {},
  });
  const trackers = new Trackers([tracker("bad", true), tracker("good", false)], (message) => reports.push(message));
  for (let update = 0; update < 3; update++) await trackers.scalars(update, { reward: 1 });
  assert.deepEqual(heard, ["good0", "good1", "good2"]);
  assert.deepEqual(reports, ["bad: no network; it gets no more metrics, training goes on"]);
});
