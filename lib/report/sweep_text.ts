/** Sweeps for the terminal: their jobs, how far they are, and what became of a launch. */

import type { JobStatus, LaunchResult, Manifest, SlurmTask, TrialResult } from "../sweep/mod.ts";
import { formatTable } from "./text_table.ts";

/** The jobs of a manifest before they run. */
export function jobTable(manifest: Manifest): string {
  const rows = manifest.jobs.map(({ index, id, overrides }) => [index, id, overrides.join(" ")]);
  return formatTable([{ heading: "#" }, { heading: "job" }, { heading: "overrides" }], rows);
}

/** The jobs of a manifest and how far they are, with Slurm's word for those that it knows. */
export function statusTable(statuses: readonly JobStatus[], tasks: readonly SlurmTask[]): string {
  const words = new Map(tasks.map(({ index, state, node }) => [index, `${state} ${node}`.trim()]));
  const slurm = <T>(cell: T) => words.size > 0 ? [cell] : [];
  const rows = statuses.map(({ job, state, attempts }) => [
    job.index,
    job.id,
    state,
    attempts,
    ...slurm(words.get(job.index) ?? ""),
    job.overrides.join(" "),
  ]);
  const count = (state: string) => statuses.filter((status) => status.state === state).length;
  const totals = ["done", "running", "failed", "pending"].map((state) => `${count(state)} ${state}`).join(", ");
  const headings = ["#", "job", "state", "attempts", ...slurm("slurm"), "overrides"];
  return `${formatTable(headings.map((heading) => ({ heading })), rows)}\n\n${totals}`;
}

/** How many jobs of a launch ended how. */
export function launchText({ done, alreadyDone, failed, busy, stopped }: LaunchResult): string {
  const parts: readonly (readonly [number, string])[] = [
    [done, "done"],
    [alreadyDone, "done before"],
    [failed.length, "failed"],
    [busy.length, "being run by another process"],
    [stopped.length, "stopped"],
  ];
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(", ");
}

/** The trials of a search, the best first. */
export function trialTable<Resolved>(trials: readonly TrialResult<Resolved>[]): string {
  const columns = [{ heading: "trial" }, { heading: "score", digits: 4 }, { heading: "updates" }, {
    heading: "overrides",
  }];
  return formatTable(
    columns,
    trials.map(({ folder, score, budget, trial }) => [folder, score, budget, trial.overrides.join(" ")]),
  );
}
