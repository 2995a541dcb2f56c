/** A binary file read by a worker that is ended when it takes too much time or memory. */

import { cpuUsage } from "node:process";
import { Worker } from "node:worker_threads";
import { DataError } from "../error.ts";
import { orDataError } from "./bytes.ts";
import type { ColumnRequest, TableRows } from "./types.ts";
import type { BinaryAnswer, BinaryJob } from "./worker.ts";

/**
 * What reading a file may take: so much, and so much more for each of its bytes. The seconds are those of the clock and of the
 * processor alike, so that a machine that is busy with other things is no reason to give up.
 */
export interface ReadLimits {
  readonly seconds: number;
  readonly secondsPerMegabyte: number;
  readonly megabytes: number;
  readonly megabytesPerMegabyte: number;
}

/** A whole file takes a hundredth of the time and a tenth of the memory. */
export const READ_LIMITS: ReadLimits = {
  seconds: 20,
  secondsPerMegabyte: 1,
  megabytes: 1536,
  megabytesPerMegabyte: 64,
};

/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 25;

/**
 * @param choose which columns are wanted, once they are known
 * @throws {DataError} for everything that is wrong with the file; exactly once, whatever goes wrong in the worker
 */
export async function readIsolated(
  job: BinaryJob,
  choose: (columns: readonly string[], empty: boolean) => readonly ColumnRequest[],
  limits: ReadLimits = READ_LIMITS,
): Promise<TableRows> {
  const size = orDataError(job.file, () => {
    const { isDirectory, size } = Deno.statSync(job.file);
    if (isDirectory) throw new DataError(`${job.file}: it is a folder, not a file`);
    return size / 1e6;
  });
  const seconds = limits.seconds + size * limits.secondsPerMegabyte;
  const megabytes = limits.megabytes + size * limits.megabytesPerMegabyte;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: job });
  const before = { rss: Deno.memoryUsage().rss, processor: processorSeconds(), clock: performance.now() };
  let look: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<TableRows>((resolve, reject) => {
      const refuse = (reason: string) =>
        reject(new DataError(`${job.file}: it cannot be read as ${job.format}: ${reason}; it is probably damaged`));
      look = setInterval(() => {
        if (Deno.memoryUsage().rss - before.rss > 1e6 * megabytes) {
          refuse(`reading it took more than ${Math.round(megabytes)} MB of memory`);
        }
        const passed = (performance.now() - before.clock) / 1000;
        if (passed > seconds && processorSeconds() - before.processor > seconds) {
          refuse(`reading it took more than ${Math.round(seconds)} seconds`);
        }
      }, LOOK_EVERY);
      worker.on("error", (error) => refuse(error instanceof Error ? error.message : String(error)));
      worker.on("exit", () => refuse("its reader ended"));
      worker.on("message", (answer: BinaryAnswer) => {
        if (answer.kind === "rows") return resolve(answer.rows);
        if (answer.kind === "failed") {
          return answer.known ? reject(new DataError(answer.message)) : refuse(answer.message);
        }
        try {
          worker.postMessage(choose(answer.columns, answer.empty));
        } catch (error) {
          reject(error);
        }
      });
    });
  } finally {
    clearInterval(look);
    await worker.terminate();
  }
}

/** Processor time of this process so far. */
function processorSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}
