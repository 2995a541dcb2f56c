/** What stands in the plot area: bands, lines, points, error bars, text and the cells of heat maps. */

// @ts-types="@types/d3-shape"
import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolStar, symbolTriangle } from "d3-shape";
import { type Axis, coordinate, shownTraces, valuesOf } from "./axis.ts";
import { type Attributes, element, inked, pixels, textWidth } from "./markup.ts";
import type { Datum, Drawable, Heatmap, Scatter } from "./spec.ts";

/** The plot area: its size in pixels, and its axes. */
export interface Area {
  readonly x: Axis;
  readonly y: Axis;
  readonly width: number;
  readonly height: number;
}

type Point = readonly [x: number, y: number];

/** Where a coordinate lies, in pixels from the left or from the top of the area. */
export function placed({ x, y, width, height }: Area, which: "x" | "y", at: number): number {
  const [first, last] = (which === "x" ? x : y).range;
  const share = (at - first) / (last - first);
  return which === "x" ? share * width : (1 - share) * height;
}

/** The style of dashes for a line of some width. */
export function dashes(dash: Scatter["line"]["dash"], width: number): string | undefined {
  const units = { solid: [], dash: [4, 3], dot: [1, 2], dashdot: [4, 2.5, 1, 2.5] }[dash];
  return units.length === 0 ? undefined : units.map((unit) => pixels(unit * Math.max(width, 1.5))).join(" ");
}

/** Every shown trace over the ones before it. */
export function marks(figure: Drawable, area: Area, colours: ReadonlyMap<Scatter, string>): string {
  const cells = figure.data.filter((trace) => trace.type === "heatmap").map((trace) => heatmapCells(trace, area));
  const traces = shownTraces(figure).map((trace) => {
    const colour = colours.get(trace) ?? "";
    const offset = groupOffset(figure, trace);
    const points = pointsOf(trace, area, offset);
    const parts = (trace.mode ?? "lines").split("+");
    return element(
      "g",
      { opacity: trace.opacity === 1 ? undefined : trace.opacity },
      [
        trace.fill === undefined ? "" : band(trace, points),
        parts.includes("lines") && trace.line.width > 0 ? line(trace, points, colour) : "",
        errorBars(trace, area, colour, offset),
        parts.includes("markers") ? markers(trace, points, colour) : "",
        parts.includes("text") ? texts(trace, points) : "",
      ].join(""),
    );
  });
  return [...cells, ...traces].join("\n");
}

/** How far traces that share a category stand apart from its middle, in coordinates. */
function groupOffset({ layout, data }: Drawable, trace: Scatter): { readonly x: number; readonly y: number } {
  const groups = [
    ...new Set(data.flatMap((one) => one.type === "scatter" && one.visible === true ? [one.offsetgroup] : [])),
  ];
  const slot = (1 - layout.scattergap) / groups.length;
  const offset = layout.scattermode === "group"
    ? slot * (groups.indexOf(trace.offsetgroup) + 0.5) - 0.5 * (1 - layout.scattergap)
    : 0;
  return trace.orientation === "h" ? { x: 0, y: offset } : { x: offset, y: 0 };
}

function pointsOf(trace: Scatter, area: Area, offset: { readonly x: number; readonly y: number }): readonly Point[] {
  const along = (which: "x" | "y") =>
    valuesOf(trace, which).map((value) => placed(area, which, coordinate(area[which], value) + offset[which]));
  const [across, down] = [along("x"), along("y")];
  return across.slice(0, down.length).map((x, i): Point => [x, down[i]]);
}

/** The path through points, interrupted where one is missing; of points within half a pixel only what changes the line is kept. */
function pathOf(points: readonly Point[], close: boolean): string {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (point.every(Number.isFinite)) runs.at(-1)?.push(point);
    else if (runs.at(-1)?.length !== 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0).map((run) =>
    `M${thinned(run).map(([x, y]) => `${pixels(x)} ${pixels(y)}`).join("L")}${close ? "Z" : ""}`
  ).join("");
}

/** Of each run of neighbours in one half-pixel column: the first, the lowest, the highest and the last. */
function thinned(points: readonly Point[]): readonly Point[] {
  const columns: number[][] = [];
  points.forEach(([x], i) => {
    const column = columns.at(-1);
    if (column !== undefined && Math.round(2 * points[column[0]][0]) === Math.round(2 * x)) column.push(i);
    else columns.push([i]);
  });
  return columns.flatMap((column) => {
    if (column.length < 4) return column;
    const byHeight = column.toSorted((a, b) => points[a][1] - points[b][1]);
    return [...new Set([column[0], byHeight[0], byHeight[byHeight.length - 1], column[column.length - 1]])]
      .toSorted((a, b) => a - b);
  }).map((i) => points[i]);
}

function band(trace: Scatter, points: readonly Point[]): string {
  const [, colour = trace.fillcolor ?? "none", opacity] = translucency.exec(trace.fillcolor ?? "") ?? [];
  return element("path", {
    d: pathOf(points, true),
    fill: opacity === undefined ? colour : `rgb(${colour})`,
    "fill-opacity": opacity,
  });
}

/** SVG 1.1 knows no colours with an opacity in them. */
const translucency = /^rgba\(([\d.]+,[\d.]+,[\d.]+),([\d.]+)\)$/;

function line({ line: { dash, width } }: Scatter, points: readonly Point[], colour: string): string {
  return element("path", {
    d: pathOf(points, false),
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-dasharray": dashes(dash, width),
    "stroke-linejoin": "round",
  });
}

function errorBars(
  trace: Scatter,
  area: Area,
  colour: string,
  offset: { readonly x: number; readonly y: number },
): string {
  return (["x", "y"] as const).flatMap((which) => {
    const bars = trace[`error_${which}`];
    if (bars === undefined) return [];
    const other = which === "x" ? "y" : "x";
    const across = valuesOf(trace, other).map((value) =>
      placed(area, other, coordinate(area[other], value) + offset[other])
    );
    const ends = valuesOf(trace, which).map((value, i) =>
      [-Number((bars.arrayminus ?? bars.array)[i]), Number(bars.array[i])].map((reach) =>
        placed(area, which, coordinate(area[which], Number(value) + reach))
      )
    );
    const cap = bars.width;
    const path = ends.flatMap(([a, b], i) => {
      const c = across[i];
      if (![a, b, c].every(Number.isFinite) || a === b) return [];
      const point = (along: number, beside: number) =>
        which === "x" ? `${pixels(along)} ${pixels(c + beside)}` : `${pixels(c + beside)} ${pixels(along)}`;
      return [a, b].map((end) => `M${point(end, -cap)}L${point(end, cap)}`).concat(`M${point(a, 0)}L${point(b, 0)}`);
    }).join("");
    return path === ""
      ? []
      : [element("path", { d: path, fill: "none", stroke: bars.color ?? colour, "stroke-width": bars.thickness })];
  }).join("");
}

const symbols = {
  circle: symbolCircle,
  cross: symbolCross,
  diamond: symbolDiamond,
  square: symbolSquare,
  star: symbolStar,
  "triangle-up": symbolTriangle,
} as const;

/** A marker around the origin. */
export function markerPath({ size, symbol: name }: Scatter["marker"]): string {
  if (name === "line-ns-open") return `M0 ${pixels(-size)}V${pixels(size)}`;
  // d3 asks for an area; the shapes look equally large to the eye when their areas are.
  return symbol(symbols[name], Math.PI * (size / 2) ** 2).digits(1)() ?? "";
}

function markers({ marker }: Scatter, points: readonly Point[], colour: string): string {
  const open = marker.symbol === "line-ns-open";
  const shape = markerPath(marker);
  return points.flatMap(([x, y], i) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [];
    const own = typeof marker.color === "string" ? marker.color : marker.color?.[i] ?? colour;
    const ink: Attributes = open ? { stroke: own, "stroke-width": 1.5 } : { fill: own };
    return [element("path", { d: shape, transform: `translate(${pixels(x)} ${pixels(y)})`, ...ink })];
  }).join("");
}

function texts({ text, textposition }: Scatter, points: readonly Point[]): string {
  const [vertical, horizontal] = textposition.split(" ");
  const anchor = { left: "end", center: "middle", right: "start" }[horizontal];
  const gap = { left: -6, center: 0, right: 6 }[horizontal] ?? 0;
  return points.flatMap(([x, y], i) =>
    (text[i] ?? "") === "" ? [] : [
      element("text", {
        x: x + gap,
        y: y + (vertical === "top" ? -8 : 4),
        "text-anchor": anchor,
        ...inked("text"),
      }, escapeText(text[i])),
    ]
  ).join("");
}

/** Text as the content of an element. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function heatmapCells(trace: Heatmap, area: Area): string {
  const corner = (which: "x" | "y", name: Datum, beside: number) =>
    placed(area, which, coordinate(area[which], name) + beside);
  const cells = trace.z.flatMap((row, i) =>
    row.flatMap((value, j) => {
      if (value === null) return [];
      const [x0, x1] = [-0.5, 0.5].map((half) => corner("x", trace.x[j], half)).toSorted((a, b) => a - b);
      const [y0, y1] = [-0.5, 0.5].map((half) => corner("y", trace.y[i], half)).toSorted((a, b) => a - b);
      const cell = element("rect", {
        x: x0 + trace.xgap / 2,
        y: y0 + trace.ygap / 2,
        width: x1 - x0 - trace.xgap,
        height: y1 - y0 - trace.ygap,
        fill: colourAt(trace.colorscale, (value - trace.zmin) / (trace.zmax - trace.zmin)),
      });
      const words = trace.texttemplate === undefined ? "" : trace.text[i]?.[j] ?? "";
      const size = Math.min(12, 0.9 * (x1 - x0) / Math.max(textWidth(words, 1), 1), 0.8 * (y1 - y0));
      return [
        cell,
        words === "" ? "" : element("text", {
          x: (x0 + x1) / 2,
          y: (y0 + y1) / 2 + 0.35 * size,
          "font-size": size,
          "text-anchor": "middle",
          fill: "#ffffff",
        }, escapeText(words)),
      ];
    })
  );
  return cells.join("");
}

/** The colour at a share of a scale of `#rrggbb` stops, mixed in sRGB as Plotly does. */
export function colourAt(scale: Heatmap["colorscale"], share: number): string {
  const at = Math.min(1, Math.max(0, share));
  const next = Math.max(1, scale.findIndex(([stop]) => stop >= at));
  const [[low, from], [high, to]] = [scale[next - 1], scale[next]];
  const part = high === low ? 0 : (at - low) / (high - low);
  const channels = [1, 3, 5].map((place) => {
    const [a, b] = [from, to].map((colour) => parseInt(colour.slice(place, place + 2), 16));
    return Math.round(a + part * (b - a)).toString(16).padStart(2, "0");
  });
  return `#${channels.join("")}`;
}
