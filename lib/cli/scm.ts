/** `deno task scm`: look at an SCM file, draw samples from it, and check it. */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { basename, dirname, join } from "node:path";
import { readConfigText } from "../config/mod.ts";
import { ConfigError } from "../input/mod.ts";
import { createStream } from "../random/mod.ts";
import { edgeCount, scmPage, scmText } from "../report/mod.ts";
import {
  formatCsv,
  formatScm,
  importNotes,
  inspectScm,
  NETWORK_FORMATS,
  networkScm,
  outcomeModel,
  parseAssignment,
  type Range,
  readNetwork,
  sampleRows,
  ScmError,
  setOutcomeModel,
} from "../scm/mod.ts";
import { exists } from "../runs/mod.ts";
import { openScm } from "../training/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand("scm", "Show, sample, check and import structural causal models", [
  "scm show chain_3",
  "scm sample chain_3 --do X0=-5 --n 10",
  "scm check configs/scms/chain_3.yaml",
  "scm import network.json --target crop --objective maximize --out crop.yaml",
  "scm import graph.dot --target Y --objective minimize --weights random --seed 1 --out graph.yaml",
]);

program.command("show").description("print equations, domains and the optimum, and draw the graph into an HTML page")
  .argument("<file>", "an SCM file, or the name of one in configs/scms")
  .option("--out <file>", "where the page is written; results/scms/NAME.html by default")
  .option("--at-once <k>", "most variables of a set that is set at once", wholeNumber(1), 4)
  .action(async (file, { out, atOnce }) => {
    const { scm, text } = openScm(file);
    const outcomes = setOutcomeModel(scm, { min: 1, max: atOnce });
    const page = out ?? join(RESULTS, "scms", `${basename(file).replace(/\.ya?ml$/, "")}.html`);
    printLine(scmText(scm, outcomes));
    Deno.mkdirSync(dirname(page), { recursive: true });
    Deno.writeTextFileSync(page, await scmPage(scm, outcomes, text));
    printLine(`\npage: ${page}`);
  });

program.command("sample").description("draw rows as CSV, observed or under an intervention")
  .argument("<file>", "an SCM file, or the name of one in configs/scms")
  .option("--do <assignments...>", "perfect interventions, e.g. --do X0=-5 X1=2", [])
  .option("--shift <assignments...>", "shift interventions: added to what the parents say", [])
  .option("--n <rows>", "number of rows", wholeNumber(1), 1000)
  .option("--seed <number>", "equal seeds give equal noise", wholeNumber(0), 0)
  .option("--out <file>", "CSV file; without it, the rows are printed")
  .action((file, options) => {
    const { scm } = openScm(file);
    const intervention = [
      ...options.do.map((text) => parseAssignment(scm, text, "perfect")),
      ...options.shift.map((text) => parseAssignment(scm, text, "shift")),
    ];
    const rows = sampleRows(scm, options.n, intervention, createStream(options.seed).child("sample"));
    const csv = formatCsv(scm, rows);
    if (options.out === undefined) return printLine(csv.trimEnd());
    Deno.writeTextFileSync(options.out, csv);
    printLine(`${options.n} rows of ${scm.name}: ${options.out}`);
  });

program.command("check").description("say what is wrong with SCM files, and what is allowed but rarely meant")
  .argument("<files...>", "SCM files")
  .action((files) => {
    const wrong = files.filter((file) => !check(file));
    if (wrong.length > 0) throw new UsageError(`${wrong.length} of ${files.length} files cannot be used`);
  });

program.command("import").description(
  "turn a network of another program into an SCM file: DOT, GML, dagitty, BIF, or the JSON of a linear Gaussian network",
)
  .argument("<file>", "the network's file")
  .addOption(
    new Option("--format <name>", "its format; by default that of its ending or of its first word").choices(
      NETWORK_FORMATS,
    ),
  )
  .option("--target <name>", "the variable to optimise; by default the file's only outcome")
  .addOption(
    new Option("--objective <name>", "whether the target is to be small or large").choices(
      ["minimize", "maximize"] as const,
    ).makeOptionMandatory(),
  )
  .option("--settable <names...>", "variables that can be set; the file's exposures, or all that are observed")
  .option("--reach <k>", "how far a domain reaches to each side of the mean, in standard deviations", positive, 2)
  .addOption(
    new Option("--weights <from>", "file: the file's numbers; random: drawn; template: 1 for each, to be edited")
      .choices(
        ["file", "random", "template"] as const,
      ).default("file" as const),
  )
  .option("--weight-attribute <name>", "the edge attribute of a DOT or GML file that holds the weights")
  .addOption(
    new Option("--range <min-max>", "absolute values of random weights").argParser(weightRange).default(
      { min: 0.5, max: 2 },
      "0.5-2",
    ),
  )
  .option("--seed <number>", "seed of random weights", wholeNumber(0), 0)
  .option("--name <name>", "name of the SCM; that of the file by default")
  .option("--out <file>", "the SCM file, which must not exist; without it, the SCM is printed")
  .action(async (file, { format, weightAttribute, out, name, target, settable, ...rest }) => {
    const network = await readNetwork(readConfigText(file), file, {
      ...(format === undefined ? {} : { format }),
      ...(weightAttribute === undefined ? {} : { weightAttribute }),
    });
    const options = {
      ...rest,
      name: name ?? network.name ?? basename(file).replace(/\.[^.]*$/, ""),
      ...(target === undefined ? {} : { target }),
      ...(settable === undefined ? {} : { settable }),
    };
    const scm = networkScm(network, options);
    const notes = importNotes(network, options);
    const text = `${[`Imported from ${basename(file)}.`, ...notes].map((line) => `# ${line}\n`).join("")}${
      formatScm(scm)
    }`;
    if (out === undefined) return printLine(text.trimEnd());
    if (exists(out)) throw new UsageError(`${out}: it exists already: choose another file, or remove it`);
    Deno.writeTextFileSync(out, text);
    printLine([...notes, `${scm.name}: ${out}`].join("\n"));
    check(out);
  });

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new InvalidArgumentError("Expected a number above 0.");
  return number;
}

function weightRange(text: string): Range {
  const match = /^([\d.]+)-([\d.]+)$/.exec(text);
  const [min, max] = [Number(match?.[1]), Number(match?.[2])];
  if (!(min >= 0 && max >= min)) throw new InvalidArgumentError("Expected two numbers, e.g. 0.5-2.");
  return { min, max };
}

/** Prints what there is to say about a file; false if it cannot be used. */
function check(file: string): boolean {
  try {
    const { scm } = openScm(file);
    const findings = inspectScm(scm, outcomeModel(scm));
    const errors = findings.filter(({ severity }) => severity === "error");
    for (const { text } of errors) printError(`error: ${file}: ${text}`);
    if (errors.length === 0) printLine(`${file}: ok, ${scm.variables.length} variables, ${edgeCount(scm)} edges`);
    for (const { severity, text } of findings) if (severity === "warning") printLine(`${file}: warning: ${text}`);
    return errors.length === 0;
  } catch (error) {
    if (!(error instanceof ScmError) && !(error instanceof ConfigError)) throw error;
    const named = error.message.startsWith(file) ? error.message : `${file}: ${error.message}`;
    printError(named.split("\n").map((line) => `error: ${line}`).join("\n"));
    return false;
  }
}

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
  });
}
