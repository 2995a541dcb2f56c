/** The trackers that a run's config asks for. */

import { basename } from "node:path";
import type { Row } from "../files/json_lines.ts";
import type { RunConfig } from "../kind.ts";
import { TensorBoardTracker } from "./tensorboard/tracker.ts";
import { type Tracker, Trackers } from "./tracker.ts";
import { WandbTracker } from "./wandb/tracker.ts";

/** The run that is tracked. */
export interface TrackedFolder {
  readonly folder: string;
  readonly config: RunConfig;
}

/**
 * Starts the trackers of a run.
 * @param fromUpdate updates done before this process
 * @param metrics that runs are compared by on TensorBoard's HParams page
 * @param report is told once of each tracker that fails
 */
export async function trackersFor(
  { folder, config }: TrackedFolder,
  fromUpdate: number,
  metrics: readonly string[],
  report: (message: string) => void,
): Promise<Trackers> {
  const { tensorboard, wandb } = config.logging;
  const chosen: Tracker[] = [];
  if (tensorboard) chosen.push(new TensorBoardTracker({ metrics }));
  if (wandb.enabled) chosen.push(new WandbTracker({ project: wandb.project, entity: wandb.entity }));
  const trackers = new Trackers(chosen, report);
  await trackers.start({
    folder,
    name: config.name,
    id: basename(folder),
    config: config as unknown as Row,
    fromUpdate,
  });
  return trackers;
}
