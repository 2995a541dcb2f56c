/** The legend above a plot: one entry for each shown trace that has a name, in rows. */

import { seriesStyle } from "../theme.ts";
import { element, inked, textWidth } from "./markup.ts";
import { dashes, escapeText, markerPath } from "./marks.ts";
import type { Drawable, Scatter } from "./spec.ts";

/** Height of a row. */
const ROW = 20;
const SIZE = 12, SWATCH = 26, GAP = 7, SPACE = 20;

/** A drawn legend and how high it is. */
export interface Legend {
  readonly markup: string;
  readonly height: number;
}

/** The colour of each trace: its own, or that of its place. */
export function traceColours({ data }: Drawable): ReadonlyMap<Scatter, string> {
  return new Map(data.flatMap((trace, place) => {
    if (trace.type === "heatmap") return [];
    const marker = typeof trace.marker.color === "string" ? trace.marker.color : undefined;
    return [[trace, trace.line.color ?? marker ?? seriesStyle(place).color] as const];
  }));
}

/** @param width how wide a row may be */
export function legendOf(figure: Drawable, colours: ReadonlyMap<Scatter, string>, width: number): Legend {
  const entries = [...colours].filter(([trace]) => trace.visible === true && trace.showlegend && trace.name !== "");
  if (!(figure.layout.showlegend ?? colours.size > 1) || entries.length === 0) return { markup: "", height: 0 };
  let [x, row] = [0, 0];
  const parts = entries.map(([trace, colour]) => {
    const size = SWATCH + GAP + textWidth(trace.name, SIZE);
    if (x > 0 && x + size > width) [x, row] = [0, row + 1];
    const part = element(
      "g",
      { transform: `translate(${Math.round(x)} ${row * ROW + ROW / 2})` },
      swatch(trace, colour) +
        element("text", { x: SWATCH + GAP, y: 4, "font-size": SIZE, ...inked("text") }, escapeText(trace.name)),
    );
    x += size + SPACE;
    return part;
  });
  return { markup: parts.join(""), height: (row + 1) * ROW };
}

function swatch({ mode = "lines", line, marker, opacity }: Scatter, colour: string): string {
  const fill = typeof marker.color === "string" ? marker.color : colour;
  return element(
    "g",
    { opacity: opacity === 1 ? undefined : opacity },
    [
      mode.includes("lines")
        ? element("path", {
          d: `M0 0H${SWATCH}`,
          stroke: colour,
          "stroke-width": line.width,
          "stroke-dasharray": dashes(line.dash, line.width),
        })
        : "",
      mode.includes("markers")
        ? element("path", { d: markerPath(marker), transform: `translate(${SWATCH / 2} 0)`, fill })
        : "",
    ].join(""),
  );
}
