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
} from "../../lib/runs/mod.ts";
import { configOf, inFolder, options } from "../training/support.ts";

/** A run with two updates whose metric is `value`. */
function makeRun(root: string, value: number, ...words: string[]): Run {
  const run = Run.create(root, configOf(...words), options);
  run.log(1, { value: 0, "clip_ratio/low_mean": value });
  run.log(2, { value });
  return run;
}

function listPaths(root: string, filters: string[] = [], sort?: string): string[] {
  using index = RunIndex.open(root, assert.fail);
  const runs = index.list(filters.map(parseFilter), sort === undefined ? undefined : parseOrder(sort));
  return runs.map(({ path }) => path.replace(/-[0-9a-f]{8}$/, ""));
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

Deno.test("an index that is damaged, of another version or missing is rebuilt", () =>
  inFolder((root) => {
    makeRun(root, 0.5)[Symbol.dispose]();
    const file = join(root, ".index.sqlite");
    listPaths(root);
    Deno.writeTextFileSync(file, "not a database, but long enough to be taken for one ".repeat(100));
    const reports: string[] = [];
    {
      using index = RunIndex.open(root, (message) => reports.push(message));
      assert.equal(index.list().length, 1);
    }
    assert.match(reports.join(), /index.sqlite: file is not a database; rebuilt from the run folders/);
    Deno.removeSync(file);
    assert.equal(listPaths(root).length, 1);
  }));

Deno.test("a run whose files are damaged is listed with what is wrong, and hides no other", () =>
  inFolder((root) => {
    makeRun(root, 0.5)[Symbol.dispose]();
    const bad = makeRun(root, 0.5);
    bad[Symbol.dispose]();
    Deno.writeTextFileSync(join(bad.folder, "metrics.jsonl"), '{"update":1\n{"update":2}\n');
    using index = RunIndex.open(root, assert.fail);
    const [good, damaged] = index.list();
    assert.equal(good?.problem, null);
    assert.match(damaged?.problem ?? "", /metrics.jsonl:1: corrupt line/);
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
