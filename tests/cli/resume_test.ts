import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { isLocked } from "../../lib/runs/mod.ts";
import { inFolder } from "../training/support.ts";
import { commandArgs, run } from "./support.ts";

/** A training of every kind that takes long enough to be stopped, without much to compute. */
const TRAININGS: Readonly<Record<string, readonly string[]>> = {
  train: [
    "grpo.updates=60",
    "grpo.problems_per_update=4",
    "grpo.group_size=3",
    "grpo.minibatches=1",
    "policy={width:8,heads:1,layers:1}",
    "runtime.workers=1",
    "evaluation={problems:4,validation_problems:4,every:7,baselines:[random]}",
    "checkpoint.every=10",
  ],
  theory: [
    "runtime.backend=cpu",
    "network={layers:1,width:8,heads:1,feed_forward:8}",
    "grpo.group_size=2",
    "grpo.updates=60",
    "evaluation={samples:2,every:7}",
    "checkpoint.every=10",
  ],
  train_surrogate: [
    "network={kind:statistics,width:8,layers:1}",
    "training={updates:60,cells:60,episodes:{rows:{min:10,max:20}}}",
    "evaluation={every:7,validation:4,test:6,resamples:10,episodes:{rows:{min:10,max:20}}}",
    "checkpoint.every=10",
  ],
};

/** The folder of the only run below a results folder. */
function onlyRun(results: string): string {
  const [name] = [...Deno.readDirSync(results)].filter(({ isDirectory }) => isDirectory);
  const [run] = [...Deno.readDirSync(join(results, name.name))].filter(({ isDirectory }) => isDirectory);
  return join(results, name.name, run.name);
}

const read = (folder: string, file: string) => Deno.readFileSync(join(folder, file));
const text = (folder: string, file: string) => Deno.readTextFileSync(join(folder, file));

/** Starts a training, sends it a signal once it has written metrics, and returns how it ended and its run. */
async function stopped(name: string, results: string, signal: Deno.Signal) {
  const child = new Deno.Command(Deno.execPath(), {
    args: commandArgs(name, [...TRAININGS[name], "--results", results]),
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      if (text(onlyRun(results), "metrics.jsonl").length > 0) break;
    } catch {
      // Not there yet.
    }
  }
  child.kill(signal);
  const { code, stderr } = await output;
  return { code, err: new TextDecoder().decode(stderr), folder: onlyRun(results) };
}

for (
  const [name, signal, code] of [
    ["train", "SIGINT", 130],
    ["theory", "SIGHUP", 129],
    ["train_surrogate", "SIGTERM", 143],
  ] as const
) {
  const task = name.replace("_", ":");
  Deno.test(`${task} stops on ${signal} with a checkpoint, goes on to the same bytes, reports, and makes its report again`, () =>
    inFolder(async (root) => {
      const whole = await run(name, ...TRAININGS[name], "--results", join(root, "whole"));
      assert.equal(whole.code, 0, whole.err);
      const straight = onlyRun(join(root, "whole"));
      assert.match(whole.out, new RegExp(`\nrun     ${straight}\nreport  ${straight}/report\\.html\n$`));

      const first = await stopped(name, join(root, "parts"), signal);
      assert.equal(first.code, code, first.err);
      assert.match(first.err, new RegExp(`go on with: deno task ${task} --resume ${first.folder}`));
      const listed = await run("runs", "list", "--results", join(root, "parts"));
      assert.match(listed.out, new RegExp(`${basename(first.folder)} .*stopped`));
      // Of a run that was stopped a report shows what there is.
      const early = await run("report", first.folder);
      assert.equal(early.code, 0, early.err);
      assert.match(text(first.folder, "report.html"), /60 updates, \d+ of them done/);

      const resumed = await run(name, "--resume", first.folder);
      assert.equal(resumed.code, 0, resumed.err);
      for (const file of ["metrics.jsonl", "checkpoints/latest/policy.safetensors", "checkpoints/best/SHA256SUMS"]) {
        assert.deepEqual(read(first.folder, file), read(straight, file), file);
      }
      assert.deepEqual(JSON.parse(text(first.folder, "summary.json")), JSON.parse(text(straight, "summary.json")));
      // The command that repeats it is the first one, whatever resumed it.
      for (const word of TRAININGS[name]) {
        assert.ok(text(first.folder, "run.json").includes(JSON.stringify(word)), word);
      }
      assert.match(text(first.folder, "report.html"), new RegExp(`deno task ${task} --config`));
      assert.deepEqual(read(first.folder, "report.html"), read(straight, "report.html"));

      Deno.removeSync(join(straight, "report.html"));
      const again = await run("report", straight);
      assert.deepEqual([again.code, again.out], [0, `report  ${straight}/report.html\n`]);
      assert.deepEqual(read(first.folder, "report.html"), read(straight, "report.html"));
      const refused = await run(name, "--resume", straight);
      assert.notEqual(refused.code, 0);
      assert.match(refused.err, /the run is finished/);
    }));
}

/** Whether `script` of util-linux can give a command a terminal here. */
function hasScript(): boolean {
  try {
    return new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "a training whose terminal is closed saves a checkpoint, although there is nobody left to print for",
  ignore: Deno.build.os !== "linux" || !hasScript(),
  fn: () =>
    inFolder(async (root) => {
      const quoted = [
        Deno.execPath(),
        ...commandArgs("train", [...TRAININGS.train, "grpo.updates=2000", "--results", root]),
      ]
        .map((word) => `'${word}'`).join(" ");
      const terminal = new Deno.Command("script", {
        args: ["-qfec", `exec ${quoted}`, "/dev/null"],
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const checkpoints = () => {
        try {
          return [...Deno.readDirSync(join(onlyRun(root), "checkpoints"))].map(({ name }) => name);
        } catch {
          return []; // not there yet
        }
      };
      const until = async (ready: () => boolean) => {
        for (let turn = 0; turn < 600 && !ready(); turn++) await new Promise((resolve) => setTimeout(resolve, 100));
        assert.ok(ready());
      };
      const done = () => text(onlyRun(root), "metrics.jsonl").split("\n").length - 1;
      await until(() => checkpoints().length > 0);
      terminal.kill("SIGKILL");
      await terminal.status;
      await terminal.stdin.close().catch(() => undefined);
      await until(() => !isLocked(onlyRun(root)));
      const newest = checkpoints().filter((name) => name.startsWith("update-")).sort().at(-1);
      assert.equal(newest, `update-${String(done() - 1).padStart(6, "0")}`, "the update of the moment was saved");
      assert.ok(!checkpoints().includes("update-002000"));
    }),
});

Deno.test("a sweep runs trainings of every kind", () =>
  inFolder(async (root) => {
    for (const [kind, name] of [["theory", "theory"], ["surrogate", "train_surrogate"]] as const) {
      const words = [...TRAININGS[name], name === "theory" ? "grpo.updates=2" : "training.updates=2", "seed=0,1"];
      const swept = await run("sweep", "run", "--kind", kind, ...words, "--results", root);
      assert.equal(swept.code, 0, swept.out + swept.err);
      assert.match(swept.out, /2 done/);
    }
    const listed = await run("runs", "list", "--filter", "state=finished", "--results", root);
    assert.equal(listed.out.match(/finished/g)?.length, 4);
  }));

Deno.test("a policy is not a run, and asking to go on with it leaves it as it was", async () => {
  const folder = "configs/policies/linear";
  const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const before = names();
  const { code, err } = await run("train", "--resume", folder);
  assert.notEqual(code, 0);
  assert.match(err, /^error: configs\/policies\/linear: a policy, not a run/);
  assert.deepEqual(names(), before);
});

Deno.test("what cannot work leaves no folder behind", () =>
  inFolder(async (root) => {
    const mistakes = [
      ["policy.start_from=nowhere", /policy\.start_from: .*nowhere/],
      ["phase={surrogate_steps:1}", /phase\.surrogate_steps/],
      ["also_train_on=[skarce]", /scarce/],
      ["policy.width=12", /policy\.start_from: .*(shape|parameter)/i, "policy.start_from=linear"],
    ] as const;
    for (const [word, message, ...more] of mistakes) {
      const { code, err } = await run("train", word, ...more, "--results", root);
      assert.notEqual(code, 0, word);
      assert.match(err, message);
      assert.deepEqual([...Deno.readDirSync(root)], [], word);
    }
  }));
