import assert from "node:assert/strict";
import { join } from "node:path";
import { CheckpointStore, CorruptCheckpointError, NoCheckpointError, openCheckpoint } from "../../lib/runs/mod.ts";
import { requireShapes } from "../../lib/runs/checkpoint/tensors.ts";
import { inFolder, jsonFormat, messageOf, tensors } from "../training/support.ts";

const run = { config: "name: test\n", metricsBytes: 7 };
const contents = (update: number) => ({
  update,
  policy: tensors(update, 0.1),
  optimizer: tensors(-update),
  state: { stream: `s${update}` },
  metrics: { reward: update },
});
const storeIn = (folder: string, keep = 2) => new CheckpointStore(folder, { keep, format: jsonFormat });

Deno.test("a checkpoint reads back as it was written", () =>
  inFolder((folder) => {
    const store = storeIn(folder);
    store.save({ ...contents(5), value: tensors(9), reference: tensors(8) }, run, 0.5);
    const read = store.readLatest();
    assert.ok(read !== undefined);
    assert.deepEqual([...read.policy], [...tensors(5, 0.1)]);
    assert.deepEqual([...(read.value ?? [])], [...tensors(9)]);
    assert.deepEqual([...(read.reference ?? [])], [...tensors(8)]);
    assert.deepEqual(read.state, { stream: "s5" });
    assert.deepEqual(read.best, { update: 5, score: 0.5 });
    assert.equal(read.metricsBytes, 7);
    assert.equal(read.config, run.config);
  }));

Deno.test("the newest and the best are kept, and linked", () =>
  inFolder((folder) => {
    const store = storeIn(folder);
    [[1, 0.2], [2, 0.9], [3, 0.3], [4, 0.9], [5, 0.1]].forEach(([u = 0, score]) => store.save(contents(u), run, score));
    assert.deepEqual(store.list(), [2, 4, 5]);
    assert.equal(openCheckpoint(join(folder, "latest"), jsonFormat).update, 5);
    assert.equal(openCheckpoint(join(folder, "best"), jsonFormat).update, 2);
    assert.deepEqual([...Deno.readDirSync(folder)].filter((entry) => entry.name.startsWith(".")), []);
  }));

Deno.test("the sums are in the format of sha256sum", () =>
  inFolder(async (folder) => {
    const saved = storeIn(folder).save(contents(1), run);
    const command = new Deno.Command("sha256sum", { args: ["--check", "--strict", "SHA256SUMS"], cwd: saved });
    assert.equal((await command.output()).success, true);
  }));

Deno.test("any damage to the newest is found and named, and the one before is used only when asked for", async (t) => {
  const damages: Readonly<Record<string, (folder: string) => void>> = {
    "policy.safetensors": (f) => Deno.truncateSync(`${f}/policy.safetensors`, 10),
    "optimizer.safetensors": (f) => Deno.removeSync(`${f}/optimizer.safetensors`),
    "state.json": (f) => Deno.writeTextFileSync(`${f}/state.json`, "{}"),
    "SHA256SUMS": (f) => Deno.truncateSync(`${f}/SHA256SUMS`, 100),
    "metrics.json": (f) => Deno.writeTextFileSync(`${f}/metrics.json`, ""),
    "stray.bin": (f) => Deno.writeTextFileSync(`${f}/stray.bin`, "x"),
    "config.yaml": (f) => {
      const lines = Deno.readTextFileSync(`${f}/SHA256SUMS`).split("\n").filter((line) =>
        !line.endsWith("config.yaml")
      );
      Deno.writeTextFileSync(`${f}/SHA256SUMS`, lines.join("\n"));
    },
  };
  for (const [file, damage] of Object.entries(damages)) {
    await t.step(file, () =>
      inFolder((folder) => {
        const store = storeIn(folder);
        store.save(contents(1), run, 0.4);
        damage(store.save(contents(2), run, 0.6));
        const before = [...Deno.readDirSync(folder)].length;
        assert.throws(() => store.readLatest(), CorruptCheckpointError);
        const message = messageOf(() => store.readLatest());
        assert.ok(message.includes(join("update-000002", file)), message);
        assert.match(message, /--allow-older goes back to update 1$/);
        assert.equal([...Deno.readDirSync(folder)].length, before, "looking changed something");
        assert.equal(store.readLatest(true)?.update, 1);
        assert.deepEqual(store.best, { update: 1, score: 0.4 });
        assert.deepEqual(store.list(), [1]);
      }));
  }
});

Deno.test("saving over a checkpoint of the same update replaces it", () =>
  inFolder((folder) => {
    const store = storeIn(folder);
    store.save(contents(3), run);
    store.save({ ...contents(3), state: { stream: "again" } }, run);
    assert.deepEqual(store.readLatest()?.state, { stream: "again" });
  }));

Deno.test("a path without a checkpoint and tensors of another shape are named", () =>
  inFolder((folder) => {
    assert.throws(() => openCheckpoint(folder, jsonFormat), NoCheckpointError);
    const message = (shape: readonly number[], name = "w") =>
      messageOf(() => requireShapes(tensors(1, 2), new Map([[name, shape]]), "p.safetensors"));
    requireShapes(tensors(1, 2), new Map([["w", [2]]]), "p.safetensors");
    assert.equal(message([3]), 'p.safetensors: the tensor "w" has shape [2], expected [3]');
    assert.equal(message([2], "v"), 'p.safetensors: the tensor "v" [2] is missing');
    assert.match(messageOf(() => requireShapes(tensors(1), new Map(), "p")), /unexpected tensor "w"/);
  }));
