/** The local launcher: a pool of processes on this machine. */

import { type JobOutcome, runJob, sweepStatus } from "./job.ts";
import type { Job } from "./manifest.ts";

/** How a launcher runs a sweep. */
export interface LocalOptions {
  /** Jobs that run at the same time. */
  readonly jobs: number;
  /** How often a failed job is resumed before it is given up. */
  readonly retries: number;
  /** Aborting lets running jobs save and stop, and starts no more. */
  readonly stop?: AbortSignal;
  readonly onOutcome?: (job: Job, outcome: JobOutcome) => void;
  /** Told every line that a running job prints on its standard error. */
  readonly onLine?: (job: Job, line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a launch came to. */
export interface LaunchResult {
  readonly done: number;
  readonly alreadyDone: number;
  /** Jobs that failed every time, with what was wrong the last time. */
  readonly failed: readonly { readonly job: Job; readonly reason: string }[];
  /** Jobs that another process runs. */
  readonly busy: readonly Job[];
  /** Jobs that were not started or were stopped because of `stop`. */
  readonly stopped: readonly Job[];
}

/** Brings every job of a manifest to its end. Jobs are started in their order. */
export async function launchLocal(manifestPath: string, options: LocalOptions): Promise<LaunchResult> {
  const queue = sweepStatus(manifestPath).map(({ job }) => job);
  const result = {
    done: 0,
    alreadyDone: 0,
    failed: [] as LaunchResult["failed"][number][],
    busy: [] as Job[],
    stopped: [] as Job[],
  };
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      if (isAborted(options)) {
        result.stopped.push(job);
        continue;
      }
      const outcome = await runWithRetries(manifestPath, job, options);
      options.onOutcome?.(job, outcome);
      if (outcome.kind === "failed") {
        if (isAborted(options)) result.stopped.push(job);
        else result.failed.push({ job, reason: outcome.reason });
      } else if (outcome.kind === "busy") result.busy.push(job);
      else if (outcome.kind === "done") result.done++;
      else result.alreadyDone++;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, worker));
  return result;
}

async function runWithRetries(manifestPath: string, job: Job, options: LocalOptions): Promise<JobOutcome> {
  for (let attempt = 0;; attempt++) {
    const { stop, env, onLine } = options;
    const outcome = await runJob(manifestPath, job.index, {
      ...(stop === undefined ? {} : { stop }),
      ...(env === undefined ? {} : { env }),
      ...(onLine === undefined ? {} : { onLine: (line) => onLine(job, line) }),
    });
    if (outcome.kind !== "failed" || attempt >= options.retries || isAborted(options)) return outcome;
  }
}

/** Asked again at every step: a signal may come while a job runs. */
function isAborted({ stop }: LocalOptions): boolean {
  return stop?.aborted === true;
}
