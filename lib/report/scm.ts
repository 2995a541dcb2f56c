/** A structural causal model for a reader: text for the terminal, and a page with its graph. */

import {
  drawGraph,
  formatEquation,
  formatValue,
  inspectScm,
  type OutcomeModel,
  roleText,
  type Scm,
  type ValuedIntervention,
} from "../scm/mod.ts";
import type { Section } from "./html/blocks.ts";
import { htmlReport } from "./html/page.ts";
import { formatTable } from "./text_table.ts";

/** Equations, domains and the optimum of a model. */
export function scmText(scm: Scm, outcomes: OutcomeModel): string {
  const optimum = optimumRows(scm, outcomes).map(([label, value]) => `${label.padEnd(24)}${value}`);
  return [
    `${scm.name}: ${scm.variables.length} variables, ${edgeCount(scm)} edges, ${scm.objective} ${targetName(scm)}`,
    formatTable(COLUMNS.map((heading) => ({ heading, align: "left" })), variableRows(scm)),
    optimum.join("\n"),
  ].join("\n\n");
}

/**
 * The same as one self-contained HTML file, with the drawing of the graph.
 * @param yaml the text of the model's file
 */
export function scmPage(scm: Scm, outcomes: OutcomeModel, yaml: string): Promise<string> {
  return htmlReport({ title: scm.name, subtitle: subtitle(scm), sections: sectionsOf(scm, outcomes, yaml) });
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

function sectionsOf(scm: Scm, outcomes: OutcomeModel, yaml: string): readonly Section[] {
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

/** Number of edges of a model's graph. */
export function edgeCount(scm: Scm): number {
  return scm.variables.reduce((sum, { parents }) => sum + parents.length, 0);
}
