/** The one command that every engine runs: bring job i of a manifest to its end, however far it is. */

import { join, resolve } from "node:path";
import { projectPath } from "../input/mod.ts";
import {
  exists,
  formatJson,
  isLocked,
  JsonLinesWriter,
  LockedError,
  lockFolder,
  readJsonLines,
  reason,
  writeAll,
  writeFileAtomic,
} from "../runs/mod.ts";
import { type Job, jobAt, jobFolder, type Manifest, readManifest } from "./manifest.ts";

/** Lock of a job, held by the process that runs its command; the run inside has its own. */
const JOB_LOCK = "job.lock";
const ATTEMPTS = "attempts.jsonl";
const JOB_CONFIG = "job.yaml";
/** What a job's command prints. */
export const JOB_LOG = "job.log";

/** How running a job ended. `already-done`: it was complete before; `busy`: another process runs it. */
export type JobOutcome =
  | { readonly kind: "done" | "already-done" | "busy" }
  | JobFailure;

/** The command ended with another code than 0, or could not be run. */
export interface JobFailure {
  readonly kind: "failed";
  /** What is wrong, e.g. `exit code 1 (see …/job.log)`. */
  readonly reason: string;
}

/** How a job is run. */
export interface RunJobOptions {
  /** Aborting sends SIGTERM to the command, which saves and stops. */
  readonly stop?: AbortSignal;
  /** Added to the command's environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told every line that the command prints on its standard error, where progress is. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs one job: returns at once if it is done, resumes it if it is half done. A job is done when its command exits with 0;
 * that is recorded by an atomic write, so that a job is complete exactly once whatever is killed when.
 * @throws {ManifestError} if the manifest cannot be used
 */
export async function runJob(manifestPath: string, index: number, options: RunJobOptions = {}): Promise<JobOutcome> {
  const manifest = readManifest(manifestPath);
  const job = jobAt(manifest, index);
  const folder = jobFolder(resolve(manifestPath), job);
  if (isDone(folder, job)) return { kind: "already-done" };
  Deno.mkdirSync(folder, { recursive: true });
  try {
    using _lock = lockFolder(folder, JOB_LOCK);
    if (isDone(folder, job)) return { kind: "already-done" };
    writeFileAtomic(join(folder, JOB_CONFIG), job.config);
    const status = await runCommand(manifest, job, folder, options);
    using attempts = new JsonLinesWriter(join(folder, ATTEMPTS));
    attempts.append({ id: job.id, code: status.code, signal: status.signal });
    attempts.sync();
    if (!status.success) return { kind: "failed", reason: describeStatus(status, folder) };
    const record = { id: job.id, index, manifest: manifest.digest, overrides: job.overrides };
    writeFileAtomic(join(folder, doneMarker(job)), formatJson(record));
    return { kind: "done" };
  } catch (error) {
    if (error instanceof LockedError) return { kind: "busy" };
    return { kind: "failed", reason: reason(error) };
  }
}

function describeStatus({ code, signal }: Deno.CommandStatus, folder: string): string {
  return `${signal === null ? `exit code ${code}` : `killed by ${signal}`} (see ${join(folder, JOB_LOG)})`;
}

async function runCommand(
  manifest: Manifest,
  job: Job,
  folder: string,
  options: RunJobOptions,
): Promise<Deno.CommandStatus> {
  const [program = "", ...args] = commandOf(manifest, job, folder);
  using log = Deno.openSync(join(folder, JOB_LOG), { append: true, create: true });
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
  }).spawn();
  const stop = () => child.kill("SIGTERM");
  if (options.stop?.aborted === true) stop();
  options.stop?.addEventListener("abort", stop);
  try {
    const copy = async (stream: ReadableStream<Uint8Array>, tell: (text: string) => void) => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) {
        writeAll(log, chunk);
        tell(decoder.decode(chunk, { stream: true }));
      }
    };
    await Promise.all([copy(child.stdout, () => {}), copy(child.stderr, linesTo(options.onLine))]);
    return await child.status;
  } catch (error) {
    stop(); // nobody reads what it prints any more, e.g. because the disk is full
    await child.status;
    throw error;
  } finally {
    options.stop?.removeEventListener("abort", stop);
  }
}

/** Puts text together that comes in pieces, and hands on each whole line. */
function linesTo(onLine: (line: string) => void = () => {}): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  };
}

/** The argument list of a job, every placeholder replaced. */
export function commandOf(manifest: Manifest, job: Job, folder: string): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    ...job.values,
    folder,
    config: join(folder, JOB_CONFIG),
    index: String(job.index),
    deno: Deno.execPath(),
    root: projectPath(),
  };
  return manifest.command.map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
  );
}

function doneMarker(job: Job): string {
  return `done-${job.id}.json`;
}

function isDone(folder: string, job: Job): boolean {
  return exists(join(folder, doneMarker(job)));
}

/** Whether its command was ever started: who was killed outright left no attempt, but its config. */
function wasStarted(folder: string, job: Job): boolean {
  const config = join(folder, JOB_CONFIG);
  return exists(config) && Deno.readTextFileSync(config) === job.config;
}

/** Where a job stands, judged by its files and locks alone. */
export interface JobStatus {
  readonly job: Job;
  readonly folder: string;
  readonly state: "done" | "running" | "failed" | "pending";
  /** How often its command was started and ended. */
  readonly attempts: number;
}

/** Where every job of a manifest stands. */
export function sweepStatus(manifestPath: string): readonly JobStatus[] {
  return readManifest(manifestPath).jobs.map((job) => {
    const folder = jobFolder(resolve(manifestPath), job);
    const attempts = readJsonLines(join(folder, ATTEMPTS)).rows.filter((row) => row["id"] === job.id);
    const state = isDone(folder, job)
      ? "done"
      : isLocked(folder, JOB_LOCK)
      ? "running"
      : attempts.length > 0 || wasStarted(folder, job)
      ? "failed"
      : "pending";
    return { job, folder, state, attempts: attempts.length };
  });
}
