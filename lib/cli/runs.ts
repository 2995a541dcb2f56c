/** `deno task runs`: list, filter, compare and delete runs. */

import { join } from "node:path";
import { runDifferences, runTable } from "../report/mod.ts";
import { compareRuns, deleteRun, parseFilter, parseOrder, RunIndex, type RunRecord } from "../runs/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { checkResults, pathOption, RESULTS } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand("runs", "List, filter, compare and delete runs", [
  "runs list --filter state=finished --sort -score",
  "runs compare quick/RUN quick/RUN",
  "runs delete quick/RUN --yes",
])
  .addOption(pathOption("--results <folder>", "where the runs are", RESULTS));

program.command("list", { isDefault: true }).description("one line a run")
  .option("--filter <expression...>", "e.g. state=finished  track=linear  grpo.epochs>=2  score>0.9")
  .option("--sort <key>", "a column, metric or config key; -key for the largest first; score is the best validation")
  .option("--columns <keys>", "metrics or config keys to show besides, between commas")
  .option("--json", "print the records as JSON lines", false)
  .action(({ filter = [], sort, columns, json }) => {
    using index = openIndex();
    const filters = filter.map(parseFilter);
    const order = sort === undefined ? undefined : parseOrder(sort);
    const shown = columns === undefined ? [] : columns.split(",").map((key) => key.trim());
    const words = [...filters.map(({ key }) => key), ...(order === undefined ? [] : [order.key]), ...shown];
    const runs = index.list(filters, order);
    if (index.list().length > 0) index.unknownWords(words).forEach((note) => printError(`note: ${note}`));
    if (json) runs.forEach((run) => printLine(JSON.stringify(run)));
    else printLine(runTable(runs, shown.map((word) => [word, index.field(word)])));
  });

program.command("compare").description("what differs between runs, and their last metrics")
  .argument("<runs...>", "paths as `list` shows them")
  .action((paths) => {
    using index = openIndex();
    const runs = paths.map((path) => findRun(index, path));
    printLine(runDifferences(runs, compareRuns(runs)));
  });

program.command("delete").description("delete runs with everything in their folders")
  .argument("<runs...>", "paths as `list` shows them")
  .option("--yes", "do not only say what would be deleted", false)
  .action((paths, { yes }) => {
    using index = openIndex();
    for (const { path } of paths.map((given) => findRun(index, given))) {
      if (yes) deleteRun(join(index.results, path));
      printLine(yes ? `deleted ${path}` : `would delete ${path} (--yes does it)`);
    }
  });

function openIndex(): RunIndex {
  return RunIndex.open(checkResults(program.opts().results), printError);
}

function findRun(index: RunIndex, path: string): RunRecord {
  const [run] = index.list([{ key: "path", operator: "=", value: path.replace(/\/$/, "") }]);
  if (run === undefined) {
    throw new UsageError(`${path}: no such run under ${index.results} (deno task runs lists them)`);
  }
  return run;
}

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
  });
}
