import assert from "node:assert/strict";
import { join } from "node:path";
import { completeRun, readJsonLines, runState } from "../../lib/runs/mod.ts";
import { conclude, resumeTraining, startTraining, train, type TrainingHooks } from "../../lib/training/mod.ts";
import { TrainingError } from "../../lib/grpo/mod.ts";
import { type FakeChanges, fakeConfig, fakeKind } from "./fake.ts";
import { endStatuses } from "../runs/tensorboard_reader.ts";
import { inFolder, trainIn } from "./support.ts";

const text = (folder: string, file: string) => Deno.readTextFileSync(join(folder, file));
const sums = (folder: string, name: string) => text(folder, join("checkpoints", name, "SHA256SUMS"));

/** Trains in a folder until a signal that comes in the middle of some update's validation, or right after it. */
async function stopDuring(folder: string, when: "validation" | "update", at: number): Promise<void> {
  const stop = { aborted: false };
  const signal = (update: number) => {
    if (update === at) stop.aborted = true;
  };
  const kind = fakeKind(when === "validation" ? { onValidate: signal } : {});
  using training = await startTraining(kind, fakeConfig(), { folder });
  const hooks = when === "update" ? { onUpdate: ({ update }: { update: number }) => signal(update) } : {};
  const result = await train(training, { clock: () => 0, stop, ...hooks });
  assert.deepEqual([result.update, result.finished], [at, at === 12 && when === "update"]);
}

Deno.test("a signal keeps the update that was made, also within a validation, and the run ends with the bytes of one without", () =>
  inFolder(async (root) => {
    const whole = join(root, "whole");
    await trainIn(fakeKind(), whole, fakeConfig());
    const updates = readJsonLines(join(whole, "metrics.jsonl")).rows.map((row) => row["update"]);
    assert.deepEqual(updates, Array.from({ length: 13 }, (_, update) => update));
    for (
      const [when, at] of [["update", 1], ["update", 3], ["update", 7], ["validation", 3], ["validation", 12]] as const
    ) {
      const folder = join(root, `${when}-${at}`);
      await stopDuring(folder, when, at);
      assert.equal(runState(folder, false), "stopped");
      if (when === "validation") {
        const rows = readJsonLines(join(folder, "metrics.jsonl")).rows;
        assert.equal(rows.at(-1)?.["update"], at - 1, "what is not validated is not recorded");
        assert.match(text(folder, "checkpoints/latest/state.json"), /"pending": true/);
      }
      await trainIn(fakeKind(), folder, fakeConfig());
      assert.equal(text(folder, "metrics.jsonl"), text(whole, "metrics.jsonl"), folder);
      for (const name of ["latest", "best"]) assert.equal(sums(folder, name), sums(whole, name), `${folder} ${name}`);
    }
  }));

Deno.test("checkpoints are saved every so often, at every validation and at the end, and the best is the best of all validated", () =>
  inFolder(async (folder) => {
    await trainIn(fakeKind(), join(folder, "run"), fakeConfig());
    const saved = [...Deno.readDirSync(join(folder, "run", "checkpoints"))].map(({ name }) => name).sort();
    const expected = [3, 5, 6, 9, 10, 12].map((update) => `update-${String(update).padStart(6, "0")}`);
    assert.deepEqual(saved, ["best", "latest", ...expected]);
    const validated = readJsonLines(join(folder, "run", "metrics.jsonl")).rows.filter((row) => "validation/x" in row);
    const best = validated.reduce((top, row) => Number(row["x"]) > Number(top["x"]) ? row : top);
    assert.match(text(join(folder, "run"), "checkpoints/best/state.json"), new RegExp(`"update": ${best["update"]},`));
  }));

Deno.test("a config that cannot be trained leaves nothing behind", () =>
  inFolder(async (root) => {
    const kind = fakeKind({ refuse: () => new RangeError("no such network") });
    await assert.rejects(startTraining(kind, fakeConfig(), { results: root }), /no such network/);
    await assert.rejects(startTraining(kind, fakeConfig(), { folder: join(root, "x") }), /no such network/);
    assert.deepEqual([...Deno.readDirSync(root)], []);
  }));

/** Trains with changes and returns what was said. */
async function attempt(folder: string, changes: FakeChanges, more: Partial<TrainingHooks> = {}): Promise<string[]> {
  const said: string[] = [];
  using training = await startTraining(fakeKind(changes), fakeConfig(), { folder });
  await train(training, { clock: () => 0, say: (line) => said.push(line), ...more });
  return said;
}

Deno.test("what is not finite ends the run with its update and the last good checkpoint, is recorded, and forgotten when it goes on", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    const bad = attempt(folder, { onStep: (update) => update === 7 ? { param_change: NaN } : {} });
    await assert.rejects(bad, (error) => {
      assert.ok(error instanceof TrainingError);
      assert.match(error.message, /^update 7: param_change is NaN; the last good checkpoint is .*update-000006$/);
      return true;
    });
    assert.match(text(folder, "failure.json"), /param_change is NaN/);
    assert.equal(runState(folder, false), "failed");
    await trainIn(fakeKind(), folder, fakeConfig());
    assert.ok(!exists(join(folder, "failure.json")));
    const whole = join(root, "whole");
    await trainIn(fakeKind(), whole, fakeConfig());
    assert.equal(text(folder, "metrics.jsonl"), text(whole, "metrics.jsonl"));
  }));

Deno.test("a failure that cannot be recorded does not hide what it was", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    const said: string[] = [];
    const breakAt = (update: number) => {
      if (update !== 2) return;
      // A folder stands where the record should be.
      Deno.mkdirSync(join(folder, "failure.json", "in the way"), { recursive: true });
      throw new TrainingError("the reward is NaN");
    };
    await assert.rejects(attempt(folder, { onStep: breakAt }, { say: (line) => said.push(line) }), /the reward is NaN/);
    assert.match(said.join("\n"), /the failure could not be recorded: cannot write .*failure\.json/);
  }));

Deno.test("warnings are said at once and kept for the end", () =>
  inFolder(async (folder) => {
    const said: string[] = [];
    using training = await startTraining(fakeKind(), fakeConfig(), { folder: join(folder, "run") });
    const { warnings } = await train(training, { clock: () => 0, say: (line) => said.push(line) });
    assert.deepEqual([said, warnings], [["update 4: warning: it is the fourth"], ["update 4: it is the fourth"]]);
  }));

Deno.test("a run is finished when its last file is there: after a failed report it is completed without a second evaluation", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    await trainIn(fakeKind(), folder, fakeConfig());
    let evaluations = 0;
    const evaluate = () => {
      evaluations++;
      return { summary: { score: 1 }, report: { value: 2 } };
    };
    const full = () => Promise.reject(new Error("No space left on device"));
    const end = async (report: (folder: string) => Promise<string>) => {
      using training = await resumeTraining(fakeKind(), folder, {});
      assert.ok((await train(training, { clock: () => 0 })).finished);
      return await conclude(training, { evaluate, report });
    };
    await assert.rejects(end(full), /No space left/);
    assert.equal(runState(folder, false), "failed");
    assert.match(text(folder, "failure.json"), /No space left/);
    const { report } = await end((folder) => {
      assert.equal(runState(folder, false), "stopped", "the report is not the last file");
      return Promise.resolve("path");
    });
    assert.deepEqual([report, evaluations, runState(folder, false)], ["path", 1, "finished"]);
    assert.deepEqual(JSON.parse(text(folder, "summary.json")), { updates: 12, score: 1 });
    assert.deepEqual(JSON.parse(text(folder, "results.json")).report, { value: 2 });
    await assert.rejects(resumeTraining(fakeKind(), folder, {}), /the run is finished/);

    // Of a run that has its results and its report the last file can be made without a training.
    Deno.removeSync(join(folder, "summary.json"));
    assert.equal(completeRun(folder), false, "there is no report");
    Deno.writeTextFileSync(join(folder, "report.html"), "");
    assert.equal(completeRun(folder), true);
    assert.deepEqual([runState(folder, false), completeRun(folder)], ["finished", false]);
  }));

Deno.test("results of a run that trains on are forgotten", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    await trainIn(fakeKind(), folder, fakeConfig(), 6);
    Deno.writeTextFileSync(join(folder, "results.json"), '{"summary":{}}');
    await trainIn(fakeKind(), folder, fakeConfig(), 6);
    assert.ok(!exists(join(folder, "results.json")));
  }));

Deno.test("trackers are told how it ended: at the end, on a stop and on an error", () =>
  inFolder(async (root) => {
    const config = fakeConfig("logging: { tensorboard: true }");
    const endOf = async (name: string, changes: FakeChanges, hooks: Partial<TrainingHooks>) => {
      using training = await startTraining(fakeKind(changes), config, { folder: join(root, name) });
      await train(training, { clock: () => 0, ...hooks }).catch(() => undefined);
      const folder = join(root, name, "tensorboard");
      const [file] = [...Deno.readDirSync(folder)];
      return endStatuses(Deno.readFileSync(join(folder, file.name)));
    };
    const fail = () => {
      throw new TrainingError("bad");
    };
    assert.deepEqual(await endOf("finished", {}, {}), [1n]);
    assert.deepEqual(await endOf("stopped", {}, { stopAt: 2 }), [0n]);
    assert.deepEqual(await endOf("failed", { onStep: fail }, {}), [2n]);
  }));

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
