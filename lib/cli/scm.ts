/** `deno task scm`: look at an SCM file, draw samples from it, and check it. */

import { basename, dirname, join } from "node:path";
import { createStream } from "../random/mod.ts";
import { type Block, htmlReport } from "../report/mod.ts";
import {
  drawGraph,
  formatCsv,
  formatEquation,
  formatValue,
  inspectScm,
  type OutcomeModel,
  outcomeModel,
  parseAssignment,
  parseScm,
  roleText,
  sampleRows,
  type Scm,
  ScmError,
  type ValuedIntervention,
} from "../scm/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { CONFIGS, RESULTS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { formatTable } from "./table.ts";

const NAMED = join(CONFIGS, "scms");

const program = defineCommand("scm", "Show, sample and check structural causal models", [
  "scm show chain_3",
  "scm sample chain_3 --do X0=-5 --n 10",
  "scm check configs/scms/chain_3.yaml",
]);

program.command("show").description("print equations, domains and the optimum, and draw the graph into an HTML page")
  .argument("<file>", "an SCM file, or the name of one in configs/scms")
  .option("--out <file>", "where the page is written; results/scms/NAME.html by default")
  .action(async (file, { out }) => {
    const { scm, text } = load(file);
    const outcomes = outcomeModel(scm);
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
    const { scm } = load(file);
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

/** Prints what there is to say about a file; false if it cannot be used. */
function check(file: string): boolean {
  try {
    const { scm } = load(file);
    const findings = inspectScm(scm, outcomeModel(scm));
    const errors = findings.filter(({ severity }) => severity === "error");
    for (const { text } of errors) printError(`error: ${file}: ${text}`);
    if (errors.length === 0) printLine(`${file}: ok, ${scm.variables.length} variables, ${edgeCount(scm)} edges`);
    for (const { severity, text } of findings) if (severity === "warning") printLine(`${file}: warning: ${text}`);
    return errors.length === 0;
  } catch (error) {
    if (!(error instanceof ScmError) && !(error instanceof UsageError)) throw error;
    const named = error.message.startsWith(file) ? error.message : `${file}: ${error.message}`;
    printError(named.split("\n").map((line) => `error: ${line}`).join("\n"));
    return false;
  }
}

function load(file: string): { readonly scm: Scm; readonly text: string } {
  const path = /[/\\]|\.ya?ml$/.test(file) ? file : join(NAMED, `${file}.yaml`);
  try {
    const text = Deno.readTextFileSync(path);
    return { scm: parseScm(text, path), text };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const names = [...Deno.readDirSync(NAMED)].map(({ name }) => name.replace(".yaml", "")).sort();
    throw new UsageError(`${path}: no such file; the named SCMs are ${names.join(", ")}`);
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
  const error = outcomes.standardError === 0 ? "exact" : `standard error ≤ ${formatValue(outcomes.standardError)}`;
  return [
    [`E[${targetName(scm)}] observed`, `${formatValue(outcomes.observational)} (${error})`],
    ["best intervention", text(outcomes.best)],
    ["best on a direct parent", text(outcomes.bestParent)],
    ["worst intervention", text(outcomes.worst)],
  ];
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
