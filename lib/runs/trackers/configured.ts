/** The trackers that a run's config asks for. */

import { basename } from "node:path";
import type { Run } from "../run.ts";
import { TensorBoardTracker } from "./tensorboard/tracker.ts";
import { type Tracker, Trackers } from "./tracker.ts";
import { WandbTracker } from "./wandb/tracker.ts";

/** Metrics that runs are compared by on TensorBoard's HParams page. */
const COMPARED_METRICS = ["validation/normalised_value", "normalised_value", "reward"];

/**
 * Starts the trackers of a run.
 * @param fromUpdate updates done before this process
 * @param report is told once of each tracker that fails
 */
export async function trackersFor(run: Run, fromUpdate: number, report: (message: string) => void): Promise<Trackers> {
  const { tensorboard, wandb } = run.config.logging;
  const chosen: Tracker[] = [];
  if (tensorboard) chosen.push(new TensorBoardTracker({ metrics: COMPARED_METRICS }));
  if (wandb.enabled) chosen.push(new WandbTracker({ project: wandb.project, entity: wandb.entity }));
  const trackers = new Trackers(chosen, report);
  await trackers.start({
    folder: run.folder,
    name: run.config.name,
    id: basename(run.folder),
    config: run.config,
    fromUpdate,
  });
  return trackers;
}
