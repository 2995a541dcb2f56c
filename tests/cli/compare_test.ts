import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { commandArgs, run } from "./support.ts";

const TRAINING = [
  "name=tiny",
  "grpo.updates=120",
  "grpo.problems_per_update=4",
  "grpo.group_size=3",
  "grpo.minibatches=1",
  "grpo.shards=1",
  "policy.width=8",
  "policy.heads=1",
  "policy.layers=1",
  "evaluation.validation_problems=4",
  "evaluation.every=20",
  "checkpoint.every=10",
  "logging.tensorboard=false",
];
const COMPARISON = ["--graphs", "chain", "star", "--sizes", "4", "--problems", "3", "--baselines", "random", "oracle"];

/** What `read` gives, or `otherwise` where there is no such file or folder. */
function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    throw error;
  }
}

const linesOf = (file: string) => ifThere(() => Deno.readTextFileSync(file).split("\n").length - 1, 0);
const namesIn = (folder: string) => ifThere(() => [...Deno.readDirSync(folder)].map(({ name }) => name), []);

interface Written {
  readonly models: readonly { readonly model: string; readonly runs: readonly { seed: number; path: string }[] }[];
  readonly methods: readonly { readonly method: string; readonly role: string; readonly runs: number }[];
  readonly comparison: { readonly problems: number; readonly claims: readonly string[] };
}

Deno.test("a workflow that is killed during its second training goes on where it was, and is not compared twice", () =>
  inFolder(async (root) => {
    const args = [...TRAINING, "--seeds", "2", "--results", root, "--latex", ...COMPARISON];
    const planned = await run("workflow", ...args, "--dry-run");
    assert.match(planned.out, /2 trainings would be frozen into (\S+)/, planned.err);
    assert.deepEqual([...Deno.readDirSync(root)], []);
    const sweep = join(/frozen into (\S+)/.exec(planned.out)?.[1] ?? "", "..");

    // A group of its own, so that the training dies with its workflow, as when the machine stops.
    const killed = new Deno.Command(Deno.execPath(), {
      args: commandArgs("workflow", args),
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const jobs = () => namesIn(join(sweep, "jobs")).sort().map((name) => join(sweep, "jobs", name));
    const metricsOf = (folder: string | undefined) => folder === undefined ? 0 : linesOf(join(folder, "metrics.jsonl"));
    let ended = false;
    killed.status.then(() => ended = true);
    while (metricsOf(jobs()[1]) < 12) {
      assert.ok(!ended, "the workflow ended by itself");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    Deno.kill(-killed.pid, "SIGKILL");
    await killed.status;
    const [first, half] = jobs();
    const done = (folder: string) => namesIn(folder).some((name) => name.startsWith("done-"));
    assert.deepEqual([done(first), done(half)], [true, false]);
    assert.equal(linesOf(join(half, "summary.json")), 0);

    const resumed = await run("workflow", ...args);
    assert.equal(resumed.code, 0, resumed.err);
    assert.match(resumed.out, /1 done, 1 done before/);
    assert.deepEqual([linesOf(join(first, "sessions.jsonl")), linesOf(join(half, "sessions.jsonl"))], [1, 2]);
    assert.equal(linesOf(join(half, "metrics.jsonl")), 121);
    const out = join(sweep, "comparison");
    for (
      const file of [
        "report.html",
        "summary.csv",
        "environments.csv",
        "seeds.csv",
        "pairs.csv",
        "tables.md",
        "table.tex",
      ]
    ) {
      assert.ok(Deno.statSync(join(out, file)).size > 0, file);
    }
    const written = JSON.parse(Deno.readTextFileSync(join(out, "comparison.json"))) as Written;
    assert.deepEqual(written.models.map(({ model, runs }) => [model, runs.map(({ seed }) => seed)]), [["tiny", [
      0,
      1,
    ]]]);
    assert.deepEqual(written.methods.map(({ method, role, runs }) => [method, role, runs]), [
      ["tiny", "policy", 2],
      ["random", "baseline", 1],
      ["oracle", "bound", 1],
      ["oracle-parent", "bound", 1],
    ]);
    assert.equal(written.comparison.problems, 6);
    assert.equal(written.comparison.claims.length, 1);
    assert.match(written.comparison.claims[0], /tiny .*random|random .*tiny/);
    assert.match(resumed.out, /Of 1 planned comparison by mean value on 6 held-out problems/);

    const before = Deno.statSync(join(out, "comparison.json")).mtime;
    const again = await run("workflow", ...args);
    assert.match(again.out, /2 done before[^]*compared before/);
    assert.deepEqual(Deno.statSync(join(out, "comparison.json")).mtime, before);

    const compared = await run("compare", "--results", root, "--title", "All runs", ...COMPARISON);
    assert.equal(compared.code, 0, compared.err);
    const report = /report {2}(\S+)/.exec(compared.out)?.[1] ?? "";
    const all = JSON.parse(Deno.readTextFileSync(join(report, "..", "comparison.json"))) as Written;
    assert.deepEqual(all.comparison, written.comparison, "the same runs give the same comparison");
    assert.match(Deno.readTextFileSync(report), /<title>All runs<\/title>/);
  }));

Deno.test("two identical workflows give identical files; what a clock said has a file of its own", () =>
  inFolder(async (root) => {
    const words = TRAINING.map((word) => word === "grpo.updates=120" ? "grpo.updates=3" : word);
    const args = [...words, "grpo.scale=none,group", "--seeds", "2", "--results", root, "--latex", ...COMPARISON];
    const filesOf = async () => {
      const { code, out, err } = await run("workflow", ...args);
      assert.equal(code, 0, err);
      const folder = join(/report {2}(\S+)/.exec(out)?.[1] ?? "", "..");
      const files = Object.fromEntries(
        namesIn(folder).map((name) => [name, Deno.readTextFileSync(join(folder, name))]),
      );
      Deno.removeSync(join(root, "tiny"), { recursive: true });
      return files;
    };
    const [first, second] = [await filesOf(), await filesOf()];
    const { "timings.json": timings, ...rest } = first;
    assert.deepEqual(Object.keys(JSON.parse(timings).milliseconds_per_decision).length, 5);
    assert.ok(Object.keys(rest).length >= 8);
    for (const [name, text] of Object.entries(rest)) {
      assert.ok(text === second[name], `${name} differs between two workflows`);
      if (name !== "report.html") assert.doesNotMatch(text, /milliseconds|seconds_per|Decision, ms/, name);
    }
  }));

Deno.test("what cannot be compared is one line on the standard error and exit code 2", () =>
  inFolder(async (root) => {
    const cases = [
      ["compare", ["--results", root], /neither a run nor a checkpoint, and no run lies in it\n$/],
      ["compare", ["configs/policies/linear", "--metric", "meanvalue"], /comparison: metric: .*meanValue/],
      ["compare", ["configs/policies/linear", "configs/policies/scarce"], /2 tracks .*--track/],
      ["workflow", ["seed=1"], /seed=1: a workflow chooses the seeds/],
      ["workflow", ["--study", "none"], /none: no file of configs\/studies\/ has this name/],
      ["workflow", ["--results", root, "--scms", "chain3"], /chain3: no such SCM.*chain_3/],
    ] as const;
    await Promise.all(cases.map(async ([name, args, expected]) => {
      const { code, err } = await run(name, ...args);
      assert.equal(code, 2, `${name} ${args.join(" ")}`);
      assert.match(err, expected);
      assert.ok(!/^\s+at /m.test(err), `there is a stack trace:\n${err}`);
    }));
    assert.deepEqual([...Deno.readDirSync(root)], []);
  }));
