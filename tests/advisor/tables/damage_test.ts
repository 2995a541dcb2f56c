/** Damaged files. `FLIP_EVERY_BIT=1` turns over each bit of each file; without it a sample of them is taken. */

import assert from "node:assert/strict";
import { cpuUsage } from "node:process";
import { Worker } from "node:worker_threads";
import { DataError, parseProblem, readData } from "../../../lib/advisor/mod.ts";
import { READ_LIMITS, readIsolated } from "../../../lib/advisor/tables/isolated.ts";
import { temporary } from "../support.ts";
import type { DamageJob, DamageResult } from "./damage_worker.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url).pathname;
const EXAMPLE = new URL("../../../configs/experiments/bioreactor.yaml", import.meta.url).pathname;
const problem = parseProblem(Deno.readTextFileSync(EXAMPLE), "bioreactor.yaml");
const STEP = Deno.env.get("FLIP_EVERY_BIT") === undefined ? 41 : 1;

/** Seconds of the processor that a case may take, and megabytes that all together may. */
const MOST = { seconds: 60, megabytes: 1500 };

/** Runs all cases of a job in a thread of their own; it is an error if one of them takes too long or too much. */
async function run(job: DamageJob): Promise<DamageResult[]> {
  const worker = new Worker(new URL("./damage_worker.ts", import.meta.url), { workerData: job });
  const results: DamageResult[] = [];
  const before = Deno.memoryUsage().rss;
  let last = processorSeconds();
  let look: ReturnType<typeof setInterval> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      look = setInterval(() => {
        const megabytes = (Deno.memoryUsage().rss - before) / 1e6;
        const behind = `behind case ${results.at(-1)?.case} of ${job.file}`;
        if (processorSeconds() - last > MOST.seconds) reject(new Error(`no end ${behind}`));
        if (megabytes > MOST.megabytes) reject(new Error(`${megabytes} MB ${behind}`));
      }, 20);
      worker.on("error", reject);
      worker.on("message", (result: DamageResult | "done") => {
        last = processorSeconds();
        if (result === "done") resolve();
        else results.push(result);
      });
    });
  } finally {
    clearInterval(look);
    await worker.terminate();
  }
  return results;
}

function processorSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}

const FILES = [
  ["small_stream.arrow", "Arrow"],
  ["small_lz4.feather", "Arrow"],
  ["small.parquet", "Parquet"],
  ["small_snappy.parquet", "Parquet"],
] as const;

for (const [name, format] of FILES) {
  Deno.test(`${name} with one bit turned over or its end cut off gives its rows or a sentence, soon`, async () => {
    const job = { file: FIXTURES + name, format, first: 0, step: STEP };
    const flips = await run({ ...job, kind: "flip" });
    assert.deepEqual(flips.filter(({ raw }) => raw !== null), []);
    assert.ok(flips.length >= Math.floor(8 * 1800 / STEP));
    // Most bits are those of a number, or of nothing: a few of the others are not noticed.
    assert.ok(flips.filter(({ rows }) => rows === 23).length > flips.length / 3);
    assert.ok(flips.filter(({ rows }) => rows === null).length > flips.length / 20);
    const cuts = await run({ ...job, kind: "cut" });
    assert.deepEqual(cuts.filter(({ raw }) => raw !== null), []);
    if (name !== "small_stream.arrow") assert.deepEqual(cuts.filter(({ rows }) => rows !== null), []);
  });
}

Deno.test("reading that takes too long or too much memory is ended with a sentence that names the file", async () => {
  const job = { file: `${FIXTURES}small.parquet`, format: "Parquet", missing: [] } as const;
  const choose = () => [{ column: 0, as: "numbers" }] as const;
  await assert.rejects(
    readIsolated(job, choose, { ...READ_LIMITS, seconds: 0, secondsPerMegabyte: 0 }),
    /small\.parquet: it cannot be read as Parquet: reading it took more than 0 seconds; it is probably damaged$/,
  );
  await assert.rejects(
    readIsolated(job, choose, { ...READ_LIMITS, megabytes: -1e6 }),
    /small\.parquet: it cannot be read as Parquet: reading it took more than -?\d+ MB of memory; it is probably damaged$/,
  );
  assert.equal((await readIsolated(job, choose)).rows, 23);
});

Deno.test("a damaged file is refused exactly once", async () => {
  const bytes = Deno.readFileSync(`${FIXTURES}small.parquet`);
  // Every page of every column: what is behind the magic number and before the footer.
  const footer = new DataView(bytes.buffer).getInt32(bytes.length - 8, true);
  bytes.fill(0xff, 4, bytes.length - 8 - footer);
  const further: unknown[] = [];
  const listen = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    further.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listen);
  try {
    await assert.rejects(readData(problem, temporary("data.parquet", bytes)), DataError);
    await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    globalThis.removeEventListener("unhandledrejection", listen);
  }
  assert.deepEqual(further, []);
});
