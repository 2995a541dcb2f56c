/**
 * Sweeps: many runs from one frozen manifest of jobs, started by a pool of processes here, by Slurm, or by templates for other engines.
 * @module
 */

export {
  createManifest,
  freezeManifest,
  type Job,
  type Manifest,
  ManifestError,
  nameJob,
  readManifest,
} from "./manifest.ts";
export { trainingCommand } from "./command.ts";
export { type JobOutcome, type JobStatus, runJob, type RunJobOptions, sweepStatus } from "./job.ts";
export { launchLocal, type LaunchResult, type LocalOptions } from "./local.ts";
export { manifestOf, planJobs, type PlannedJob, planSweep, type Sampler, type SweepRequest } from "./plan.ts";
export {
  compactIndices,
  knownTasks,
  loadSlurmOptions,
  SlurmError,
  slurmHistory,
  type SlurmOptions,
  slurmSchema,
  slurmScript,
  slurmStatus,
  type SlurmTask,
  type Submission,
  submitToSlurm,
} from "./slurm.ts";
export { type KubernetesOptions, kubernetesTemplate, parallelTemplate } from "./templates.ts";
export { type HalvingOptions, rungBudgets, successiveHalving, type TrialResult } from "./halving.ts";
export { inPlannedOrder, planWorkflow, type Workflow, type WorkflowRequest } from "./workflow.ts";
export { planStudy, readStudy, type Study, studySchema } from "./study.ts";
