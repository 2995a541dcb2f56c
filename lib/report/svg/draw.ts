/** A figure as an SVG picture, drawn from its data without a browser. */

import type { FigureBlock } from "../html/blocks.ts";
import { type Axis, axisOf, type Tick, ticksOf } from "./axis.ts";
import { legendOf, traceColours } from "./legend.ts";
import { darkStyle, element, inked, pixels, textWidth, wrapped } from "./markup.ts";
import { type Area, colourAt, dashes, escapeText, marks, placed } from "./marks.ts";
import { type Drawable, readFigure } from "./spec.ts";

const WIDTH = 760, MARGIN = 16, TITLE = 30, TICK = 12, LINE = 18;
/** Pixels that a labelled tick asks for, along and across the text. */
const TICK_WIDTH = 84, TICK_HEIGHT = 52;

/** The plot area with what stands around it. */
interface Frame extends Area {
  readonly left: number;
  readonly top: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Degrees by which labels of the horizontal axis are turned. */
  readonly turn: number;
}

/**
 * The figure with title, legend and caption, on a ground of its own that is dark for readers who prefer that. The same figure
 * gives the same text; a trace that waits in the legend is left out.
 * @throws UndrawableError if the figure has something that cannot be drawn here
 */
export function drawFigure(figure: FigureBlock): string {
  const drawable = readFigure(figure);
  const colours = traceColours(drawable);
  const legend = legendOf(drawable, colours, WIDTH - 2 * MARGIN);
  const titled = figure.title === undefined ? MARGIN : MARGIN + TITLE;
  const height = titled - MARGIN + (figure.height ?? 380);
  const caption = wrapped(plainText(figure.caption ?? ""), TICK, WIDTH - 2 * MARGIN).filter((text) => text !== "");
  const frame = frameOf(drawable, titled + legend.height + (legend.height > 0 ? 10 : 0), height);
  const total = height + (caption.length > 0 ? caption.length * LINE + 10 : 0);
  const label = figure.title ?? figure.caption ?? "figure";
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "drawn-figure",
      viewBox: `0 0 ${WIDTH} ${total}`,
      width: WIDTH,
      height: total,
      "font-family": "Inter, system-ui, sans-serif",
      "font-size": 12,
      role: "img",
      "aria-label": label,
    },
    [
      darkStyle,
      element("rect", { width: WIDTH, height: total, ...inked("ground") }),
      figure.title === undefined ? "" : element("text", {
        x: MARGIN,
        y: MARGIN + 12,
        "font-size": 15,
        "font-weight": 600,
        ...inked("text"),
      }, escapeText(figure.title)),
      element("g", { transform: `translate(${MARGIN} ${titled})` }, legend.markup),
      element(
        "g",
        { transform: `translate(${pixels(frame.left)} ${pixels(frame.top)})` },
        [
          axesMarkup(frame),
          // A nested picture cuts off what leaves it, without the identifier that a clipping path needs.
          element(
            "svg",
            { width: frame.width, height: frame.height, overflow: "hidden" },
            [
              references(drawable, frame),
              marks(drawable, frame, colours),
            ].join("\n"),
          ),
          colourBar(drawable, frame),
        ].join("\n"),
      ),
      ...caption.map((text, k) =>
        element("text", { x: MARGIN, y: height + LINE * (k + 0.6), ...inked("muted") }, escapeText(text))
      ),
    ].join("\n"),
  );
}

/** A caption's Markdown without its marks. */
function plainText(markdown: string): string {
  return markdown.replace(/[*_`$]/g, "");
}

/** Margins as wide as the labels need. */
function frameOf(figure: Drawable, above: number, height: number): Frame {
  const [x, y] = [axisOf(figure, "x"), axisOf(figure, "y")];
  const yTicks = (room: number) => ticksOf(y, Math.max(2, Math.round(room / TICK_HEIGHT)));
  const labels = (ticks: readonly Tick[]) => ticks.map((tick) => tickWidth(tick));
  const widest = y.spec.visible ? Math.min(Math.max(...labels(yTicks(height - above)), 0), WIDTH / 2.4) : 0;
  const left = MARGIN + widest + (y.spec.visible ? 8 : 0) + (y.spec.title === "" ? 0 : 22);
  const bar = figure.data.some((trace) => trace.type === "heatmap") ? 60 : 0;
  const width = WIDTH - left - MARGIN - 4 - bar;
  const xTicks = ticksOf(x, Math.max(2, Math.floor(width / TICK_WIDTH)));
  const longest = Math.max(...labels(xTicks), 0);
  const turn = x.spec.tickangle !== 0
    ? x.spec.tickangle
    : x.kind === "category" && longest > 0.95 * width / Math.max(xTicks.length, 1)
    ? -35
    : 0;
  const turned = turn === 0 ? LINE : longest * Math.sin(Math.abs(turn) * Math.PI / 180) + LINE;
  const labelled = x.spec.visible ? turned : 0;
  const named = x.spec.title === "" || !x.spec.visible ? 0 : 22;
  const onTop = x.spec.side === "top";
  const top = above + (onTop ? labelled + named : 0);
  const bottom = onTop ? 6 : labelled + named + 6;
  const inner = Math.max(40, height - top - bottom);
  return { x, y, width, height: inner, left, top, xTicks, yTicks: y.spec.visible ? yTicks(inner) : [], turn };
}

function tickWidth({ label, power }: Tick): number {
  return textWidth(label, TICK) + (power === undefined ? 0 : textWidth(String(power), 9));
}

/** Grid, zero lines, axis lines, labels and titles. */
function axesMarkup(frame: Frame): string {
  const { x, y, width, height, xTicks, yTicks } = frame;
  const stroke = { fill: "none", "stroke-width": 1 } as const;
  const path = (d: string, role: "grid" | "line") =>
    d === "" ? "" : element("path", { d, ...inked(role, "stroke"), ...stroke });
  const down = xTicks.map(({ at }) => `M${pixels(placed(frame, "x", at))} 0V${pixels(height)}`).join("");
  const across = yTicks.map(({ at }) => `M0 ${pixels(placed(frame, "y", at))}H${pixels(width)}`).join("");
  const edge = x.spec.side === "top" ? 0 : height;
  return [
    path((x.spec.showgrid && x.spec.visible ? down : "") + (y.spec.showgrid && y.spec.visible ? across : ""), "grid"),
    path(zeroLine(frame, "x") + zeroLine(frame, "y"), "line"),
    path(
      (x.spec.visible ? `M0 ${pixels(edge)}H${pixels(width)}` : "") + (y.spec.visible ? `M0 0V${pixels(height)}` : ""),
      "line",
    ),
    x.spec.visible ? xLabels(frame) : "",
    yTicks.map((tick) =>
      element("text", {
        x: -8,
        y: placed(frame, "y", tick.at) + 4,
        "text-anchor": "end",
        "font-size": TICK,
        ...inked("text"),
      }, tickMarkup(tick, frame.left - MARGIN - 8))
    ).join(""),
    y.spec.title === "" ? "" : element("text", {
      transform: `translate(${pixels(MARGIN + 8 - frame.left)} ${pixels(height / 2)}) rotate(-90)`,
      "text-anchor": "middle",
      ...inked("muted"),
    }, escapeText(y.spec.title)),
  ].join("\n");
}

function zeroLine(frame: Frame, which: "x" | "y"): string {
  const { spec, kind, range }: Axis = frame[which];
  const [low, high] = range.toSorted((a, b) => a - b);
  if (kind !== "linear" || spec.zeroline === false || !spec.visible || low >= 0 || high <= 0) return "";
  const at = pixels(placed(frame, which, 0));
  return which === "x" ? `M${at} 0V${pixels(frame.height)}` : `M0 ${at}H${pixels(frame.width)}`;
}

function xLabels(frame: Frame): string {
  const { x, width, height, xTicks, turn } = frame;
  const onTop = x.spec.side === "top";
  const labels = xTicks.map((tick) => {
    const at = placed(frame, "x", tick.at);
    const place = turn === 0 ? { x: at, y: onTop ? -7 : height + LINE, "text-anchor": "middle" } : {
      transform: `translate(${pixels(at)} ${pixels(onTop ? -8 : height + 12)}) rotate(${turn})`,
      "text-anchor": onTop === turn < 0 ? "start" : "end",
    };
    return element("text", { ...place, "font-size": TICK, ...inked("text") }, tickMarkup(tick, width));
  });
  const title = x.spec.title === "" ? "" : element("text", {
    x: width / 2,
    y: onTop ? 12 - frame.top : height + LINE + 22,
    "text-anchor": "middle",
    ...inked("muted"),
  }, escapeText(x.spec.title));
  return labels.join("") + title;
}

/** A label with its power of ten raised; one that is wider than its room is cut. */
function tickMarkup(tick: Tick, room: number): string {
  const { label, power } = tick;
  const fitting = tickWidth(tick) <= room + 4
    ? label
    : `${label.slice(0, Math.max(1, Math.floor(label.length * room / tickWidth(tick)) - 1))}…`;
  const raised = power === undefined
    ? ""
    : element("tspan", { dy: -4, "font-size": 9 }, String(power).replace("-", "−"));
  return escapeText(fitting) + raised;
}

/** Reference lines and their words. */
function references({ layout }: Drawable, frame: Frame): string {
  const at = (which: "x" | "y", reference: string, value: number) =>
    reference === "paper"
      ? which === "x" ? value * frame.width : (1 - value) * frame.height
      : placed(frame, which, value);
  // Plotly places lines on a logarithmic axis by value, and words by the value's logarithm.
  const coordinate = (which: "x" | "y", reference: string, value: number) =>
    reference !== "paper" && frame[which].kind === "log" ? Math.log10(value) : value;
  const lines = layout.shapes.map(({ xref, yref, x0, x1, y0, y1, line }) =>
    element("line", {
      x1: at("x", xref, coordinate("x", xref, x0)),
      x2: at("x", xref, coordinate("x", xref, x1)),
      y1: at("y", yref, coordinate("y", yref, y0)),
      y2: at("y", yref, coordinate("y", yref, y1)),
      stroke: line.color,
      "stroke-width": line.width,
      "stroke-dasharray": dashes(line.dash, line.width),
    })
  );
  const words = layout.annotations.map(({ xref, yref, x, y, xanchor, yanchor, text, font }) =>
    element("text", {
      x: at("x", xref, x) + { left: 3, center: 0, right: -3 }[xanchor],
      y: at("y", yref, y) + { top: 13, middle: 4, bottom: -4 }[yanchor],
      "text-anchor": { left: "start", center: "middle", right: "end" }[xanchor],
      "font-size": font.size,
      fill: font.color,
    }, escapeText(text))
  );
  return [...lines, ...words].join("");
}

/** The scale of a heat map's colours, in steps. */
function colourBar({ data }: Drawable, { width, height }: Frame): string {
  const trace = data.find((one) => one.type === "heatmap");
  if (trace === undefined) return "";
  const { zmin, zmax, colorscale, colorbar } = trace;
  const steps = 40, left = width + 14;
  const cells = Array.from({ length: steps }, (_, k) =>
    element("rect", {
      x: left,
      y: height * (1 - (k + 1) / steps),
      width: colorbar.thickness,
      height: height / steps + 0.5,
      fill: colourAt(colorscale, (k + 0.5) / steps),
    }));
  const labels = [zmin, (zmin + zmax) / 2, zmax].map((value) =>
    element("text", {
      x: left + colorbar.thickness + 5,
      y: height * (1 - (value - zmin) / (zmax - zmin)) + 4,
      ...inked("text"),
    }, pixels(value))
  );
  const title = element("text", { x: left, y: -8, ...inked("muted") }, escapeText(colorbar.title));
  return [...cells, ...labels, title].join("");
}
