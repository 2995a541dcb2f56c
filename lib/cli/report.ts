/** `deno task report`: make the report of a run again, from what its folder holds. */

import { completeRun } from "../runs/mod.ts";
import { writeRunReport } from "../report/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { printLine } from "./output.ts";

const program = defineCommand("report", "Make the report of runs of any kind again, finished or still running", [
  "report results/quick/0001-1a2b3c4d",
  "report results/theory/*",
]).argument("<runs...>", "run folders");

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  for (const folder of program.processedArgs[0]) {
    printLine(`report  ${await writeRunReport(folder)}`);
    if (completeRun(folder)) printLine(`${folder}: its last file is there now, the run is finished`);
  }
}

if (import.meta.main) await runCommand(main);
