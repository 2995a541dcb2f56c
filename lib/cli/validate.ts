/** `deno task validate`: put rewards, inputs and learning to the test; fails if anything does. */

import { dirname, join } from "node:path";
import { describeEnvironment, writeFileAtomic } from "../runs/mod.ts";
import { librarySubject, validateRewards } from "../validation/mod.ts";
import { environmentProvenance, validationReport } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { pathOption, RESULTS, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { formatTable } from "../report/mod.ts";

const program = defineCommand(
  "validate",
  "Validate rewards and learning: attacks, units, leaks, zero-out of every component, short trainings",
  [
    "validate",
    "validate --seeds 5 --updates 80",
  ],
)
  .option("--seeds <n>", "training seeds of every arm; intervals are over seeds and problems", wholeNumber(2), 3)
  .option("--updates <n>", "updates of a training", wholeNumber(1), 40)
  .addOption(pathOption("--out <file>", "where the report is written", join(RESULTS, "validation", "report.html")));

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const { seeds, updates, out } = program.opts();
  const environment = describeEnvironment(await useBackend("auto"));
  using talk = startTalk("validating");
  const { checks, histories } = await validateRewards(librarySubject(), { seeds, updates }, talk.say);
  talk[Symbol.dispose]();
  const rows = checks.map(({ group, name, passed, found }) => [passed ? "passed" : "FAILED", group, name, found]);
  const headings = ["", "group", "check", "found"].map((heading) => ({ heading, align: "left" as const }));
  printLine(formatTable(headings, rows));
  Deno.mkdirSync(dirname(out), { recursive: true });
  writeFileAtomic(
    out,
    await validationReport({
      checks,
      histories,
      provenance: {
        command: `deno task validate --seeds ${seeds} --updates ${updates}`,
        ...environmentProvenance(environment),
      },
    }),
  );
  const failed = checks.filter(({ passed }) => !passed).length;
  printLine(`\n${failed === 0 ? `all ${checks.length} checks passed` : `${failed} of ${checks.length} checks failed`}`);
  printLine(`report  ${out}`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
