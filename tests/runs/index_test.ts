import assert from "node:assert/strict";
import { join } from "node:path";
import {
  compareRuns,
  deleteRun,
  FilterError,
  LockedError,
  parseFilter,
  parseOrder,
  Run,
  RunIndex,
  valueOf,
} from "../../lib/runs/mod.ts";
import { configOf, inFolder, options } from "../training/support.ts";

/** What a checkpoint holds that nobody looks into. */
const contents = { policy: new Map(), optimizer: new Map(), state: {}, metrics: {} };

/** A run with two updates whose metric is `value`. */
function makeRun(root: string, value: number, ...words: string[]): Run {
  const run = Run.create(root, configOf(...words), options);
  run.log(1, { value: 0, "clip_ratio/low_mean": value });
  run.log(2, { value });
  return run;
}

/** The paths below a root without the digests at their ends. */
const withoutDigest = (path: string) => path.replace(/-[0-9a-f]{8}$/, "");

function listPaths(root: string, filters: string[] = [], sort?: string): string[] {
  using index = RunIndex.open(root, assert.fail);
  const runs = index.list(filters.map(parseFilter), sort === undefined ? undefined : parseOrder(sort));
  return runs.map(({ path }) => withoutDigest(path));
}

Deno.test("runs are listed, filtered by state, config and metric, and sorted", () =>
  inFolder((root) => {
    using _open = makeRun(root, 0.5, "grpo.epochs=1", "grpo.leave_one_out=true");
    makeRun(root, 0.9, "grpo.epochs=2")[Symbol.dispose]();
    const last = makeRun(root, 0.7, "grpo.epochs=3");
    last.finish({ value: 0.7 });
    last[Symbol.dispose]();
    assert.deepEqual(listPaths(root), ["test/0001", "test/0002", "test/0003"]);
    assert.deepEqual(listPaths(root, [], "-value"), ["test/0002", "test/0003", "test/0001"]);
    assert.deepEqual(listPaths(root, ["state=running"]), ["test/0001"]);
    assert.deepEqual(listPaths(root, ["state=finished"]), ["test/0003"]);
    assert.deepEqual(listPaths(root, ["grpo.epochs>=2", "value>0.8"]), ["test/0002"]);
    assert.deepEqual(listPaths(root, ["clip_ratio/low_mean<0.6"]), ["test/0001"]);
    assert.deepEqual(listPaths(root, ["grpo.leave_one_out=true"]), ["test/0001"]);
    assert.deepEqual(listPaths(root, ["nothing=null", "update=2"]), ["test/0001", "test/0002", "test/0003"]);
    assert.deepEqual(listPaths(root, ["name='x'' OR 1=1'"]), []);
    assert.throws(() => parseFilter("value"), FilterError);
  }));

Deno.test("the index follows the folders: new lines, new runs, deleted runs, and an mtime that went back", () =>
  inFolder((root) => {
    const run = makeRun(root, 0.5);
    assert.deepEqual(listPaths(root, ["value=0.5"]), ["test/0001"]);
    run.log(3, { value: 0.25 });
    assert.deepEqual(listPaths(root, ["value=0.25", "update=3"]), ["test/0001"]);
    const metrics = join(run.folder, "metrics.jsonl");
    Deno.writeTextFileSync(metrics, Deno.readTextFileSync(metrics).replace("0.25", "0.75"));
    Deno.utimeSync(metrics, 0, 0);
    assert.deepEqual(listPaths(root, ["value=0.75"]), ["test/0001"]);
    assert.throws(() => deleteRun(run.folder), LockedError);
    run[Symbol.dispose]();
    deleteRun(run.folder);
    assert.deepEqual(listPaths(root), []);
  }));

/** Opens the index; returns what it lists and what it reported. */
function opened(root: string) {
  const reports: string[] = [];
  using index = RunIndex.open(root, (message) => reports.push(message));
  return { runs: index.list([], parseOrder("-value")), reports };
}

Deno.test("an index that is no database, of another version or missing is rebuilt", () =>
  inFolder((root) => {
    makeRun(root, 0.5)[Symbol.dispose]();
    const file = join(root, ".index.sqlite");
    listPaths(root);
    Deno.writeTextFileSync(file, "not a database, but long enough to be taken for one ".repeat(100));
    assert.match(opened(root).reports.join(), /index.sqlite: file is not a database; rebuilt from the run folders/);
    assert.deepEqual(opened(root).reports, []);
    Deno.removeSync(file);
    assert.equal(listPaths(root).length, 1);
  }));

Deno.test("wherever a byte of the index is changed, the list is that of the folders, and the index is sound again", () =>
  inFolder((root) => {
    for (const value of [0.5, 0.9, 0.7]) makeRun(root, value)[Symbol.dispose]();
    const file = join(root, ".index.sqlite");
    const { runs } = opened(root);
    const sound = Deno.readFileSync(file);
    let noticed = 0;
    for (let at = 0; at < sound.length; at += 331) {
      const damaged = sound.slice();
      damaged[at] ^= 0x41;
      Deno.writeFileSync(file, damaged);
      const first = opened(root);
      assert.deepEqual(first.runs, runs, `byte ${at}`);
      assert.deepEqual(opened(root), { runs, reports: [] }, `byte ${at}`);
      noticed += first.reports.length;
    }
    assert.ok(noticed > 10, `${noticed} damages were noticed`);
  }));

Deno.test("an index that is damaged while it is open is rebuilt too", () =>
  inFolder((root) => {
    makeRun(root, 0.5)[Symbol.dispose]();
    const reports: string[] = [];
    using index = RunIndex.open(root, (message) => reports.push(message));
    const runs = index.list();
    const file = join(root, ".index.sqlite");
    Deno.writeFileSync(file, Deno.readFileSync(file).map((byte, at) => at < 24 ? byte : byte ^ 0xff));
    makeRun(root, 0.7)[Symbol.dispose]();
    index.refresh();
    assert.equal(index.list().length, 2);
    assert.deepEqual(index.list()[0], runs[0]);
    assert.match(reports.join(), /rebuilt from the run folders/);
  }));

Deno.test("a run whose files are damaged is listed with what is wrong, and hides no other", () =>
  inFolder((root) => {
    const damages: readonly (readonly [string, string, RegExp, string])[] = [
      ["metrics.jsonl", '{"update":1\n{"update":2}\n', /metrics.jsonl:1: corrupt line/, "stopped"],
      ["metrics.jsonl", '{"update":"many"}\n', /^$/, "stopped"],
      ["config.yaml", "", /config.yaml: it holds nothing/, "unreadable"],
      ["config.yaml", "- a\n- b\n", /config.yaml:1: expected a section/, "unreadable"],
      ["config.yaml", "a: [", /flow/i, "unreadable"],
      ["summary.json", "7", /summary.json: expected keys and values, got 7/, "finished"],
      ["failure.json", '["no"]', /failure.json: expected keys and values/, "failed"],
      ["timings.jsonl", "null\n", /timings.jsonl:1: expected a JSON object/, "stopped"],
    ];
    makeRun(root, 0.5)[Symbol.dispose]();
    for (const [file, text] of damages) {
      const run = makeRun(root, 0.5);
      run[Symbol.dispose]();
      Deno.writeTextFileSync(join(run.folder, file), text);
    }
    using index = RunIndex.open(root, assert.fail);
    const [good, ...damaged] = index.list();
    assert.deepEqual([good.problem, good.state], [null, "stopped"]);
    assert.equal(damaged.length, damages.length);
    damaged.forEach(({ problem, state }, i) => {
      assert.match(problem ?? "", damages[i][2], damages[i].join(" "));
      assert.equal(state, damages[i][3], damages[i].join(" "));
    });
  }));

Deno.test("metrics and config keys are two namespaces, and a section of the config is no value", () =>
  inFolder((root) => {
    makeRun(root, 0.5)[Symbol.dispose]();
    using before = RunIndex.open(root, assert.fail);
    const [bare] = before.list();
    assert.equal(valueOf(bare, before.field("reward")), undefined, "the section `reward`");
    assert.equal(valueOf(bare, before.field("seed")), 0);
    const other = makeRun(root, 0.5);
    other.log(3, { seed: 7, reward: 0.25 });
    other[Symbol.dispose]();
    using index = RunIndex.open(root, assert.fail);
    const runs = index.list();
    const values = (word: string) => runs.map((run) => valueOf(run, index.field(word)));
    assert.deepEqual(values("seed"), [undefined, 7], "a metric of one run is a metric of all");
    assert.deepEqual(values("config.seed"), [0, 0]);
    assert.deepEqual(values("reward"), [undefined, 0.25]);
    assert.deepEqual(values("metrics.reward"), [undefined, 0.25]);
    assert.equal(index.list([parseFilter("reward<1")]).length, 1);
    assert.deepEqual(index.unknownWords(["reward", "grpo.epochs", "rewrad", "config.reward", "state"]), [
      'no run has rewrad; did you mean "reward"?',
      "no run has config.reward",
    ]);
  }));

Deno.test("a list says on what a run trains, since when, for how long, and how good its best validation is", () =>
  inFolder((root) => {
    const run = Run.create(root, configOf("track=scarce", "also_train_on=[linear]"), options);
    run.logTiming(1, { seconds: 1.5 });
    run.logTiming(2, { seconds: 2 });
    run.saveCheckpoint({ ...contents, update: 1 }, 0.5);
    run.saveCheckpoint({ ...contents, update: 2 }, 0.25);
    run[Symbol.dispose]();
    using index = RunIndex.open(root, assert.fail);
    const [{ track, score, seconds, started }] = index.list([parseFilter("score>=0.5")]);
    assert.deepEqual({ track, score, seconds }, { track: "scarce + linear", score: 0.5, seconds: 3.5 });
    assert.match(started ?? "", /^\d{4}-\d{2}-\d{2}T/);
  }));

Deno.test("comparing shows the settings that differ and every metric", () =>
  inFolder((root) => {
    makeRun(root, 0.5, "grpo.epochs=1")[Symbol.dispose]();
    makeRun(root, 0.9, "grpo.epochs=2")[Symbol.dispose]();
    using index = RunIndex.open(root, assert.fail);
    const { settings, metrics } = compareRuns(index.list());
    assert.deepEqual(settings, [{ key: "grpo.epochs", values: [1, 2] }]);
    assert.deepEqual(metrics.find(({ key }) => key === "value")?.values, [0.5, 0.9]);
  }));
