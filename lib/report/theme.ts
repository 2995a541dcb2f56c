/**
 * One set of colours for page and plots. The series colours reach a contrast of 3:1 on the light and on the dark ground
 * (WCAG 2.2, 1.4.11), so that a figure keeps its colours when the page changes between them; the first two are Okabe and
 * Ito's, the others were chosen to stay apart from all before them under red-green colour blindness.
 */

import type { Layout, Template } from "plotly.js-dist-min";

/** Series colours in the order in which they are given out. */
export const seriesColours = [
  "#0072B2",
  "#D55E00",
  "#00A584",
  "#7440E8",
  "#CC1650",
  "#7E6F8C",
  "#D838C8",
  "#5B93F0",
] as const;

/** Line styles that tell series apart once every colour has been used. */
export const seriesDashes = ["solid", "dash", "dot", "dashdot"] as const;

/** The colour of a reference line: visible on both grounds, and no series' own. */
export const neutralColour = "#7F7F7F";

/** The page's colours in its two appearances, as CSS custom properties. */
export const pageColours = {
  light: {
    ground: "#ffffff",
    raised: "#f6f7f9",
    tinted: "#e9f2f9",
    text: "#1b1f24",
    muted: "#5a6472",
    line: "#d9dde3",
    grid: "#e7eaee",
    accent: "#00639b",
    error: "#b3261e",
    keyword: "#8b2f8f",
    literal: "#0b6b3a",
    number: "#9a5200",
    comment: "#5f6874",
  },
  dark: {
    ground: "#14171c",
    raised: "#1c2027",
    tinted: "#17293a",
    text: "#e4e7eb",
    muted: "#9aa4b2",
    line: "#343b46",
    grid: "#262c35",
    accent: "#6db9ee",
    error: "#ff8a80",
    keyword: "#d79ae0",
    literal: "#7fd1a0",
    number: "#f0b26b",
    comment: "#8b95a3",
  },
} as const;

/** The name of one of the page's appearances. */
export type Appearance = keyof typeof pageColours;

/** The style of a series by its place: colours first, then colours again with the next line style. */
export function seriesStyle(index: number): { readonly color: string; readonly dash: typeof seriesDashes[number] } {
  const color = seriesColours[index % seriesColours.length];
  const dash = seriesDashes[Math.floor(index / seriesColours.length) % seriesDashes.length];
  if (color === undefined || dash === undefined) throw new RangeError(`series ${index}: the place counts from 0`);
  return { color, dash };
}

/** `#rrggbb` with an opacity between 0 and 1. */
export function translucent(colour: string, opacity: number): string {
  const parts = /^#(..)(..)(..)$/.exec(colour)?.slice(1).map((part) => parseInt(part, 16));
  if (parts === undefined || parts.some(Number.isNaN)) {
    throw new RangeError(`colour ${colour} is not of the form #rrggbb`);
  }
  return `rgba(${parts.join(",")},${opacity})`;
}

/** What every figure looks like on the page's ground: Plotly's template. */
export function plotlyTemplate(appearance: Appearance): Template {
  const colours = pageColours[appearance];
  const axis = {
    gridcolor: colours.grid,
    linecolor: colours.line,
    zerolinecolor: colours.line,
    tickcolor: colours.line,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    automargin: true,
    title: { standoff: 10, font: { size: 12, color: colours.muted } },
  } as const;
  const layout: Partial<Layout> = {
    font: { family: "Inter, system-ui, sans-serif", size: 13, color: colours.text },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: [...seriesColours],
    margin: { l: 56, r: 16, t: 16, b: 48 },
    hovermode: "closest",
    hoverlabel: { bgcolor: colours.raised, bordercolor: colours.line, font: { color: colours.text } },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", font: { size: 12 } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colours.muted, activecolor: colours.accent },
    xaxis: axis,
    yaxis: axis,
  };
  return { layout };
}

/** The page's colours as CSS. */
export function themeCss(): string {
  const properties = (appearance: Appearance) =>
    Object.entries(pageColours[appearance]).map(([name, value]) => `--${name}:${value}`).join(";");
  return `:root{color-scheme:light;${properties("light")}}` +
    `:root[data-theme="dark"]{color-scheme:dark;${properties("dark")}}` +
    `@media (prefers-color-scheme:dark){:root:not([data-theme]){color-scheme:dark;${properties("dark")}}}` +
    `@media print{:root,:root:not([data-theme]),:root[data-theme="dark"]{color-scheme:light;${properties("light")}}}`;
}
