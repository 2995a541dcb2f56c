/** Names of run folders: `results/<name>/<run id>`. */

import { join } from "node:path";
import { sha256 } from "./files/digest.ts";

/** Names of what is in a run folder. */
export const RUN_FILES = {
  config: "config.yaml",
  origin: "run.json",
  environment: "environment.json",
  metrics: "metrics.jsonl",
  timings: "timings.jsonl",
  sessions: "sessions.jsonl",
  checkpoints: "checkpoints",
  tensorboard: "tensorboard",
  results: "results.json",
  summary: "summary.json",
  failure: "failure.json",
  report: "report.html",
} as const;

/**
 * Makes a new folder `<root>/<name>/<number>-<digest>`. The number counts the runs of this name and is taken by making the
 * folder, so that two processes never get the same one and no clock is asked; the digest is of the resolved config.
 */
export function createRunFolder(root: string, name: string, config: string): string {
  const parent = join(root, name);
  Deno.mkdirSync(parent, { recursive: true });
  const digest = sha256(config).slice(0, 8);
  for (let number = highestNumber(parent) + 1;; number++) {
    const folder = join(parent, `${String(number).padStart(4, "0")}-${digest}`);
    if (takeNumber(parent, number, folder)) return folder;
  }
}

/** Reserves a number although another run's digest may differ: the number alone must be unique. */
function takeNumber(parent: string, number: number, folder: string): boolean {
  const reservation = join(parent, `.number-${String(number).padStart(4, "0")}`);
  try {
    Deno.openSync(reservation, { write: true, createNew: true }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  Deno.mkdirSync(folder);
  return true;
}

function highestNumber(parent: string): number {
  let highest = 0;
  for (const entry of Deno.readDirSync(parent)) {
    const number = /^(?:\.number-)?(\d{4,})(?:-|$)/.exec(entry.name)?.[1];
    highest = Math.max(highest, Number(number ?? 0));
  }
  return highest;
}
