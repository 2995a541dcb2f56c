/** A figure as a cell publishes it and a notebook stores it, and back. */

import { z } from "zod";
import type { FigureBlock } from "../html/blocks.ts";
import { drawFigure } from "../svg/draw.ts";
import { UndrawableError } from "../svg/spec.ts";
import { pageColours, plotlyTemplate } from "../theme.ts";
import { kernelName } from "../../notebook/mod.ts";

const plotlyMime = "application/vnd.plotly.v1+json";

/** Room for a title within the drawing. */
const TITLE = 48;

/** Front ends have no dark templates, so figures stand on white there; a report puts its own template in place of this one. */
const template = {
  layout: {
    ...plotlyTemplate("light").layout,
    paper_bgcolor: pageColours.light.ground,
  },
};

/**
 * Every form of a figure: Plotly's data for front ends that draw them, a picture for all others, words for those without
 * pictures. They say why there is no picture, if there is none.
 */
export function figureForms(figure: FigureBlock): Record<string, unknown> {
  const traces = figure.data.map((trace) => trace.name).filter((name) => typeof name === "string" && name !== "");
  const words = `Figure${figure.title === undefined ? "" : `: ${figure.title}`}${
    traces.length === 0 ? "" : ` (${[...new Set(traces)].join(", ")})`
  }`;
  const plotly = { [plotlyMime]: figureJson(figure) };
  try {
    return { ...plotly, "image/svg+xml": drawFigure(figure), "text/plain": words };
  } catch (error) {
    if (!(error instanceof UndrawableError)) throw error;
    return { ...plotly, "text/plain": `${words}\nOnly Plotly can draw it: it has ${error.message}.` };
  }
}

function figureJson({ data, layout, title, caption, height = 380 }: FigureBlock): unknown {
  const heading = title === undefined ? {} : {
    title: { text: title, font: { size: 15 }, x: 0, xref: "paper", xanchor: "left" },
    margin: { l: 56, r: 16, t: 16 + TITLE, b: 48 },
  };
  return {
    data,
    layout: {
      ...heading,
      template,
      height: height + (title === undefined ? 0 : TITLE),
      meta: { source: kernelName, height, ...(caption === undefined ? {} : { caption }) },
      ...layout,
    },
  };
}

const stored = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  layout: z.record(z.string(), z.unknown()).default({}),
});
const title = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]);
const meta = z.object({ source: z.literal(kernelName), caption: z.string().optional(), height: z.number() });

/** The figure in an output's forms, if there is one; title and caption move out of the drawing, where a report sets them as text. */
export function figureIn(forms: Readonly<Record<string, unknown>>): FigureBlock | undefined {
  const figure = stored.safeParse(forms[plotlyMime]);
  if (!figure.success) return undefined;
  const { title: heading, height: drawn, meta: own, margin, ...layout } = figure.data.layout;
  const words = title.safeParse(heading);
  const ours = meta.safeParse(own);
  const height = ours.success ? ours.data.height : drawn;
  return {
    kind: "figure",
    data: figure.data.data as FigureBlock["data"],
    layout: { ...layout, ...(ours.success ? {} : { margin, meta: own }) } as NonNullable<FigureBlock["layout"]>,
    ...(words.success ? { title: words.data } : {}),
    ...(ours.success && ours.data.caption !== undefined ? { caption: ours.data.caption } : {}),
    ...(typeof height === "number" ? { height } : {}),
  };
}
