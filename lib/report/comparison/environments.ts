/** Performance by environment: kinds of graphs, numbers of variables, and both. */

import * as aq from "arquero";
import { type Comparison, estimateMean, metricMatrix, METRICS } from "../../evaluation/mod.ts";
import type { Block, Cell, FigureBlock, TableBlock } from "../html/blocks.ts";
import { seriesStyle } from "../theme.ts";
import { environmentFrame } from "./frames.ts";
import { estimateOf } from "./figures.ts";
import type { Played } from "../../contest/mod.ts";

const SYMBOLS = ["circle", "diamond", "square", "cross", "triangle-up", "star"] as const;

/** Methods that are drawn when the page opens. */
const DRAWN = 5;

/** Every method's mean on each kind of graph, or each number of variables, with its interval. */
export function environmentFigure(
  methods: readonly Played[],
  { metric }: Pick<Comparison, "metric">,
  by: "graph" | "size",
): FigureBlock {
  const { family, sizes } = methods[0].results.seeds[0];
  const labels = family.map((name, p) => by === "graph" ? name : `${sizes[p]} variables`);
  const order = by === "graph"
    ? [...new Set(labels)]
    : [...new Set(sizes)].toSorted((a, b) => a - b).map((n) => `${n} variables`);
  const drawn = methods.filter(({ role }) => role !== "bound").map(({ results }) => {
    const matrix = metricMatrix(results, metric);
    const estimates = order.map((label) =>
      estimateMean(
        matrix.map((row) => Float64Array.from(labels.flatMap((own, p) => own === label ? [row[p]] : []))),
        { bounds: METRICS[metric].bounds },
      )
    );
    return { results, estimates };
  });
  return {
    kind: "figure",
    title: by === "graph" ? "By kind of graph" : "By number of variables",
    data: drawn.map(({ results, estimates }, m) => {
      const { color } = seriesStyle(m);
      return {
        type: "scatter",
        mode: "markers",
        name: results.method,
        x: order,
        y: estimates.map(({ value }) => value),
        marker: { color, size: 8, symbol: SYMBOLS[m % SYMBOLS.length] },
        error_y: {
          type: "data",
          symmetric: false,
          array: estimates.map(({ value, high }) => Number.isFinite(high) ? high - value : 0),
          arrayminus: estimates.map(({ value, low }) => Number.isFinite(low) ? value - low : 0),
          color,
          thickness: 1.5,
          width: 3,
        },
        offsetgroup: String(m),
        ...(m < DRAWN ? {} : { visible: "legendonly" as const }),
        hovertemplate: "%{x}: %{y:.4~f}<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      xaxis: { type: "category", ticks: "" },
      yaxis: {
        title: { text: METRICS[metric].label },
        range: paddedRange(drawn.slice(0, DRAWN).flatMap(({ estimates }) => estimates)),
      },
      scattermode: "group",
      scattergap: 0.4,
    },
    caption: "95 % intervals over training seeds and problems. A click in the legend adds a method or takes one away.",
    height: 460,
  };
}

/** Grouped markers would make Plotly begin the axis at zero. */
function paddedRange(estimates: readonly { value: number; low: number; high: number }[]): [number, number] {
  const ends = estimates.flatMap(({ value, low, high }) => [value, low, high]).filter(Number.isFinite);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const padding = 0.05 * (high - low || 1);
  return [low - padding, high + padding];
}

/** Kinds and sizes × methods. */
export function environmentTable(methods: readonly Played[], comparison: Comparison): TableBlock {
  const frame = environmentFrame(methods, comparison);
  const rows = frame.objects() as { environment: string; variables: number; method: string; problems: number }[];
  const counts = frame.groupby("environment", "variables")
    .rollup({ problems: aq.op.max("problems") })
    .objects() as { environment: string; variables: number; problems: number }[];
  const names = methods.map(({ results }) => results.method);
  const estimates = new Map(
    (rows as unknown as {
      environment: string;
      variables: number;
      method: string;
      value: number;
      low: number;
      high: number;
    }[])
      .map((row) => [`${row.environment}\n${row.variables}\n${row.method}`, estimateOf(row)] as const),
  );
  return {
    kind: "table",
    columns: [
      { key: "environment", label: "Environment" },
      { key: "variables", label: "Variables", format: "integer" },
      { key: "problems", label: "Problems", format: "integer" },
      ...names.map((name) => ({ key: `method:${name}`, label: name, digits: 2 })),
    ],
    rows: counts.map((row) => ({
      ...row,
      ...Object.fromEntries(
        names.map((name): [string, Cell] => [
          `method:${name}`,
          estimates.get(`${row.environment}\n${row.variables}\n${name}`) ?? null,
        ]),
      ),
    })),
    caption: `${METRICS[comparison.metric].label}; brackets: 95 % intervals over training seeds and problems.`,
  };
}

/** The section's blocks. */
export function environmentBlocks(methods: readonly Played[], comparison: Comparison): Block[] {
  const sizes = new Set(methods[0].results.seeds[0].sizes);
  return [
    environmentFigure(methods, comparison, "graph"),
    ...(sizes.size > 1 ? [environmentFigure(methods, comparison, "size")] : []),
    environmentTable(methods, comparison),
  ];
}
