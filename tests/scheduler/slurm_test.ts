import assert from "node:assert/strict";
import { join } from "node:path";
import {
  compactIndices,
  freezeManifest,
  SlurmError,
  slurmSchema,
  submitToSlurm,
  sweepStatus,
} from "../../lib/sweep/mod.ts";
import { createManifest, nameJob } from "../../lib/sweep/manifest.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { slurmHistory, slurmStatus } from "../../lib/sweep/slurm.ts";
import { readJsonLines } from "../../lib/runs/mod.ts";
import { parseTasks } from "../../lib/sweep/slurm.ts";
import { canStartCluster, startCluster, until } from "./cluster.ts";

const UPDATES = 200;
const TINY = ["{deno}", "run", "-A", "--no-check", "{root}/tests/sweep/tiny_job.ts", "{folder}", "{config}"];

function freezeTwelveJobs(path: string): void {
  const jobs = planSweep({
    configs: "configs",
    file: "configs/quick.yaml",
    words: ["seed=range(12)", `grpo.updates=${UPDATES}`, "checkpoint.every=20"],
    sampler: { kind: "grid" },
  });
  const named = jobs.map(({ overrides, yaml }, index) => ({
    ...nameJob(index, yaml),
    overrides: [...overrides],
    config: yaml,
    values: {},
  }));
  freezeManifest(path, createManifest("twelve", TINY, named));
}

/** Number of the training process of a job, from what Linux says about processes. */
function processOf(folder: string): number | undefined {
  for (const entry of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(entry.name)) continue;
    try {
      const command = Deno.readTextFileSync(`/proc/${entry.name}/cmdline`);
      if (command.includes("tiny_job.ts") && command.includes(folder)) return Number(entry.name);
    } catch (error) {
      // Processes end while they are looked at.
      if (!(error instanceof Deno.errors.NotFound || error instanceof Error && error.message.includes("os error 3"))) {
        throw error;
      }
    }
  }
  return undefined;
}

Deno.test({
  name: "twelve jobs on a real Slurm, one killed and a node lost on the way, are each complete exactly once",
  ignore: !canStartCluster(),
  fn: async () => {
    const folder = Deno.makeTempDirSync({ prefix: "slurm-" });
    const manifest = join(folder, "sweep", "manifest.json");
    freezeTwelveJobs(manifest);
    try {
      await using cluster = await startCluster(folder);
      Deno.env.set("SLURM_CONF", cluster.conf);
      Deno.env.set("TINY_PAUSE", "40");
      const options = slurmSchema.parse({ cpus: 1, memory: "200M", time: "00:10:00", requeues: 6 });
      const { indices } = await submitToSlurm(manifest, options);
      assert.equal(indices.length, 12);
      const again = await submitToSlurm(manifest, options);
      assert.deepEqual(again, { slurmJob: undefined, indices: [] }, "what is in the queue is not submitted twice");

      const updates = (index: number) =>
        readJsonLines(join(sweepStatus(manifest)[index]?.folder ?? "", "metrics.jsonl")).rows.length;
      await until("the first jobs are past a checkpoint", () => updates(0) > 25);
      const victim = processOf(sweepStatus(manifest)[0]?.folder ?? "");
      assert.ok(victim !== undefined);
      Deno.kill(victim, "SIGKILL");
      const lost = (await slurmStatus(manifest)).filter(({ state, node }) => state === "RUNNING" && node === "n2");
      assert.ok(lost.length > 0);
      await cluster.killNode("n2");
      await until(
        "Slurm notices",
        async () => (await cluster.command("sinfo", "-h", "-N", "-n", "n2", "-o", "%T")).includes("down"),
      );
      cluster.startNode("n2");

      const arrayJob = async (index: number) => {
        const lines = (await cluster.command("squeue", "-r", "-h", "-t", "all", "-o", "%F|%K")).split("\n");
        return lines.find((line) => line.endsWith(`|${index}`))?.replace("|", "_") ?? "";
      };
      await until("all jobs are done", async () => {
        // Slurm lets a requeued job wait for two minutes; a test need not.
        for (const { index, state } of await slurmStatus(manifest)) {
          if (state === "PENDING") {
            await cluster.command("scontrol", "update", `JobId=${await arrayJob(index)}`, "StartTime=now").catch(() =>
              ""
            );
          }
        }
        return sweepStatus(manifest).every(({ state }) => state === "done");
      }, 240);

      for (const { folder: job } of sweepStatus(manifest)) {
        const rows = readJsonLines(join(job, "metrics.jsonl")).rows;
        assert.deepEqual(rows.map((row) => row["update"]), Array.from({ length: UPDATES }, (_, index) => index + 1));
        const attempts = readJsonLines(join(job, "attempts.jsonl")).rows;
        assert.equal(attempts.filter((row) => row["code"] === 0).length, 1);
      }
      const sessions = readJsonLines(join(sweepStatus(manifest)[0]?.folder ?? "", "sessions.jsonl")).rows;
      assert.ok(Number(sessions[1]?.["from_update"]) >= 20, "the killed job went on from its checkpoint");
      assert.deepEqual((await submitToSlurm(manifest, options)).indices, [], "nothing is left to submit");
    } finally {
      Deno.env.delete("SLURM_CONF");
      Deno.env.delete("TINY_PAUSE");
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("accounts are read for the tasks of this sweep alone, the latest submission last", () => {
  const text =
    "8_0|COMPLETED|n2\n7_0|OUT_OF_MEMORY|n1\n7_1|CANCELLED by 0|n1\n9_0|FAILED|n1\n7_[2-3]|PENDING|None assigned\n";
  assert.deepEqual(parseTasks(text, ["7", "8"]), [
    { index: 0, state: "OUT_OF_MEMORY", node: "n1" },
    { index: 1, state: "CANCELLED by 0", node: "n1" },
    { index: 0, state: "COMPLETED", node: "n2" },
  ]);
});

Deno.test("indices are written as Slurm writes arrays", () => {
  assert.equal(compactIndices([7, 0, 1, 2, 4, 5]), "0-2,4-5,7");
});

Deno.test({
  name: "a task that is cancelled stays cancelled, and can be submitted again",
  ignore: !canStartCluster(),
  fn: async () => {
    const folder = Deno.makeTempDirSync({ prefix: "slurm-" });
    const manifest = join(folder, "sweep", "manifest.json");
    const job = { id: "sleeper", folder: "jobs/sleeper", overrides: [], config: "", values: {} };
    freezeManifest(manifest, createManifest("sleep", ["/bin/sleep", "600"], [job]));
    try {
      await using cluster = await startCluster(folder);
      Deno.env.set("SLURM_CONF", cluster.conf);
      const options = slurmSchema.parse({ cpus: 1, memory: "200M" });
      const { slurmJob } = await submitToSlurm(manifest, options);
      await until("the job runs", () => sweepStatus(manifest)[0]?.state === "running");
      await cluster.command("scancel", `${slurmJob}_0`);
      await until("it ended", async () => (await slurmStatus(manifest))[0]?.state === "CANCELLED");
      assert.equal(sweepStatus(manifest)[0]?.state, "failed");
      await assert.rejects(
        slurmHistory(manifest),
        (error) => error instanceof SlurmError && /accounting/.test(error.message),
      );
      assert.deepEqual((await submitToSlurm(manifest, options)).indices, [0]);
    } finally {
      Deno.env.delete("SLURM_CONF");
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
