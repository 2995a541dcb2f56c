/** The report of a run of any kind, made from its folder: the same folder gives the same bytes. */

import { join } from "node:path";
import { RUN_FILES, writeFileAtomic } from "../../runs/mod.ts";
import { kindOfRun, type TrainingKindName } from "../../training/mod.ts";
import { policyRunReport } from "./policy.ts";
import { surrogateRunReport } from "./surrogate.ts";
import { theoryRunReport } from "./theory.ts";

const REPORTS: Readonly<Record<TrainingKindName, (folder: string) => Promise<string>>> = {
  policy: policyRunReport,
  surrogate: surrogateRunReport,
  theory: theoryRunReport,
};

/**
 * Writes `report.html` into the folder of a run, finished or not.
 * @returns its path
 * @throws RunError if the folder holds no run, ConfigError or CorruptLineError if its files cannot be read
 */
export async function writeRunReport(folder: string): Promise<string> {
  const path = join(folder, RUN_FILES.report);
  writeFileAtomic(path, await REPORTS[kindOfRun(folder)](folder));
  return path;
}
