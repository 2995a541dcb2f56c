/** The held-out comparison: methods × metrics, paired differences, and results per family. */

import { intervalFigure, type IntervalRow } from "../figures.ts";
import { cellNumber, isEstimate } from "../format.ts";
import type { Block, Cell, Column, Estimate, Section, TableBlock } from "../html/blocks.ts";
import { neutralColour, seriesColours, seriesStyle } from "../theme.ts";
import { verdictWords } from "../comparison/tables.ts";
import { differenceSentence, lowerFirst, methodLabel } from "./sentences.ts";
import type { ComparisonTable, Difference, FamilyRow } from "./types.ts";

/** Marker shapes of the methods in the figure of families. */
const familySymbols = ["circle", "diamond", "square"] as const;

/** Methods × metrics. */
export function comparisonSection(comparison: ComparisonTable): Section {
  const lead = comparison.columns[0];
  const sign = lead?.better === "lower" ? -1 : 1;
  const score = (values: Readonly<Record<string, Cell>>) =>
    lead === undefined ? 0 : sign * cellNumber(values[lead.key]);
  const order = comparison.rows.toSorted((a, b) => (score(b.values) || -Infinity) - (score(a.values) || -Infinity));
  const intervals = order.some((row) =>
    Object.values(row.values).some((cell) => isEstimate(cell) && cell.low !== undefined)
  );
  const table: TableBlock = {
    kind: "table",
    columns: [{ key: "method", label: "Method" }, ...comparison.columns],
    rows: order.map((row) => ({ method: methodLabel(row.method, row.role), ...row.values })),
    emphasised: order.keys().filter((r) => order[r]?.role === "policy").toArray(),
    ranked: order.keys().filter((r) => order[r]?.role !== "bound").toArray(),
    caption:
      `${comparison.scms} SCMs, the same for every method.${intervals ? " Brackets: 95 % intervals over SCMs." : ""}` +
      ` Bold: the best that does not know the answer. A click on a heading sorts.`,
  };
  const heading = comparison.track === undefined ? "Held-out comparison" : `Held-out comparison: ${comparison.track}`;
  const notes = (comparison.notes ?? []).map((text): Block => ({ kind: "markdown", text }));
  return { heading, blocks: [table, ...notes] };
}

/** Paired differences: a figure for the first metric, a table for all. */
export function differencesSection(differences: readonly Difference[], comparison: ComparisonTable): Section {
  const lead = comparison.columns[0];
  const leading = differences.filter((row) => row.metric === lead?.key)
    .toSorted((a, b) => a.difference.value - b.difference.value);
  const colourOf = ({ judgement }: Difference) =>
    judgement?.verdict === "better"
      ? seriesColours[0]
      : judgement?.verdict === "worse"
      ? seriesColours[1]
      : neutralColour;
  const policies = new Set(differences.map((row) => row.policy));
  const rows = leading.map((row): IntervalRow => ({
    label: policies.size > 1 ? `${row.policy} − ${row.baseline}` : row.baseline,
    estimate: row.difference,
    color: colourOf(row),
  }));
  const who = policies.size === 1 ? [...policies][0] : "policy";
  return {
    heading: "Paired differences",
    level: 3,
    blocks: [
      ...(rows.length === 0 || lead === undefined ? [] : [
        intervalFigure(rows, `difference in ${lowerFirst(lead.label)}`, 0, {
          title: `${who} minus each baseline`,
          caption:
            "Means over the same SCMs with paired 95 % intervals. Blue: a planned comparison shows that the policy is better; orange: worse; grey: neither.",
        }),
      ]),
      differencesTable(differences, comparison),
      ...(leading.length === 1
        ? leading.map((row): Block => ({ kind: "markdown", text: differenceSentence(row) }))
        : []),
    ],
  };
}

/** One row a pair, one column a metric (and its adjusted p-value, where there is one), and the verdict on the first metric. */
function differencesTable(differences: readonly Difference[], comparison: ComparisonTable): TableBlock {
  const metrics = comparison.columns.filter(({ key }) => differences.some(({ metric }) => metric === key));
  const adjusted = new Set(differences.filter((row) => row.judgement !== undefined).map(({ metric }) => metric));
  const pairs = Map.groupBy(differences, ({ policy, baseline }) => JSON.stringify([policy, baseline]));
  const policies = new Set(differences.map((row) => row.policy));
  const lead = comparison.columns[0];
  return {
    kind: "table",
    columns: [
      ...(policies.size > 1 ? [{ key: "policy", label: "Policy" }] : []),
      { key: "baseline", label: "Baseline" },
      ...metrics.flatMap((column): Column[] => {
        const { better: _, ...shown } = column;
        const difference = { ...shown, key: `difference:${column.key}`, align: "right" } as const;
        return adjusted.has(column.key)
          ? [difference, { key: `p:${column.key}`, label: "Adjusted p", format: "p", align: "right" }]
          : [difference];
      }),
      {
        key: "verdict",
        label: `By ${lowerFirst(lead?.label ?? "")}, ${policies.size === 1 ? [...policies][0] : "it"} is`,
      },
      { key: "detectable", label: "Could have seen", align: "right" },
    ],
    rows: [...pairs.values()].map((rows) => {
      const leading = rows.find(({ metric }) => metric === lead?.key);
      return {
        policy: rows[0]?.policy ?? "",
        baseline: rows[0]?.baseline ?? "",
        ...Object.fromEntries(rows.flatMap((row): [string, Cell][] => [
          [`difference:${row.metric}`, row.difference],
          [`p:${row.metric}`, row.judgement?.holm ?? null],
        ])),
        verdict: leading?.judgement === undefined ? null : verdictWords(leading.judgement.verdict),
        detectable: leading?.judgement?.detectable ?? null,
      };
    }),
    caption:
      "Policy minus baseline, with paired 95 % intervals. Adjusted p and verdict: of the planned comparisons, corrected " +
      "together (Holm). Could have seen: the difference that is found with a chance of 80 % at the variance that was measured.",
  };
}

/** Estimates of the comparison's first metric per family. */
export function familiesSection(families: readonly FamilyRow[], comparison: ComparisonTable): Section {
  const lead = comparison.columns[0];
  const rank = (method: string) => {
    const row = comparison.rows.find((candidate) => candidate.method === method);
    return row === undefined || lead === undefined ? NaN : cellNumber(row.values[lead.key]);
  };
  const role = (method: string) => comparison.rows.find((row) => row.method === method)?.role ?? "baseline";
  const sign = lead?.better === "lower" ? -1 : 1;
  const methods = [...new Set(families.flatMap((row) => Object.keys(row.values)))]
    .toSorted((a, b) => Number(role(b) === "policy") - Number(role(a) === "policy") || sign * (rank(b) - rank(a)) || 0);
  const competing = methods.filter((method) => role(method) !== "bound");
  const shown = competing.slice(0, familySymbols.length);
  const rows = methods.map((method) => ({
    method: methodLabel(method, role(method)),
    ...Object.fromEntries(families.map((row) => [`family:${row.family}`, row.values[method] ?? null])),
  }));
  return {
    heading: "By family",
    blocks: [
      {
        kind: "figure",
        title: lead?.label ?? "Estimate",
        data: shown.map((method, place) => ({
          type: "scatter",
          mode: "markers",
          orientation: "h",
          name: method,
          x: families.map((row) => row.values[method]?.value ?? NaN),
          y: families.map((row) => row.family),
          marker: {
            color: seriesStyle(place).color,
            size: 9,
            symbol: familySymbols[place] ?? "circle",
          },
          error_x: {
            type: "data",
            symmetric: false,
            array: families.map((row) => width(row.values[method], "high")),
            arrayminus: families.map((row) => width(row.values[method], "low")),
            color: seriesStyle(place).color,
            thickness: 1.5,
            width: 4,
          },
          offsetgroup: String(place),
        })),
        layout: {
          xaxis: { title: { text: lead?.label ?? "" }, range: paddedRange(families, shown) },
          yaxis: { type: "category", autorange: "reversed", ticks: "" },
          scattermode: "group",
          scattergap: 0.45,
        },
        caption: `The ${shown.length} best methods that do not know the answer, with 95 % intervals.`,
        height: 110 + 52 * families.length,
      },
      {
        kind: "table",
        columns: [
          { key: "method", label: "Method" },
          ...families.map(({ family, scms }) => ({ key: `family:${family}`, label: `${family} (${scms} SCMs)` })),
        ],
        rows,
        emphasised: methods.flatMap((method, m) => role(method) === "policy" ? [m] : []),
      },
    ],
  };
}

/** Grouped markers would make Plotly begin the axis at zero. */
function paddedRange(families: readonly FamilyRow[], methods: readonly string[]): [number, number] {
  const ends = families.flatMap((row) => methods.map((method) => row.values[method]))
    .flatMap((estimate) =>
      estimate === undefined ? [] : [estimate.value - width(estimate, "low"), estimate.value + width(estimate, "high")]
    );
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const padding = 0.04 * (high - low || 1);
  return [low - padding, high + padding];
}

function width(
  estimate: Estimate | undefined,
  end: "low" | "high",
): number {
  if (estimate === undefined) return 0;
  return end === "low"
    ? estimate.value - (estimate.low ?? estimate.value)
    : (estimate.high ?? estimate.value) - estimate.value;
}
