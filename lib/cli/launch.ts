/** What `sweep` and `train --multirun` share: plan, freeze, launch, report. */

import { dirname, join } from "node:path";
import {
  compactIndices,
  createManifest,
  freezeManifest,
  type HalvingOptions,
  launchLocal,
  type LaunchResult,
  loadSlurmOptions,
  type Manifest,
  nameJob,
  planJobs,
  type PlannedJob,
  SlurmError,
  slurmHistory,
  slurmStatus,
  type SlurmTask,
  submitToSlurm,
  successiveHalving,
  type SweepRequest,
  sweepStatus,
} from "../sweep/mod.ts";
import type { RunConfig } from "../runs/mod.ts";
import type { TrainingKind } from "../training/mod.ts";
import { exitCodeOf, listenForInterrupt } from "./interrupt.ts";
import { printError, printLine } from "./output.ts";
import { formatTable } from "../report/mod.ts";
import { PROGRESS_LINE } from "./progress.ts";

/** How a sweep is launched. */
export interface LaunchOptions {
  readonly results: string;
  readonly command: readonly string[];
  readonly jobs: number;
  readonly retries: number;
  /** `none` only freezes the manifest, for an engine of the user's choice. */
  readonly launcher: "local" | "slurm" | "none";
  /** File of cluster options. */
  readonly slurm: string;
  readonly dryRun: boolean;
  /** Print every job's resolved config and stop. */
  readonly cfg: boolean;
}

/** The manifest of planned jobs and the path that it belongs at: the same jobs and name, the same path. */
export function manifestOf(
  jobs: readonly PlannedJob<{ readonly name: string }>[],
  command: readonly string[],
  results: string,
  name: string = jobs[0]?.config.name ?? "sweep",
): { readonly manifest: Manifest; readonly path: string } {
  const manifest = createManifest(
    name,
    command,
    jobs.map(({ overrides, yaml }, index) => ({ ...nameJob(index, yaml), overrides, config: yaml, values: {} })),
  );
  return { manifest, path: join(results, name, `sweep-${manifest.digest.slice(0, 8)}`, "manifest.json") };
}

/** Freezes planned jobs and hands them to the launcher, unless only their plan is asked for. Returns the exit code. */
export async function launchSweep(
  jobs: readonly PlannedJob<{ readonly name: string }>[],
  options: LaunchOptions,
): Promise<number> {
  if (options.cfg) {
    jobs.forEach(({ overrides, yaml }, index) => printLine(`# job ${index}: ${overrides.join(" ")}\n---\n${yaml}`));
    return 0;
  }
  const { manifest, path } = manifestOf(jobs, options.command, options.results);
  if (options.dryRun) {
    printLine(jobTable(manifest));
    printLine(`\n${manifest.jobs.length} jobs would be frozen into ${path}`);
    return 0;
  }
  freezeManifest(path, manifest);
  printLine(`${manifest.jobs.length} jobs, frozen into ${path}`);
  return await runSweep(path, options);
}

/** Hands the jobs of a frozen manifest that are not done to a launcher. Returns the exit code. */
export async function runSweep(
  path: string,
  options: Pick<LaunchOptions, "jobs" | "retries" | "launcher" | "slurm">,
): Promise<number> {
  if (options.launcher === "local") return await runSweepHere(path, options);
  if (options.launcher === "slurm") {
    const { slurmJob, indices } = await submitToSlurm(path, loadSlurmOptions(options.slurm));
    printLine(
      slurmJob === undefined
        ? "nothing to submit"
        : `${indices.length} tasks (${compactIndices(indices)}) in Slurm job ${slurmJob}`,
    );
  }
  printLine(`deno task sweep status ${path}`);
  return 0;
}

/** Runs the jobs of a frozen manifest that are not done, and says what became of them. Returns the exit code. */
async function runSweepHere(path: string, options: Pick<LaunchOptions, "jobs" | "retries">): Promise<number> {
  const stop = new AbortController();
  using interrupt = listenForInterrupt(
    "running jobs save and stop; the same command goes on later",
    () => stop.abort(),
  );
  const total = sweepStatus(path).length;
  let ended = 0;
  const result = await launchLocal(path, {
    ...options,
    stop: stop.signal,
    onLine: (job, line) => {
      if (PROGRESS_LINE.test(line)) printError(`${job.id} ${line}`);
    },
    onOutcome: (job, outcome) => {
      const why = outcome.kind === "failed" ? `: ${outcome.reason}` : "";
      printLine(`[${++ended}/${total}] ${job.id} ${outcome.kind.replace("-", " ")}${why}  ${job.overrides.join(" ")}`);
    },
  });
  printLine(describeLaunch(result));
  if (interrupt.signal !== undefined) return exitCodeOf(interrupt.signal);
  return result.failed.length + result.busy.length > 0 ? 1 : 0;
}

/** How a search runs. */
export interface SearchOptions extends HalvingOptions {
  readonly results: string;
  readonly command: readonly string[];
  readonly jobs: number;
  readonly retries: number;
  readonly dryRun: boolean;
}

/** Draws trials and thins them out by successive halving on this machine. Returns the exit code. */
export async function searchSweep<Config extends RunConfig>(
  request: SweepRequest,
  kind: TrainingKind<Config>,
  given: SearchOptions,
): Promise<number> {
  const trials = planJobs(request, kind.resolve);
  const options = { ...given, updates: (config: Config) => kind.updates(config) };
  const command = [...options.command, "--stop-at", "{stop_at}"];
  const { manifest, path } = manifestOf(trials, command, options.results);
  printLine(jobTable(manifest));
  if (options.dryRun) return 0;
  let code = 0;
  const ranked = await successiveHalving(dirname(path), trials, command, options, async (rungPath, rung, budget) => {
    printLine(`\nrung ${rung}: ${budget} updates`);
    code = await runSweepHere(rungPath, options);
    // Trials that failed are out; a signal ends the search.
    return code <= 1;
  });
  if (ranked === undefined) return code;
  const columns = [{ heading: "trial" }, { heading: "score", digits: 4 }, { heading: "updates" }, {
    heading: "overrides",
  }];
  const rows = ranked.map((one) => [one.folder, one.score, one.budget, one.trial.overrides.join(" ")]);
  printLine(`\n${options.metric}, the best first\n${formatTable(columns, rows)}`);
  const [best] = ranked;
  return best !== undefined && best.score !== null && best.budget === kind.updates(best.trial.config) ? 0 : 1;
}

function describeLaunch({ done, alreadyDone, failed, busy, stopped }: LaunchResult): string {
  const parts: readonly (readonly [number, string])[] = [
    [done, "done"],
    [alreadyDone, "done before"],
    [failed.length, "failed"],
    [busy.length, "being run by another process"],
    [stopped.length, "stopped"],
  ];
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(", ");
}

/** The jobs of a manifest before they run. */
export function jobTable(manifest: Manifest): string {
  const rows = manifest.jobs.map(({ index, id, overrides }) => [index, id, overrides.join(" ")]);
  return formatTable([{ heading: "#" }, { heading: "job" }, { heading: "overrides" }], rows);
}

/** Slurm's accounts of a manifest's tasks; none, with a note, where the cluster keeps none. */
async function accounts(path: string): Promise<readonly SlurmTask[]> {
  try {
    return await slurmHistory(path);
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    printError(`note: ${error.message.split("\n")[0]}`);
    return [];
  }
}

/** The jobs of a manifest and how far they are, with the queue's word where they were submitted to Slurm. */
export async function statusTable(path: string): Promise<string> {
  const statuses = sweepStatus(path);
  const known = [...await accounts(path), ...await slurmStatus(path)];
  const tasks = new Map(known.map((task) => [task.index, `${task.state} ${task.node}`.trim()]));
  const rows = statuses.map(({ job, state, attempts }) => [
    job.index,
    job.id,
    state,
    attempts,
    ...(tasks.size > 0 ? [tasks.get(job.index) ?? ""] : []),
    job.overrides.join(" "),
  ]);
  const count = (state: string) => statuses.filter((status) => status.state === state).length;
  const totals = ["done", "running", "failed", "pending"].map((state) => `${count(state)} ${state}`).join(", ");
  const headings = ["#", "job", "state", "attempts", ...(tasks.size > 0 ? ["slurm"] : []), "overrides"];
  return `${formatTable(headings.map((heading) => ({ heading })), rows)}\n\n${totals}`;
}
