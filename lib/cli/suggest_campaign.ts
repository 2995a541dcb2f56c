/** `deno task suggest start, ask, tell, pending, undo, serve, export`: a campaign of experiments that is kept in a folder. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  Campaign,
  campaignCsv,
  campaignHandler,
  DEFAULT_CHECKPOINT,
  readAssignments,
  readCampaign,
  readData,
  readProblem,
  serveMcp,
} from "../advisor/mod.ts";
import { campaignAnswerText, eventText, plannedText, runningText } from "../report/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { UsageError } from "./boundary.ts";
import { A_POLICY, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";

const FOLDER = ["<folder>", "the campaign's folder"] as const;
const note = (text: string) => printError(`note: ${text}`);

/** Adds the commands of campaigns to `suggest`. */
export function addCampaignCommands(suggest: CommandUnknownOpts): void {
  suggest.command("start").description("begin a campaign in a folder, with what was measured before")
    .argument(...FOLDER)
    .requiredOption("--problem <file>", "YAML: variables, domains, target, objective, budget")
    .option("--data <file>", "measured rows: .csv, .tsv, .jsonl, .arrow, .feather or .parquet")
    .option("--checkpoint <run>", A_POLICY, DEFAULT_CHECKPOINT)
    .action(start);
  suggest.command("ask").description("propose experiments, which run from then on, and say what is known")
    .argument(...FOLDER)
    .option("--n <count>", "most interventions that are listed", wholeNumber(1), 5)
    .option("--batch <count>", "experiments to propose together; the problem's batch unless given", wholeNumber(1))
    .option("--look", "propose nothing: only say what is known", false)
    .option("--json", "print the answer as JSON", false)
    .action(ask);
  suggest.command("tell").description(
    "take in measured rows: of an experiment, of a setting of one's own, or of a file",
  )
    .argument(...FOLDER)
    .argument("[values...]", "one row as name=value; what an experiment set may be left out")
    .option("--experiment <number>", "the experiment that the row is the result of", wholeNumber(1))
    .option("--set <names>", "without --experiment: what was set, between commas")
    .option("--data <file>", "rows of a data file of the problem instead of one row")
    .action(tell);
  suggest.command("pending").description("experiments without a result; add one that was not proposed, or drop one")
    .argument(...FOLDER)
    .option("--add <settings...>", "an experiment that runs, as name=value")
    .option("--drop <number>", "an experiment that will have no result", wholeNumber(1))
    .option("--reason <text>", "with --drop: why, for the log")
    .option("--json", "print them as JSON", false)
    .action(pending);
  suggest.command("undo").description("take back the last rows, proposals, or experiment added or dropped")
    .argument(...FOLDER)
    .action(undo);
  suggest.command("serve").description(
    "answer programs: JSON over HTTP on this machine, for who has the token, or the Model Context Protocol",
  )
    .argument(...FOLDER)
    .option("--port <n>", "port on the loopback interface; 0 takes a free one", wholeNumber(0), 8766)
    .option("--mcp", "serve over standard input and output instead, as an MCP client starts it", false)
    .action(serve);
  suggest.command("export").description("all rows as CSV, in the order in which they were told")
    .argument(...FOLDER)
    .option("--out <file>", "where they are written; printed unless given")
    .action(exportRows);
}

async function start(
  folder: string,
  { problem, data, checkpoint }: { problem: string; data?: string; checkpoint: string },
): Promise<void> {
  const described = await readProblem(problem);
  const read = data === undefined ? undefined : await readData(described, data);
  read?.notes.forEach(note);
  await useBackend("auto");
  using campaign = Campaign.start(folder, described, {
    checkpoint,
    ...(read === undefined ? {} : { rows: read.rows }),
  });
  const { told, rows: { interventions } } = campaign.state;
  const rows = told.reduce((sum, group) => sum + group.rows.length, 0);
  printLine(`${folder}: ${described.name} begins with ${rows} rows, ${interventions.length} interventions among them`);
}

interface AskWords {
  readonly n: number;
  readonly batch?: number;
  readonly look: boolean;
  readonly json: boolean;
}

async function ask(folder: string, { n, batch, look, json }: AskWords): Promise<void> {
  if (look && batch !== undefined) throw new UsageError("--look proposes nothing: leave --batch out");
  await useBackend("auto");
  using campaign = open(folder);
  const experiments = look ? 0 : batch;
  const answer = campaign.ask({ count: n, ...(experiments === undefined ? {} : { experiments }) });
  if (json) return printLine(JSON.stringify(answer));
  answer.notes.forEach(note);
  printLine(campaignAnswerText(campaign.state.problem, answer));
}

interface TellOptions {
  readonly experiment?: number;
  readonly set?: string;
  readonly data?: string;
}

async function tell(folder: string, values: readonly string[], { experiment, set, data }: TellOptions): Promise<void> {
  if (data !== undefined && (values.length > 0 || experiment !== undefined || set !== undefined)) {
    throw new UsageError("--data takes the rows of a file: leave the values, --experiment and --set out");
  }
  if (experiment !== undefined && set !== undefined) {
    throw new UsageError("--experiment says what was set: leave --set out");
  }
  if (data === undefined && values.length === 0) {
    throw new UsageError("give a row as name=value, e.g. heat=30 yield=81.2, or a file with --data FILE");
  }
  using campaign = open(folder);
  if (data !== undefined) {
    const { rows, notes } = await readData(campaign.state.problem, data);
    notes.forEach(note);
    const before = campaign.state.told.length;
    const finished = campaign.tellRows(rows);
    const told = campaign.state.told.slice(before).reduce((sum, group) => sum + group.rows.length, 0);
    return printLine(
      `${told} rows taken in${finished.map(({ number }) => `, experiment ${number} is finished`).join("")}`,
    );
  }
  const names = set?.split(",").map((name) => name.trim());
  const finished = campaign.tell(
    { values: readAssignments(values), ...(names === undefined ? {} : { set: names }) },
    experiment,
  );
  printLine(finished === undefined ? "one row taken in" : `experiment ${finished.number} is finished`);
}

interface PendingOptions {
  readonly add?: readonly string[];
  readonly drop?: number;
  readonly reason?: string;
  readonly json: boolean;
}

function pending(folder: string, { add, drop, reason, json }: PendingOptions): void {
  if (reason !== undefined && drop === undefined) throw new UsageError("--reason is for --drop only");
  if (add === undefined && drop === undefined) {
    const { state, notes } = readCampaign(folder);
    notes.forEach(note);
    return printLine(json ? JSON.stringify(state.running) : runningText(state));
  }
  using campaign = open(folder);
  const { problem } = campaign.state;
  if (drop !== undefined) printLine(`experiment ${campaign.drop(drop, reason).number} will have no result`);
  if (add !== undefined) {
    const settings = Object.entries(readAssignments(add)).map(([variable, value]) => ({ variable, value }));
    const added = campaign.run(settings);
    printLine(`experiment ${added.number}: ${plannedText(problem, added.settings)}`);
  }
}

function undo(folder: string): void {
  using campaign = open(folder);
  printLine(`taken back: ${eventText(campaign.state.problem, campaign.undo())}`);
}

/** Environment variable of the token; a random one is printed unless it is set. */
const TOKEN = "CAUSAL_GRPO_TOKEN";

async function serve(folder: string, { port, mcp }: { port: number; mcp: boolean }): Promise<void> {
  await useBackend("auto");
  using campaign = open(folder);
  if (mcp) return await serveMcp(campaign);
  const given = Deno.env.get(TOKEN);
  if (given === "") throw new UsageError(`${TOKEN} is empty: set it to a secret, or leave it out`);
  const token = given ?? crypto.randomUUID();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    onListen: (address) => {
      printLine(`campaign of ${folder}: http://127.0.0.1:${address.port}/ (Ctrl-C ends it)`);
      printLine(given === undefined ? `token: ${token}` : `token: that of ${TOKEN}`);
    },
  }, campaignHandler(campaign, token));
  await server.finished;
}

function exportRows(folder: string, { out }: { out?: string }): void {
  const { state, notes } = readCampaign(folder);
  notes.forEach(note);
  const text = campaignCsv(state);
  if (out === undefined) return printLine(text.trimEnd());
  writeFileAtomic(out, text);
  printLine(out);
}

function open(folder: string): Campaign {
  const campaign = Campaign.open(folder);
  campaign.notes.forEach(note);
  return campaign;
}
