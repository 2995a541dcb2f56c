/**
 * What of Plotly's vocabulary can be drawn without a browser: lines, points, text, closed bands, error bars and heat maps on
 * one pair of linear, logarithmic or category axes, with reference lines and annotations. Everything else is refused by
 * name, so that a picture never differs from its figure in silence.
 */

import { z } from "zod";
import type { FigureBlock } from "../html/blocks.ts";

/** A figure that cannot be drawn here; the message names the part that is not known. */
export class UndrawableError extends Error {
  override readonly name = "UndrawableError";
}

/** A value on an axis: text is a category, NaN a gap. */
export type Datum = string | number;

/** Lists or typed arrays, as Plotly takes them. */
const values = z.custom<ArrayLike<unknown>>((value) => Array.isArray(value) || ArrayBuffer.isView(value))
  .transform((list): readonly Datum[] =>
    Array.from(list, (one) => typeof one === "string" || typeof one === "number" ? one : NaN)
  );
const words = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]);
/** What matters only to a reader with a mouse. */
const interactive = {
  hovertemplate: z.unknown().optional(),
  hoverinfo: z.unknown().optional(),
  hoverongaps: z.unknown().optional(),
  legendgroup: z.unknown().optional(),
};

const errorBars = z.strictObject({
  type: z.literal("data"),
  symmetric: z.boolean().default(true),
  array: values,
  arrayminus: values.optional(),
  color: z.string().optional(),
  thickness: z.number().default(2),
  width: z.number().default(4),
});

const scatter = z.strictObject({
  type: z.literal("scatter"),
  mode: z.string().optional(),
  x: values.optional(),
  y: values,
  name: z.string().default(""),
  visible: z.union([z.boolean(), z.literal("legendonly")]).default(true),
  showlegend: z.boolean().default(true),
  opacity: z.number().default(1),
  line: z.strictObject({
    color: z.string().optional(),
    dash: z.enum(["solid", "dash", "dot", "dashdot"]).default("solid"),
    width: z.number().default(2),
  }).prefault({}),
  marker: z.strictObject({
    color: z.union([z.string(), z.array(z.string())]).optional(),
    size: z.number().default(6),
    symbol: z.enum(["circle", "diamond", "square", "cross", "triangle-up", "star", "line-ns-open"]).default("circle"),
  }).prefault({}),
  fill: z.literal("toself").optional(),
  fillcolor: z.string().optional(),
  error_x: errorBars.optional(),
  error_y: errorBars.optional(),
  offsetgroup: z.string().optional(),
  orientation: z.enum(["h", "v"]).default("v"),
  text: z.array(z.string()).default([]),
  textposition: z.enum(["middle left", "middle center", "middle right", "top left", "top center", "top right"])
    .default("middle center"),
  ...interactive,
});

const heatmap = z.strictObject({
  type: z.literal("heatmap"),
  x: z.array(z.string()),
  y: z.array(z.string()),
  z: z.array(z.array(z.number().nullable())),
  text: z.array(z.array(z.string())).default([]),
  texttemplate: z.literal("%{text}").optional(),
  zmin: z.number(),
  zmax: z.number(),
  colorscale: z.array(z.tuple([z.number(), z.string().regex(/^#[0-9a-f]{6}$/i)])).min(2),
  colorbar: z.strictObject({ title: words.default(""), thickness: z.number().default(12) }).prefault({}),
  xgap: z.number().default(0),
  ygap: z.number().default(0),
  ...interactive,
});

const axis = z.strictObject({
  title: words.default(""),
  type: z.enum(["linear", "log", "category"]).optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  autorange: z.union([z.boolean(), z.literal("reversed")]).default(true),
  showgrid: z.boolean().default(true),
  zeroline: z.boolean().optional(),
  visible: z.boolean().default(true),
  ticks: z.enum(["", "outside"]).default("outside"),
  side: z.enum(["top", "bottom", "left", "right"]).optional(),
  tickangle: z.number().default(0),
  /** Whole numbers are labelled as whole numbers here, and logarithmic axes at their decades, without being told. */
  dtick: z.union([z.int().positive(), z.literal("D2")]).optional(),
  exponentformat: z.unknown().optional(),
});

const reference = z.enum(["paper", "x", "y"]);
const shape = z.strictObject({
  type: z.literal("line"),
  xref: reference.default("x"),
  yref: reference.default("y"),
  x0: z.number(),
  x1: z.number(),
  y0: z.number(),
  y1: z.number(),
  line: z.strictObject({ color: z.string(), width: z.number(), dash: z.enum(["solid", "dash", "dot", "dashdot"]) }),
});
const annotation = z.strictObject({
  xref: reference.default("x"),
  yref: reference.default("y"),
  x: z.number(),
  y: z.number(),
  xanchor: z.enum(["left", "center", "right"]).default("center"),
  yanchor: z.enum(["top", "middle", "bottom"]).default("middle"),
  text: z.string(),
  showarrow: z.literal(false),
  font: z.object({ size: z.number().default(12), color: z.string() }),
});

const layout = z.strictObject({
  xaxis: axis.prefault({}),
  yaxis: axis.prefault({}),
  shapes: z.array(shape).default([]),
  annotations: z.array(annotation).default([]),
  showlegend: z.boolean().optional(),
  scattermode: z.enum(["overlay", "group"]).default("overlay"),
  scattergap: z.number().default(0),
});

const drawable = z.object({
  data: z.array(z.discriminatedUnion("type", [scatter, heatmap])),
  layout: layout.prefault({}),
});

/** A trace of points in their order: a line, markers, text, or a closed band. */
export type Scatter = z.infer<typeof scatter>;
/** A matrix of coloured cells. */
export type Heatmap = z.infer<typeof heatmap>;
/** One axis as the figure asks for it. */
export type AxisSpec = z.infer<typeof axis>;
/** A line across the plot. */
export type Shape = z.infer<typeof shape>;
/** Words in the plot. */
export type Annotation = z.infer<typeof annotation>;
/** A figure with everything that drawing it needs. */
export type Drawable = z.infer<typeof drawable>;

/** @throws UndrawableError that names what the picture could not show */
export function readFigure({ data, layout }: Pick<FigureBlock, "data" | "layout">): Drawable {
  const typed = data.map((trace) => ({ type: "scatter", ...trace }));
  const unknown = typed.find(({ type }) => type !== "scatter" && type !== "heatmap");
  if (unknown !== undefined) throw new UndrawableError(`${unknown.type} traces`);
  const parsed = drawable.safeParse({ data: typed, layout });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UndrawableError([...issue.path, ...(issue.code === "unrecognized_keys" ? [issue.keys[0]] : [])].join("."));
}
