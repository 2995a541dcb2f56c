/** `deno task scm`: look at an SCM file, draw samples from it, and check it. */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { basename, dirname, join } from "node:path";
import { readConfigText } from "../config/mod.ts";
import { ConfigError } from "../input/mod.ts";
import { createStream } from "../random/mod.ts";
import { type Block, htmlReport } from "../report/mod.ts";
import {
  drawGraph,
  formatCsv,
  formatEquation,
  formatScm,
  formatValue,
  importNotes,
  inspectScm,
  NETWORK_FORMATS,
  networkScm,
  type OutcomeModel,
  outcomeModel,
  parseAssignment,
  type Range,
  readNetwork,
  roleText,
  sampleRows,
  type Scm,
  ScmError,
  setOutcomeModel,
  type ValuedIntervention,
} from "../scm/mod.ts";
import { exists } from "../runs/mod.ts";
import { openScm } from "../training/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { formatTable } from "../report/mod.ts";

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
    printLine(
      `${scm.name}: ${scm.variables.length} variables, ${edgeCount(scm)} edges, ${scm.objective} ${targetName(scm)}\n`,
    );
    printLine(formatTable(COLUMNS.map((heading) => ({ heading, align: "left" })), variableRows(scm)));
    printLine();
    for (const [label, value] of optimumRows(scm, outcomes)) printLine(`${label.padEnd(24)}${value}`);
    const report = await htmlReport({
      title: scm.name,
      subtitle: subtitle(scm),
      sections: sections(scm, outcomes, text),
    });
    Deno.mkdirSync(dirname(page), { recursive: true });
    Deno.writeTextFileSync(page, report);
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

const COLUMNS = ["variable", "equation", "can be set to"] as const;

function variableRows(scm: Scm): string[][] {
  return scm.order.map((v) => [scm.variables[v].name, formatEquation(scm, v), roleText(scm, v)]);
}

function optimumRows(scm: Scm, outcomes: OutcomeModel): [label: string, value: string][] {
  const text = (found: ValuedIntervention | null) =>
    found === null
      ? "none can be set"
      : `do(${scm.variables[found.variable].name} = ${formatValue(found.value)}): ${formatValue(found.outcome)}`;
  const between = "interpolationError" in outcomes
    ? `, between points ≤ ${formatValue(Number(outcomes.interpolationError))}`
    : "";
  const error = outcomes.standardError === 0
    ? "exact"
    : `standard error ≤ ${formatValue(outcomes.standardError)}${between}`;
  return [
    [`E[${targetName(scm)}] observed`, `${formatValue(outcomes.observational)} (${error})`],
    ["best intervention", text(outcomes.best)],
    ["best on a direct parent", text(outcomes.bestParent)],
    ["worst intervention", text(outcomes.worst)],
    ...setRows(scm, outcomes),
  ];
}

/** The best set of each size from two on, what its last variable gains, and how it was found. */
function setRows(scm: Scm, { sets }: OutcomeModel): [label: string, value: string][] {
  if (sets === undefined) return [];
  const sign = scm.objective === "maximize" ? 1 : -1;
  const rows = sets.bestOfSize.slice(1).map(({ intervention, outcome }, k): [string, string] => {
    const gain = sign * (outcome - sets.bestOfSize[k].outcome);
    const settings = intervention.map(({ variable, value }) =>
      `${scm.variables[variable].name} = ${formatValue(value)}`
    );
    return [
      `best ${k + 2} at once`,
      `do(${settings.join(", ")}): ${formatValue(outcome)}, one more gains ${formatValue(gain)}`,
    ];
  });
  const error = sets.standardError === 0 ? "exact" : `standard error ≤ ${formatValue(sets.standardError)}`;
  const how = sets.searchStarts === 0 ? "of all sets" : `the best of ${sets.searchStarts} searches at each size`;
  return rows.length === 0 ? [] : [...rows, ["sets", `${how} (${error})`]];
}

function sections(scm: Scm, outcomes: OutcomeModel, yaml: string): { heading: string; blocks: Block[] }[] {
  const svg = new TextEncoder().encode(drawGraph(scm));
  const columns = COLUMNS.map((label) => ({ key: label, label }));
  const rows = variableRows(scm).map((cells) => Object.fromEntries(COLUMNS.map((key, i) => [key, cells[i]])));
  const findings = inspectScm(scm, outcomes);
  const items = optimumRows(scm, outcomes).map(([label, value]) => ({ label, value }));
  return [
    {
      heading: "Graph",
      blocks: [{ kind: "image", mime: "image/svg+xml", base64: svg.toBase64(), alt: `Graph of ${scm.name}` }],
    },
    { heading: "Equations", blocks: [{ kind: "table", columns, rows }] },
    { heading: "Optimum", blocks: [{ kind: "keyValues", appearance: "list", items }] },
    ...(findings.length === 0 ? [] : [{
      heading: "Worth knowing",
      blocks: [{ kind: "markdown" as const, text: findings.map(({ text }) => `- ${text}`).join("\n") }],
    }]),
    {
      heading: "File",
      blocks: [{ kind: "code", code: yaml, language: "yaml", folded: true, title: `${scm.name}.yaml` }],
    },
  ];
}

function subtitle(scm: Scm): string {
  return `${scm.objective === "minimize" ? "Minimize" : "Maximize"} ${targetName(scm)}`;
}

function targetName(scm: Scm): string {
  return scm.variables[scm.target].name;
}

function edgeCount(scm: Scm): number {
  return scm.variables.reduce((sum, { parents }) => sum + parents.length, 0);
}

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
  });
}
