/** Figures: Plotly's JSON in the page, and the smallest of Plotly's bundles that draws it. */

import type { FigureBlock } from "./blocks.ts";
import { embeddedJson, escapeHtml } from "./escape.ts";
import { inlineMarkdownHtml } from "./markdown.ts";

/** Plotly's bundles, the smallest first. `full` is the one that needs no `eval`. */
export type PlotlyBundle = "basic" | "cartesian" | "full";

const basicTraces = ["bar", "pie", "scatter"];
const cartesianTraces = [
  ...basicTraces,
  "box",
  "contour",
  "heatmap",
  "histogram",
  "histogram2d",
  "histogram2dcontour",
  "image",
  "scatterternary",
  "violin",
];

/** The smallest bundle that draws all `figures`; undefined if there is none to draw. */
export function plotlyBundle(figures: readonly FigureBlock[]): PlotlyBundle | undefined {
  if (figures.length === 0) return undefined;
  const types = new Set(figures.flatMap((figure) => figure.data.map((trace) => trace.type ?? "scatter")));
  const within = (known: readonly string[]) => types.values().every((type) => known.includes(type));
  return within(basicTraces) ? "basic" : within(cartesianTraces) ? "cartesian" : "full";
}

/** The source of a bundle. */
export async function plotlySource(bundle: PlotlyBundle): Promise<string> {
  const module: { default: string } = bundle === "basic"
    ? await import("plotly.js-basic-dist-min/plotly-basic.min.js", { with: { type: "text" } })
    : bundle === "cartesian"
    ? await import("plotly.js-cartesian-dist-min/plotly-cartesian.min.js", { with: { type: "text" } })
    : await import("plotly.js-strict-dist-min/plotly-strict.min.js", { with: { type: "text" } });
  return module.default;
}

/** A figure's place in the page; the page's script draws into it. */
export function figureHtml(figure: FigureBlock): string {
  const height = figure.height ?? 380;
  const title = figure.title === undefined ? "" : `<div class="figure-title">${escapeHtml(figure.title)}</div>`;
  const caption = figure.caption === undefined ? "" : `<figcaption>${inlineMarkdownHtml(figure.caption)}</figcaption>`;
  const label = escapeHtml(figure.title ?? figure.caption ?? "figure");
  return `<figure class="plot">${title}<div class="plot-area" role="img" aria-label="${label}" data-height="${height}" ` +
    `style="height:${height}px"><noscript>This figure is drawn by a script.</noscript></div>` +
    `<script type="application/json">${embeddedJson({ data: figure.data, layout: figure.layout ?? {} })}</script>` +
    `${caption}</figure>`;
}
