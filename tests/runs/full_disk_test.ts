import assert from "node:assert/strict";
import { join } from "node:path";
import { deleteRun, Run, RunIndex, WriteError } from "../../lib/runs/mod.ts";
import { configOf, inFolder, options, tensors } from "../training/support.ts";

/** Runs a command; whether it succeeded. */
async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Mounts a file system of `kilobytes` for a test; false where that is not allowed. */
async function onSmallDisk(folder: string, kilobytes: number, body: () => void | Promise<void>): Promise<boolean> {
  if (!await succeeds("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder)) return false;
  try {
    await body();
  } finally {
    assert.ok(await succeeds("umount", folder));
  }
  return true;
}

const canMount = Deno.build.os === "linux" && Deno.uid() === 0 &&
  await (async () => {
    let mounted = false;
    await inFolder(async (folder) => {
      mounted = await onSmallDisk(folder, 16, () => {});
    });
    return mounted;
  })();

Deno.test({
  name:
    "on a full disk a run stops with an error that names the file, loses nothing finished, and goes on when there is room",
  ignore: !canMount,
  fn: () =>
    inFolder(async (folder) => {
      await onSmallDisk(folder, 400, () => {
        const ballast = join(folder, "ballast");
        Deno.writeFileSync(ballast, new Uint8Array(250 * 1024));
        const config = configOf("checkpoint.keep=1000");
        let run = Run.create(folder, config, options);
        const advance = (from: number, to: number) => {
          for (let update = from; update <= to; update++) {
            run.log(update, { reward: update });
            const contents = {
              update,
              policy: tensors(...Array(500).fill(update / 7)),
              optimizer: tensors(),
              state: {},
              metrics: {},
            };
            run.saveCheckpoint(contents, update);
          }
        };
        assert.throws(() => advance(1, 100), (error) => {
          assert.ok(error instanceof WriteError);
          assert.match(error.message, /^cannot write .*(update-\d{6}|metrics.jsonl|timings.jsonl): .*No space left/);
          return true;
        });
        run[Symbol.dispose]();
        const kept = run.checkpoints.list();
        assert.ok(kept.length > 2);
        for (const update of kept) assert.equal(run.checkpoints.read(update).update, update);
        Deno.removeSync(ballast);
        const resumed = Run.resume(run.folder, options);
        run = resumed.run;
        assert.equal(resumed.checkpoint?.update, kept.at(-1));
        advance((kept.at(-1) ?? 0) + 1, (kept.at(-1) ?? 0) + 3);
        const lines = Deno.readTextFileSync(join(run.folder, "metrics.jsonl")).trimEnd().split("\n");
        assert.deepEqual(lines.map((line) => JSON.parse(line).update), lines.map((_, index) => index + 1));
        run[Symbol.dispose]();
      });
    }),
});

Deno.test({
  name: "on a full disk runs can still be listed and deleted",
  ignore: !canMount,
  fn: () =>
    inFolder(async (folder) => {
      await onSmallDisk(folder, 300, () => {
        const ballast = join(folder, "ballast");
        const run = Run.create(folder, configOf(), options);
        run.log(1, { reward: 1 });
        run[Symbol.dispose]();
        assert.throws(() => Deno.writeFileSync(ballast, new Uint8Array(400 * 1024)));
        const reports: string[] = [];
        using index = RunIndex.open(folder, (message) => reports.push(message));
        assert.equal(index.list().length, 1);
        assert.match(reports.join(), /index.sqlite: database or disk is full; listed without it/);
        deleteRun(run.folder);
        index.refresh();
        assert.equal(index.list().length, 0);
      });
    }),
});
