/** Figures as data: lines with bands, and estimates with intervals. No Plotly is loaded to make them. */

import type { Data, Layout, ScatterData } from "plotly.js-dist-min";
import type { Estimate, FigureBlock } from "./html/blocks.ts";
import { neutralColour, translucent } from "./theme.ts";
import { thinLine, thinningNote } from "./thin.ts";

/** A line, with a band around it where `low` and `high` are given. All arrays have the length of `x`. */
export interface LineSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  readonly color: string;
  readonly dash?: "solid" | "dash" | "dot" | "dashdot";
  readonly width?: number;
  readonly opacity?: number;
  /** Points on the line. */
  readonly markers?: boolean;
  /** `hidden`: in the legend, drawn when it is clicked; `unnamed`: drawn, not in the legend. */
  readonly appears?: "shown" | "hidden" | "unnamed";
}

/** What the axes of a figure say. */
export interface Axes {
  readonly x: string;
  readonly y: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  readonly rangeY?: readonly [number, number];
  /** What the quantity can be: bands are cut there, and an axis without variation reaches no further. */
  readonly within?: readonly [low: number, high: number];
  /** A horizontal reference line with its name. */
  readonly reference?: { readonly at: number; readonly label: string };
}

/** Traces of lines: a band before its line, sharing one entry of the legend. */
export function lineTraces(series: readonly LineSeries[]): Partial<ScatterData>[] {
  return series.flatMap((line) => {
    const appears = line.appears ?? "shown";
    const common = {
      type: "scatter",
      name: line.name,
      legendgroup: line.name,
      ...(appears === "hidden" ? { visible: "legendonly" as const } : {}),
    } as const;
    const band = bandTrace(line);
    const trace: Partial<ScatterData> = {
      ...common,
      mode: line.markers === true ? "lines+markers" : "lines",
      x: [...line.x],
      y: [...line.y],
      showlegend: appears !== "unnamed",
      opacity: line.opacity ?? 1,
      line: { color: line.color, dash: line.dash ?? "solid", width: line.width ?? 2 },
      ...(line.markers === true ? { marker: { color: line.color, size: 6 } } : {}),
      hovertemplate: `%{x}: %{y:.4~g}<extra>${line.name.replace(/</g, "&lt;")}</extra>`,
    };
    return band === undefined ? [trace] : [{ ...common, ...band }, trace];
  });
}

function bandTrace(line: LineSeries): Partial<ScatterData> | undefined {
  const { x, low, high } = line;
  if (low === undefined || high === undefined) return undefined;
  const known = x.keys().filter((i) => Number.isFinite(low[i]) && Number.isFinite(high[i])).toArray();
  if (known.length < 2) return undefined;
  const pick = (values: readonly number[], order: readonly number[]) => order.map((i) => values[i] ?? NaN);
  const back = known.toReversed();
  return {
    type: "scatter",
    mode: "lines",
    x: [...pick(x, known), ...pick(x, back)],
    y: [...pick(high, known), ...pick(low, back)],
    fill: "toself",
    fillcolor: translucent(line.color, 0.16),
    line: { width: 0, color: line.color },
    showlegend: false,
    hoverinfo: "skip",
  };
}

/** Bands that end where the quantity does. */
function cutBands(series: readonly LineSeries[], { within }: Axes): readonly LineSeries[] {
  if (within === undefined) return series;
  const cut = (values: readonly number[] | undefined) =>
    values?.map((value) => Math.min(within[1], Math.max(within[0], value)));
  return series.map((line) => {
    const [low, high] = [cut(line.low), cut(line.high)];
    return low === undefined || high === undefined ? line : { ...line, low, high };
  });
}

/**
 * The vertical range of lines that do not vary, from 0 or within what the quantity can be; Plotly would draw zeros on an axis
 * from −1 to 1. Undefined where there is variation, which Plotly's own range then shows.
 */
function flatRange(series: readonly LineSeries[], { within, logY }: Axes): [number, number] | undefined {
  const shown = series.filter(({ appears }) => appears !== "hidden");
  const values = shown.flatMap(({ y, low = [], high = [] }) => [...y, ...low, ...high]).filter(Number.isFinite);
  const [first] = values;
  if (logY === true || first === undefined || values.some((value) => value !== first)) return undefined;
  const [low, high] = first === 0 ? [0, 1] : [Math.min(0, 2 * first), Math.max(0, 2 * first)];
  const [least, most] = within ?? [-Infinity, Infinity];
  const margin = 0.03 * (Math.min(high, most) - Math.max(low, least));
  return [Math.max(low, least) - margin, Math.min(high, most) + margin];
}

/** Whole numbers close together get no labels between them. */
function wholeSteps(series: readonly LineSeries[]): { readonly dtick?: number } {
  const x = series.flatMap((line) => line.x);
  if (x.length === 0 || !x.every(Number.isInteger)) return {};
  const span = x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b));
  return span <= 10 && new Set(x).size > span / 2 ? { dtick: 1 } : {};
}

/** Labels of a logarithmic axis that do not run into each other: 1, 2 and 5 of few decades, each of some, or every so many. */
function logTicks(series: readonly LineSeries[]): { readonly dtick: number | "D2" } {
  const sizes = series.filter(({ appears }) => appears !== "hidden").flatMap(({ y, low = [], high = [] }) =>
    [...y, ...low, ...high].filter((value) => Number.isFinite(value) && value > 0)
  );
  const most = sizes.reduce((a, b) => Math.max(a, b), 1e-300);
  const decades = Math.log10(most / sizes.reduce((a, b) => Math.min(a, b), most));
  return { dtick: decades <= 2.5 ? "D2" : Math.ceil(decades / 7) };
}

/** A figure of lines. */
export function lineFigure(
  given: readonly LineSeries[],
  axes: Axes,
  words: Pick<FigureBlock, "title" | "caption" | "height"> = {},
): FigureBlock {
  const series = cutBands(given, axes);
  const range = axes.rangeY ?? flatRange(series, axes);
  const reference = axes.reference;
  const largest = series.reduce(
    (most, { y }) => y.reduce((size, value) => Number.isFinite(value) ? Math.max(size, Math.abs(value)) : size, most),
    -Infinity,
  );
  const layout: Partial<Layout> = {
    xaxis: { title: { text: axes.x }, ...(axes.logX === true ? { type: "log" } : wholeSteps(series)) },
    yaxis: {
      title: { text: axes.y },
      ...(axes.logY === true ? { type: "log", ...logTicks(series) } : {}),
      // Plotly would write 4·10⁻⁴ as "400µ".
      ...(axes.logY === true || largest < 0.01 ? { exponentformat: "power" } : {}),
      ...(range === undefined ? {} : { range: [...range] }),
    },
    showlegend: series.filter((line) => line.appears !== "unnamed").length > 1,
    ...(reference === undefined ? {} : {
      shapes: [{
        type: "line",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: reference.at,
        y1: reference.at,
        line: { color: neutralColour, width: 1, dash: "dot" },
      }],
      annotations: [{
        xref: "paper",
        x: 1,
        xanchor: "right",
        y: axes.logY === true ? Math.log10(reference.at) : reference.at,
        yanchor: "bottom",
        text: reference.label,
        showarrow: false,
        font: { size: 11, color: neutralColour },
      }],
    }),
  };
  const caption = [words.caption, thinningNote(series)].filter((sentence) => sentence !== undefined).join(" ");
  const said = caption === "" ? words : { ...words, caption };
  return { kind: "figure", data: lineTraces(series.map(thinLine)), layout, ...said };
}

/** One line of a figure of intervals. */
export interface IntervalRow {
  readonly label: string;
  readonly estimate: Estimate;
  readonly color: string;
}

/** A figure of estimates one below the other, the first on top, with a vertical reference line. */
export function intervalFigure(
  rows: readonly IntervalRow[],
  axis: string,
  reference: number | undefined,
  words: Pick<FigureBlock, "title" | "caption"> = {},
): FigureBlock {
  const bound = ({ value, low, high }: Estimate, end: "low" | "high") =>
    end === "low" ? value - (low ?? value) : (high ?? value) - value;
  const data: Data[] = [{
    type: "scatter",
    mode: "markers",
    x: rows.map((row) => row.estimate.value),
    y: rows.map((row) => row.label),
    marker: { size: 8, color: rows.map((row) => row.color) },
    error_x: {
      type: "data",
      symmetric: false,
      array: rows.map((row) => bound(row.estimate, "high")),
      arrayminus: rows.map((row) => bound(row.estimate, "low")),
      color: neutralColour,
      thickness: 1.5,
      width: 4,
    },
    hovertemplate: "%{y}: %{x:.4~f}<extra></extra>",
    showlegend: false,
  }];
  const layout: Partial<Layout> = {
    xaxis: { title: { text: axis }, zeroline: false },
    yaxis: { autorange: "reversed", type: "category", ticks: "" },
    ...(reference === undefined ? {} : {
      shapes: [{
        type: "line",
        yref: "paper",
        y0: 0,
        y1: 1,
        x0: reference,
        x1: reference,
        line: { color: neutralColour, width: 1, dash: "dot" },
      }],
    }),
  };
  return { kind: "figure", data, layout, height: 90 + 26 * rows.length, ...words };
}

/** Centred moving mean over `window` points (fewer at the ends); points that are not numbers are left out of the means. */
export function movingMean(values: readonly number[], window: number): number[] {
  if (!Number.isInteger(window) || window < 1) {
    throw new RangeError(`window ${window}: give a whole number of at least 1`);
  }
  const half = Math.floor(window / 2);
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - half), i + half + 1).filter((value) => Number.isFinite(value));
    return near.length === 0 ? NaN : near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
