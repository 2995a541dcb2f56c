/** `deno task suggest`: what to set next in an experiment of one's own, or the whole cycle against a simulated one. */

import { basename, dirname, join } from "node:path";
import { DEFAULT_CHECKPOINT, openSession, readData, readProblem, simulateSession } from "../advisor/mod.ts";
import { adviceText, simulationReport, stepTable, truthText } from "../report/mod.ts";
import { outcomeModel } from "../scm/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { openScm } from "../training/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { A_POLICY, RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { addCampaignCommands } from "./suggest_campaign.ts";

const program = defineCommand(
  "suggest",
  "Ask a trained policy what to set next in an experiment of your own, or try the cycle on a simulated one",
  [
    "suggest --problem configs/experiments/bioreactor.yaml --data configs/experiments/bioreactor.csv",
    "suggest start reactor --problem configs/experiments/bioreactor.yaml --data configs/experiments/bioreactor.csv",
    "suggest ask reactor",
    "suggest tell reactor --experiment 1 heat=30.1 pH=7.1 biomass=13.7 yield=86.7",
    "suggest --simulate chain_3 --interventions 10",
  ],
)
  .enablePositionalOptions()
  .option("--checkpoint <run>", A_POLICY, DEFAULT_CHECKPOINT)
  .option("--problem <file>", "YAML: variables, domains, target, objective, budget")
  .option("--data <file>", "measured rows: .csv, .tsv, .jsonl, .arrow, .feather or .parquet")
  .option("--n <count>", "most interventions that are listed", wholeNumber(1), 5)
  .option("--json", "print the answer as JSON", false)
  .option("--simulate <scm>", "an SCM file, or the name of one in configs/scms, that plays the experiment")
  .option("--rows <count>", "with --simulate: rows measured before anything is set", wholeNumber(2), 20)
  .option("--interventions <count>", "with --simulate: interventions to make", wholeNumber(1), 20)
  .option("--seed <n>", "with --simulate: seed of the noise", wholeNumber(0), 0)
  .option("--out <file>", "with --simulate: where the report is written")
  .action(once);
addCampaignCommands(program);

type Options = ReturnType<typeof program.opts>;

/** One answer from files, without a campaign. */
async function once(options: Options): Promise<void> {
  const { problem, data, simulate } = options;
  if (simulate !== undefined) {
    if (problem !== undefined || data !== undefined) {
      throw new UsageError("--simulate makes its own problem and data: leave --problem and --data out");
    }
    return await simulated(simulate, options);
  }
  if (problem === undefined) {
    throw new UsageError("name the problem with --problem FILE, or an SCM with --simulate SCM");
  }
  if (data === undefined) throw new UsageError("name the measured rows with --data FILE");
  const idle = (["rows", "interventions", "seed", "out"] as const)
    .find((name) => program.getOptionValueSource(name) === "cli");
  if (idle !== undefined) throw new UsageError(`--${idle} is for --simulate only`);
  const described = await readProblem(problem);
  const { rows, notes } = await readData(described, data);
  await useBackend("auto");
  const advice = openSession(described, { checkpoint: options.checkpoint, rows }).ask(options.n);
  if (options.json) {
    printLine(JSON.stringify({ ...advice, notes }));
    return;
  }
  for (const note of notes) printError(`note: ${note}`);
  printLine(adviceText(advice));
}

/** Closes the loop against an SCM: a line for each step, then the recommendation and a report. */
async function simulated(nameOrFile: string, options: Options): Promise<void> {
  const { scm, file } = openScm(nameOrFile);
  const outcomes = outcomeModel(scm);
  const page = options.out ??
    join(RESULTS, "suggest", `${basename(file).replace(/\.ya?ml$/, "")}-${options.seed}.html`);
  await useBackend("auto");
  const result = simulateSession(scm, outcomes, {
    checkpoint: options.checkpoint,
    observationalRows: options.rows,
    interventions: options.interventions,
    seed: options.seed,
  });
  Deno.mkdirSync(dirname(page), { recursive: true });
  const command = `deno task suggest --checkpoint ${options.checkpoint} --simulate ${nameOrFile} ` +
    `--rows ${options.rows} --interventions ${options.interventions} --seed ${options.seed}`;
  Deno.writeTextFileSync(page, await simulationReport(scm, outcomes, result, { command, seed: options.seed }));
  if (options.json) {
    const { steps, recommended, session } = result;
    printLine(JSON.stringify({ steps, recommended, advice: session.ask(options.n), report: page }));
    return;
  }
  printLine(`${stepTable(result.steps)}\n\n${adviceText(result.session.ask(options.n))}\n`);
  printLine(truthText(scm, outcomes, result));
  printLine(`report: ${page}`);
}

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync([...args], { from: "user" });
  });
}
