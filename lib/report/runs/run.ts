/** What the report of any run is made from: the files of its folder. */

import { join } from "node:path";
import {
  readEnvironment,
  readJsonLines,
  readOrigin,
  readResults,
  readRunConfig,
  type Row,
  RUN_FILES,
  type RunConfig,
  shellCommand,
} from "../../runs/mod.ts";
import type { TrainingKind } from "../../training/mod.ts";
import type { Provenance } from "../html/blocks.ts";
import { environmentProvenance } from "../provenance.ts";
import type { MetricRow } from "../training/types.ts";

/** A run as its folder has it, finished or not. */
export interface ReportedRun<Config extends RunConfig> {
  readonly config: Config;
  /** Updates of the whole training. */
  readonly updates: number;
  /** Metrics of every update that was recorded. */
  readonly rows: readonly MetricRow[];
  /** What its end came to; null before it. */
  readonly results: Row | null;
  readonly provenance: Provenance;
}

/** @throws RunError, ConfigError or CorruptLineError naming the file that cannot be read */
export function readReportedRun<Config extends RunConfig>(
  folder: string,
  kind: TrainingKind<Config>,
): ReportedRun<Config> {
  const config = readRunConfig(folder, kind);
  const { environment } = readEnvironment(folder);
  const command = readOrigin(folder).origin?.command ??
    ["deno", "task", kind.task, "--config", join(folder, RUN_FILES.config)];
  return {
    config,
    updates: kind.updates(config),
    rows: readJsonLines(join(folder, RUN_FILES.metrics)).rows as readonly MetricRow[],
    results: readResults(folder),
    provenance: {
      command: shellCommand(command),
      seed: config.seed,
      config,
      ...(environment === null ? {} : environmentProvenance(environment)),
    },
  };
}

/** How far an unfinished run is, for its subtitle; empty for one whose training is complete. */
export function progressNote({ rows, updates }: Pick<ReportedRun<RunConfig>, "rows" | "updates">): string {
  const done = rows.at(-1)?.update ?? 0;
  return done < updates ? `, ${done} of them done` : "";
}
