/** `deno task dashboard`: a page on this machine that watches runs. */

import { Command } from "@commander-js/extra-typings";
import { createDashboard } from "../dashboard/mod.ts";
import { RunIndex } from "../runs/mod.ts";
import { runCommand } from "./boundary.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = new Command("dashboard").description("Watch running and finished runs in a browser on this machine")
  .option("--debug", "show the stack of an error")
  .option("--results <folder>", "where the runs are", RESULTS)
  .option("--port <n>", "port on the loopback interface; 0 takes a free one", wholeNumber(0), 8765)
  .action(async ({ results, port }) => {
    using index = RunIndex.open(results, printError);
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen: (address) => printLine(`dashboard of ${results}: http://127.0.0.1:${address.port}/ (Ctrl-C ends it)`),
    }, createDashboard(index));
    using _interrupt = listenForInterrupt(() => void server.shutdown());
    await server.finished;
  });

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
  });
}
