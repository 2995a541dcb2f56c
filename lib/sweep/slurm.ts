/**
 * The Slurm launcher: one array job whose tasks each run one job of a manifest. Slurm decides where and when; the manifest and
 * the jobs' files decide what is left to do, so that requeueing and submitting again are safe.
 */

import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { parseConfigText, readConfigText, resolveWith } from "../config/mod.ts";
import { JsonLinesWriter, readJsonLines, shellCommand, writeFileAtomic } from "../runs/mod.ts";
import { sweepStatus } from "./job.ts";
import { readManifest } from "./manifest.ts";
import { projectPath } from "../input/mod.ts";

/** A word of a directive of the batch script: one line, nothing that sbatch or the shell would read as more. */
const word = () =>
  z.string().regex(/^[\w.,:@+/-]+$/, { error: "expected a name of letters, digits and any of . , : @ + / - _" });

/** What a task asks of the cluster: a YAML file of these keys. */
export const slurmSchema = z.strictObject({
  partition: word().optional().describe("partition; the cluster's default if left out"),
  account: word().optional().describe("account that is charged"),
  time: z.string().regex(/^\d+(:\d\d){0,2}$|^\d+-\d+(:\d\d){0,2}$/, {
    error: "expected a time as Slurm writes it: minutes, hours:minutes:seconds or days-hours:minutes:seconds",
  }).default("04:00:00").describe("time limit of a task; a task that reaches it is requeued and goes on"),
  memory: z.string().regex(/^\d+[KMGT]?$/, { error: "expected a size such as 4G" }).default("4G").describe("of a task"),
  cpus: z.int().min(1).default(2).describe("cores of a task"),
  gpus: z.int().min(0).default(0).describe("GPUs of a task"),
  at_once: z.int().min(1).optional().describe("tasks that run at the same time; as many as fit if left out"),
  requeues: z.int().min(0).default(3).describe("times that a task that failed or timed out is put back into the queue"),
  grace: z.int().min(10).default(120).describe(
    "seconds before the time limit at which a task is asked to save and stop",
  ),
  setup: z.string().default("").describe("shell lines before the task's command, e.g. module load"),
});

/** Resolved cluster options. */
export type SlurmOptions = z.output<typeof slurmSchema>;

/**
 * Reads a file of cluster options.
 * @throws {ConfigError}
 */
export function loadSlurmOptions(file: string): SlurmOptions {
  return resolveWith(slurmSchema, parseConfigText(readConfigText(file), file), []);
}

/** A Slurm command could not be run, or refused. */
export class SlurmError extends Error {
  override readonly name = "SlurmError";
}

/**
 * The batch script of one sweep. Its exit code is the job's; a job that ends otherwise than with 0 goes back into the queue
 * as often as the options allow, and so does one that the time limit stops.
 */
export function slurmScript(manifestPath: string, indices: readonly number[], options: SlurmOptions): string {
  const manifest = resolve(manifestPath);
  if (/[\r\n"]/.test(manifest)) throw new SlurmError(`${JSON.stringify(manifest)}: sbatch cannot read this path`);
  const logs = join(dirname(manifest), "logs");
  const throttle = options.at_once === undefined ? "" : `%${options.at_once}`;
  const directives = [
    `--job-name=${readManifest(manifestPath).name}`,
    `--array=${compactIndices(indices)}${throttle}`,
    /\s/.test(logs) ? `--output="${logs}/%a.log"` : `--output=${logs}/%a.log`,
    "--open-mode=append",
    "--requeue",
    `--signal=B:TERM@${options.grace}`,
    `--time=${options.time}`,
    `--mem=${options.memory}`,
    "--ntasks=1",
    `--cpus-per-task=${options.cpus}`,
    ...(options.partition === undefined ? [] : [`--partition=${options.partition}`]),
    ...(options.account === undefined ? [] : [`--account=${options.account}`]),
    ...(options.gpus === 0 ? [] : [`--gpus-per-task=${options.gpus}`]),
  ];
  const command = [
    Deno.execPath(),
    "run",
    "-A",
    projectPath("lib", "cli", "sweep.ts"),
  ]
    .concat(["job", "--manifest", manifest]);
  return `#!/bin/bash
${directives.map((directive) => `#SBATCH ${directive}`).join("\n")}
${options.setup}
${shellCommand(command)} --index "$SLURM_ARRAY_TASK_ID" &
job=$!
trap 'kill -TERM "$job"' TERM
wait "$job"; code=$?
# A signal ends the first wait before the command has saved.
if kill -0 "$job" 2>/dev/null; then wait "$job"; code=$?; fi
task="\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
if [ "$code" -ne 0 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${options.requeues} ] &&
  scontrol show job "$task" | grep -q JobState=RUNNING; then # not after scancel
  echo "exit code $code: back into the queue"
  scontrol requeue "$task" && sleep 60
fi
exit "$code"
`;
}

/** `0-3,7` for 0, 1, 2, 3, 7. */
export function compactIndices(indices: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const index of indices.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && index === run.last + 1) run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs.map(({ first, last }) => first === last ? `${first}` : `${first}-${last}`).join(",");
}

/** What a submission came to. */
export interface Submission {
  /** Number of the array job; undefined if nothing was left to do. */
  readonly slurmJob: string | undefined;
  readonly indices: readonly number[];
}

/**
 * Submits the jobs that are neither done nor in the queue already.
 * @throws {SlurmError} with sbatch's own words
 */
export async function submitToSlurm(manifestPath: string, options: SlurmOptions): Promise<Submission> {
  const queued = new Set(
    (await slurmStatus(manifestPath)).filter((task) => isAlive(task.state)).map((task) => task.index),
  );
  const indices = sweepStatus(manifestPath).filter(({ job, state }) => state !== "done" && !queued.has(job.index))
    .map(({ job }) => job.index);
  if (indices.length === 0) return { slurmJob: undefined, indices };
  const folder = dirname(resolve(manifestPath));
  Deno.mkdirSync(join(folder, "logs"), { recursive: true });
  const script = join(folder, "slurm.sh");
  writeFileAtomic(script, slurmScript(manifestPath, indices, options));
  const slurmJob = (await run("sbatch", ["--parsable", script])).trim().split(";")[0] ?? "";
  using submissions = new JsonLinesWriter(join(folder, SUBMISSIONS));
  submissions.append({ slurm_job: slurmJob, indices: compactIndices(indices) });
  submissions.sync();
  return { slurmJob, indices };
}

const SUBMISSIONS = "slurm_submissions.jsonl";

/** A task as the queue shows it. */
export interface SlurmTask {
  readonly index: number;
  /** Slurm's own word: PENDING, RUNNING, REQUEUED, COMPLETED, … */
  readonly state: string;
  readonly node: string;
}

function isAlive(state: string): boolean {
  return /^(PENDING|RUNNING|REQUEUED|REQUEUE_HOLD|CONFIGURING|COMPLETING|SUSPENDED|RESIZING)/.test(state);
}

/** The tasks of all submissions of a manifest that the queue still knows; none if nothing was submitted. */
export async function slurmStatus(manifestPath: string): Promise<readonly SlurmTask[]> {
  const jobs = submittedJobs(manifestPath);
  if (jobs.length === 0) return [];
  // squeue fails as a whole when one of several numbers has left the queue, so all jobs are listed and picked from.
  const text = await run("squeue", ["--array", "--noheader", "--states=all", "--format=%F_%K|%T|%N"]);
  return parseTasks(text, jobs);
}

/**
 * What Slurm knows of a manifest's tasks: the queue's word where they are in it, the accounts' where they have left it.
 * @param note told where the cluster keeps no accounts
 */
export async function knownTasks(manifestPath: string, note: (text: string) => void): Promise<readonly SlurmTask[]> {
  let accounts: readonly SlurmTask[] = [];
  try {
    accounts = await slurmHistory(manifestPath);
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    note(error.message.split("\n")[0]);
  }
  const tasks = [...accounts, ...await slurmStatus(manifestPath)];
  return [...new Map(tasks.map((task) => [task.index, task])).values()];
}

/**
 * What Slurm's accounting says of tasks that may have left the queue, e.g. OUT_OF_MEMORY or NODE_FAIL; the last submission of
 * each task counts.
 * @throws {SlurmError} where the cluster keeps no accounts
 */
export async function slurmHistory(manifestPath: string): Promise<readonly SlurmTask[]> {
  const jobs = submittedJobs(manifestPath);
  if (jobs.length === 0) return [];
  const options = ["--allocations", "--parsable2", "--noheader", "--format=JobID,State,NodeList"];
  const tasks = parseTasks(await run("sacct", [...options, `--jobs=${jobs.join(",")}`]), jobs);
  return [...new Map(tasks.map((task) => [task.index, task])).values()];
}

function submittedJobs(manifestPath: string): readonly string[] {
  const path = join(dirname(resolve(manifestPath)), SUBMISSIONS);
  return readJsonLines(path).rows.map((row) => String(row["slurm_job"]));
}

/** Reads lines `JOB_INDEX|STATE|NODE`, in the order of the jobs; lines of other jobs are left out. */
export function parseTasks(text: string, jobs: readonly string[]): readonly SlurmTask[] {
  const tasks = text.split("\n").flatMap((line) => {
    const match = /^(\d+)_(\d+)\|([^|]*)\|(.*)$/.exec(line.trim());
    const [, job = "", index = "", state = "", node = ""] = match ?? [];
    return jobs.includes(job) ? [{ job, task: { index: Number(index), state, node } }] : [];
  });
  return tasks.toSorted((a, b) => jobs.indexOf(a.job) - jobs.indexOf(b.job)).map(({ task }) => task);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
    if (!success) throw new SlurmError(`${program}: ${new TextDecoder().decode(stderr).trim()}`);
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new SlurmError(`${program}: not installed on this machine`);
    throw error;
  }
}
