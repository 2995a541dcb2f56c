import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type Checkpoint,
  describeEnvironment,
  isLocked,
  LockedError,
  readEnvironment,
  readJsonLines,
  readOrigin,
  Run,
  RunError,
  runState,
  Trackers,
} from "../../lib/runs/mod.ts";
import { createRunFolder } from "../../lib/runs/folder.ts";
import { environmentChanges } from "../../lib/runs/environment.ts";
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
    assert.match(
      messageOf(() => Run.resume(run.folder, options)),
      /the run is finished \(deno task report makes its report again\)$/,
    );
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

/** A run of seven updates with a checkpoint at update 5, released. */
function stoppedRun(root: string, ...words: string[]): string {
  using run = Run.create(root, configOf(...words), { ...options, command: ["deno", "task", "train", ...words] });
  train(run, undefined, 7);
  return run.folder;
}

/** Every file below a folder with its content, to see that nothing was changed. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (Deno.statSync(path).isDirectory) { for (const [file, text] of contentOf(path)) files.set(file, text); }
    else if (name !== "run.lock") files.set(path, new TextDecoder("latin1").decode(Deno.readFileSync(path)));
  }
  return files;
}

Deno.test("a config that was edited since the checkpoint is refused with every changed key and both values, and nothing is changed", () =>
  inFolder((root) => {
    const folder = stoppedRun(root);
    const file = join(folder, "config.yaml");
    const text = Deno.readTextFileSync(file);
    Deno.writeTextFileSync(file, text.replace("clip_low: 0.2", "clip_low: 0.3").replace("seed: 0", "seed: 4"));
    const before = contentOf(folder);
    assert.match(
      messageOf(() => Run.resume(folder, options)),
      /config\.yaml: changed since the checkpoint of update 5: seed: 0 → 4; grpo\.clip_low: 0\.2 → 0\.3; .*update-000005/,
    );
    assert.deepEqual(contentOf(folder), before);
    // What says the same is the same.
    Deno.writeTextFileSync(file, `# a comment\n${text}`);
    Run.resume(folder, options).run[Symbol.dispose]();
  }));

Deno.test("weights without a run, a run of another kind, and a folder without checkpoints are told apart before a lock is taken", () =>
  inFolder((root) => {
    const shipped = "configs/policies/linear";
    const names = () => [...Deno.readDirSync(shipped)].map(({ name }) => name).sort();
    const before = names();
    assert.match(messageOf(() => Run.resume(shipped, options)), /^configs\/policies\/linear: a policy, not a run: /);
    assert.deepEqual(names(), before);
    const folder = stoppedRun(root);
    const weights = join(folder, "checkpoints", "latest");
    assert.match(
      messageOf(() => Run.resume(weights, options)),
      new RegExp(`a policy, not a run.*; its run is ${folder}$`),
    );
    Deno.writeTextFileSync(join(folder, "run.json"), '{"kind":"theory","command":["deno","task","theory","task=T2"]}');
    assert.match(
      messageOf(() => Run.resume(folder, options)),
      /a run of another kind \(theory\): deno task theory --resume .* goes on with it$/,
    );
    Deno.removeSync(join(folder, "run.json"));
    Deno.removeSync(join(folder, "checkpoints"), { recursive: true });
    assert.match(messageOf(() => Run.resume(folder, options)), /it has no folder checkpoints/);
  }));

Deno.test("damaged records that nothing depends on are said and do not stop a resume", () =>
  inFolder((root) => {
    const folder = stoppedRun(root);
    for (const file of ["environment.json", "run.json"]) {
      const path = join(folder, file);
      Deno.writeTextFileSync(path, Deno.readTextFileSync(path).slice(0, 20));
    }
    const now = { ...environment, backend: "simd-plain" };
    const { run, warnings } = Run.resume(folder, { ...options, environment: now });
    run[Symbol.dispose]();
    assert.match(warnings.join("\n"), /environment\.json: .*JSON/);
    // What the run was started with is known from its first session.
    assert.match(
      warnings.join("\n"),
      /since the run started, backend: cpu → simd-plain\nanother backend rounds otherwise/,
    );
    assert.equal(readEnvironment(folder).environment?.backend, "cpu");
    assert.deepEqual(readOrigin(folder).origin, null);
  }));

Deno.test("the words that started a run stay with it", () =>
  inFolder((root) => {
    const folder = stoppedRun(root, "seed=3");
    Run.resume(folder, options).run[Symbol.dispose]();
    assert.deepEqual(readOrigin(folder).origin, { kind: "policy", command: ["deno", "task", "train", "seed=3"] });
  }));

Deno.test("a run goes on without lines of its metrics only when asked, with those that are whole; a refused try cuts nothing", () =>
  inFolder((root) => {
    const lost: readonly (readonly [string, (lines: string[]) => string, number])[] = [
      ["the end", (lines) => lines.slice(0, 3).join("\n") + '\n{"upd', 3],
      // As long as before, but of later updates: the bytes that the checkpoint counts end within a line.
      ["the middle", (lines) => [...lines.slice(0, 2), ...lines.slice(4)].join("\n"), 4],
      ["a line", (lines) => lines.map((line, i) => i === 1 ? line.slice(0, 5) : line).join("\n"), 1],
    ];
    for (const [what, damage, left] of lost) {
      const folder = stoppedRun(root);
      const path = join(folder, "metrics.jsonl");
      Deno.writeTextFileSync(path, damage(metrics(folder).split("\n")));
      const before = contentOf(folder);
      assert.throws(() => Run.resume(folder, options), /metrics\.jsonl/, what);
      assert.deepEqual(contentOf(folder), before, what);
      const { run, checkpoint, warnings } = Run.resume(folder, { ...options, allowMissingMetrics: true });
      assert.match(warnings[0], new RegExp(`${left} lines from before the checkpoint of update 5 are left`), what);
      train(run, checkpoint, 12);
      run[Symbol.dispose]();
      const updates = readJsonLines(path).rows.map((row) => Number(row["update"]));
      assert.deepEqual(updates.slice(left), [6, 7, 8, 9, 10, 10, 11, 12], what);
      // What was saved after it counts on the file as it is now.
      Run.resume(folder, options).run[Symbol.dispose]();
    }
  }));
