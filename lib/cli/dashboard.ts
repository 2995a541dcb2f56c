/** `deno task dashboard`: a page on this machine that watches runs. */

import { createDashboard } from "../dashboard/mod.ts";
import { RunIndex } from "../runs/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { checkResults, pathOption, RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand("dashboard", "Watch running and finished runs in a browser on this machine", [
  "dashboard",
  "dashboard --results results/linear --port 0",
])
  .addOption(pathOption("--results <folder>", "where the runs are", RESULTS))
  .option("--port <n>", "port on the loopback interface; 0 takes a free one", wholeNumber(0), 8765)
  .action(async ({ results, port }) => {
    using index = RunIndex.open(checkResults(results), printError);
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen: (address) => printLine(`dashboard of ${results}: http://127.0.0.1:${address.port}/ (Ctrl-C ends it)`),
    }, createDashboard(index));
    await server.finished;
  });

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
  });
}
