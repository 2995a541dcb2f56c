/** What `sweep` and `train --multirun` share: plan, freeze, launch, report. */

import { dirname } from "node:path";
import { jobTable, launchText, trialTable } from "../report/mod.ts";
import { exitCodeOf, listenForInterrupt, type RunConfig } from "../runs/mod.ts";
import {
  compactIndices,
  freezeManifest,
  type HalvingOptions,
  launchLocal,
  loadSlurmOptions,
  manifestOf,
  planJobs,
  type PlannedJob,
  submitToSlurm,
  successiveHalving,
  type SweepRequest,
  sweepStatus,
} from "../sweep/mod.ts";
import type { TrainingKind } from "../training/mod.ts";
import { printError, printLine } from "./output.ts";
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
  printLine(launchText(result));
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
  printLine(`\n${options.metric}, the best first\n${trialTable(ranked)}`);
  const [best] = ranked;
  return best !== undefined && best.score !== null && best.budget === kind.updates(best.trial.config) ? 0 : 1;
}
