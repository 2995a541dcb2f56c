/** `deno task evidence`: protocols that others published, their figures beside ours. */

import { join } from "node:path";
import { PROTOCOLS } from "../evidence/mod.ts";
import { suggestion } from "../input/mod.ts";
import { evidencePage, scenarioText, writeEvidence } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { pathOption, RESULTS, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { checkPublished, PUBLISHED } from "./publish.ts";

const NAMES = PROTOCOLS.map(({ name }) => name);

const program = defineCommand("evidence", "Run protocols that others published, and show their figures beside ours", [
  "evidence atlas",
  "evidence location --small",
])
  .argument("[names...]", `protocols: ${NAMES.join(", ")}; all by default`)
  .option("--small", "everything in seconds, to see that it runs: the numbers say nothing", false)
  .option("--seed <n>", "seed of everything random", wholeNumber(0), 0)
  .addOption(pathOption("--out <folder>", "where the results are written", join(RESULTS, "evidence")))
  .option("--publish", "write the tables that the project keeps, in results/published/evidence", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { small, seed, out, publish } = program.opts();
  if (publish) checkPublished(program, [], true);
  const chosen = protocolsNamed(program.args);
  await useBackend("auto");
  for (const protocol of chosen) {
    const tables = await watched(protocol.name, (progress) => protocol.run({ seed, small, progress }));
    const words = ["deno task evidence", protocol.name, small ? "--small" : "", seed > 0 ? `--seed ${seed}` : ""];
    const played = { protocol, tables, seed, small, command: words.filter((word) => word !== "").join(" ") };
    printLine(scenarioText(evidencePage(played)));
    const files = await writeEvidence(publish ? join(PUBLISHED, "evidence") : out, played, !publish);
    printLine(`\nwrote ${files.join(" and ")}\n`);
  }
}

/** Runs something under a bar for each part of it. */
async function watched<Result>(
  name: string,
  run: (progress: (done: number, total: number, what: string) => void) => Promise<Result>,
): Promise<Result> {
  let bar: ReturnType<typeof startProgress> | null = null;
  let last = { done: Infinity, total: 0 };
  try {
    return await run((done, total, what) => {
      if (done <= last.done || total !== last.total) {
        bar?.[Symbol.dispose]();
        bar = startProgress(name, total);
      }
      last = { done, total };
      bar?.update(done, { now: what });
    });
  } finally {
    (bar as ReturnType<typeof startProgress> | null)?.[Symbol.dispose]();
  }
}

/** @throws UsageError naming the nearest protocol of a name that is none */
function protocolsNamed(names: readonly string[]) {
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`no protocol is named ${unknown}${suggestion(unknown, NAMES)}`);
  return PROTOCOLS.filter(({ name }) => names.length === 0 || names.includes(name));
}

if (import.meta.main) await runCommand(main);
