/** An SCM's graph as a self-contained SVG picture. */

import type { Scm } from "../types.ts";
import { mechanismKind } from "../mechanisms/registry.ts";
import { roleText } from "./equations.ts";
import { type GraphLayout, graphLayout, type Place } from "./layout.ts";

const COLUMN = 92, ROW = 96, RADIUS = 24, MARGIN = 48;
/** How far a curve's handles reach, as a share of a row. */
const HANDLE = 0.35;

/**
 * Draws the graph: the target filled, variables that can be set with a bold outline, hidden ones dashed; linear edges carry
 * their weight. Hovering shows a variable's domain.
 */
export function drawGraph(scm: Scm): string {
  const layout = graphLayout(scm);
  const all = [...layout.places, ...layout.edges.flatMap(({ via }) => via)];
  const left = Math.min(...all.map(({ column }) => column)), right = Math.max(...all.map(({ column }) => column));
  const point = ({ column, row }: Place): Point => [
    MARGIN + RADIUS + (column - left) * COLUMN,
    MARGIN + RADIUS + row * ROW,
  ];
  const width = 2 * (MARGIN + RADIUS) + (right - left) * COLUMN;
  const height = 2 * (MARGIN + RADIUS) + Math.max(...all.map(({ row }) => row)) * ROW;
  const edges = layout.edges.map((edge) => drawEdge(scm, edge, layout.places, point));
  const lines = edges.map(({ line }) => line).join(""), weights = edges.map(({ weight }) => weight).join("");
  const nodes = layout.places.map((place, v) => drawNode(scm, v, point(place)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" ` +
    `class="drawn-graph" width="${round(width)}" height="${
      round(height)
    }" font-family="Inter, system-ui, sans-serif" font-size="13" ` +
    `text-anchor="middle" role="img"><title>${escapeXml(scm.name)}</title>` +
    `<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">` +
    `<path d="M0 0 10 5 0 10z" fill="#64748b"/></marker></defs>` +
    `${darkStyle}<rect width="100%" height="100%" rx="10" class="ground" fill="#f8fafc"/>` +
    // Weights come after every line, so that none runs through them.
    `${lines}${weights}${nodes.join("")}</svg>`;
}

/** For readers who prefer dark; the selectors hold inside graphs only, wherever the SVG is put. */
const darkStyle = `<style>@media (prefers-color-scheme:dark){${
  Object.entries({ ground: "#14171c", node: "#1c2027", ink: "#e4e7eb", weight: "#cbd5e1" })
    .map(([role, colour]) => `.drawn-graph .${role}{fill:${colour}}`).join("")
}}</style>`;

type Point = readonly [x: number, y: number];

/** An edge's line and the weight on it, as markup. */
interface DrawnEdge {
  readonly line: string;
  readonly weight: string;
}

/** A smooth curve from node to node through the edge's places, with its weight near the start. */
function drawEdge(
  scm: Scm,
  { from, to, via }: GraphLayout["edges"][number],
  places: readonly Place[],
  point: (place: Place) => Point,
): DrawnEdge {
  const middle = via.map(point);
  const source = point(places[from]), sink = point(places[to]);
  const start = towards(source, middle[0] ?? sink, RADIUS), end = towards(sink, middle.at(-1) ?? source, RADIUS + 3);
  const stops = [start, ...middle, end];
  const curves = stops.slice(1).map((stop, k) => curve(stops[k], stop, k === 0, k === stops.length - 2));
  const dashed = scm.variables[from].observed ? "" : ` stroke-dasharray="5 4"`;
  const line = `<path d="M${pair(start)}${curves.join("")}" fill="none" stroke="#64748b" stroke-width="1.5" ` +
    `marker-end="url(#arrow)"${dashed}/>`;
  const { mechanism, parents } = scm.variables[to];
  const label = mechanismKind(mechanism.kind).edgeLabel?.(mechanism, parents.indexOf(from));
  if (label === undefined) return { line, weight: "" };
  const x = 0.5 * (stops[0][0] + stops[1][0]), y = 0.5 * (stops[0][1] + stops[1][1]);
  const half = 3.4 * label.length + 2;
  const ground =
    `<rect class="ground" x="${round(x - half)}" y="${round(y - 7)}" width="${round(2 * half)}" height="14" ` +
    `rx="3" fill="#f8fafc"/>`;
  const weight = `${ground}<text class="weight" x="${round(x)}" y="${round(y + 4)}" fill="#334155" font-size="11">${
    escapeXml(label)
  }</text>`;
  return { line, weight };
}

/** A Bézier curve that is vertical where edges pass a row, and straight at the nodes. */
function curve(a: Point, b: Point, first: boolean, last: boolean): string {
  if (first && last) return `L${pair(b)}`;
  const reach = HANDLE * (b[1] - a[1]);
  const out: Point = first ? a : [a[0], a[1] + reach];
  const into: Point = last ? b : [b[0], b[1] - reach];
  return `C${pair(out)} ${pair(into)} ${pair(b)}`;
}

function drawNode(scm: Scm, v: number, [x, y]: Point): string {
  const { name, domain, observed } = scm.variables[v];
  const isTarget = v === scm.target;
  const stroke = domain === null ? `stroke="#94a3b8" stroke-width="1.5"` : `stroke="#2563eb" stroke-width="2.5"`;
  const dashed = observed ? "" : ` stroke-dasharray="4 4"`;
  return `<g><title>${escapeXml(`${name}: ${roleText(scm, v)}`)}</title>` +
    `<circle cx="${round(x)}" cy="${round(y)}" r="${RADIUS}" ${
      isTarget ? 'fill="#f59e0b"' : 'class="node" fill="#fff"'
    } ${stroke}${dashed}/>` +
    `<text x="${round(x)}" y="${round(y + 4.5)}"${isTarget ? "" : ' class="ink"'} fill="#0f172a"${
      name.length > 5 ? ` font-size="10"` : ""
    }>${escapeXml(name)}</text></g>`;
}

/** The point at a distance from `from` on the way to `to`. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return [from[0] + (to[0] - from[0]) * distance / length, from[1] + (to[1] - from[1]) * distance / length];
}

function pair([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(x: number): string {
  return String(Math.round(10 * x) / 10);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
