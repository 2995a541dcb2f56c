/**
 * Sweeps: many runs from one frozen manifest of jobs, started by a pool of processes here, by Slurm, or by templates for other engines.
 * @module
 */

export { freezeManifest, type Job, type Manifest, ManifestError } from "./manifest.ts";
export { trainingCommand } from "./command.ts";
export { type JobOutcome, type JobStatus, runJob, type RunJobOptions, sweepStatus } from "./job.ts";
export { launchLocal, type LaunchResult, type LocalOptions } from "./local.ts";
export { manifestOf, planJobs, type PlannedJob, type Sampler, type SweepRequest } from "./plan.ts";
export {
  compactIndices,
  knownTasks,
  loadSlurmOptions,
  SlurmError,
  type SlurmOptions,
  slurmSchema,
  type SlurmTask,
  type Submission,
  submitToSlurm,
} from "./slurm.ts";
export { type KubernetesOptions, kubernetesTemplate, parallelTemplate } from "./templates.ts";
export { type HalvingOptions, successiveHalving, type TrialResult } from "./halving.ts";
export { inPlannedOrder, planWorkflow, type Workflow, type WorkflowRequest } from "./workflow.ts";
export { studySchema } from "./study.ts";
