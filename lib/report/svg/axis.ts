/** Axes: the coordinate of a value, how far an axis reaches, and which of its places are labelled. */

// @ts-types="@types/d3-scale"
import { scaleLinear } from "d3-scale";
import type { AxisSpec, Datum, Drawable, Scatter } from "./spec.ts";

/** A labelled place; `power` is an exponent that follows the label. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  readonly power?: number;
}

/** An axis in coordinates: values, their common logarithms, or the places of categories counted from 0. */
export interface Axis {
  readonly spec: AxisSpec;
  readonly kind: "linear" | "log" | "category";
  readonly categories: readonly string[];
  /** All of its values are whole, and so are its labels. */
  readonly whole: boolean;
  /** First and last coordinate, in the direction of the page: left to right, bottom to top. */
  readonly range: readonly [number, number];
}

/** Space beyond the outermost points, as a share of what they span. */
const PADDING = 0.055;
/** How far categories reach beyond the middle of the first and the last. */
const HALF_CATEGORY = 0.5;

/** Traces that are drawn when a figure opens. */
export function shownTraces({ data }: Drawable): readonly Scatter[] {
  return data.filter((trace): trace is Scatter => trace.type === "scatter" && trace.visible === true);
}

/** A trace's values on one of the axes; without `x` they are counted from 0. */
export function valuesOf(trace: Scatter, which: "x" | "y"): readonly Datum[] {
  return which === "y" ? trace.y : trace.x ?? trace.y.map((_, place) => place);
}

/** One axis of a figure, with the range that it asks for or that its shown traces need. */
export function axisOf(figure: Drawable, which: "x" | "y"): Axis {
  const spec = which === "x" ? figure.layout.xaxis : figure.layout.yaxis;
  const shown = shownTraces(figure);
  const cells = figure.data.filter((trace) => trace.type === "heatmap");
  const categories = [
    ...new Set([
      ...cells.flatMap((trace) => trace[which]),
      ...shown.flatMap((trace) => valuesOf(trace, which).filter((value) => typeof value === "string")),
    ]),
  ];
  const kind = spec.type ?? (categories.length > 0 ? "category" : "linear");
  const whole = kind === "linear" && shown.every((trace) => valuesOf(trace, which).every(Number.isInteger));
  const axis = { spec, kind, categories, whole, range: [0, 1] } as const;
  const range = spec.range ??
    (kind === "category"
      ? [-HALF_CATEGORY, Math.max(categories.length, 1) - HALF_CATEGORY] as const
      : fittingRange(axis, shown, which));
  return { ...axis, range: spec.autorange === "reversed" ? [range[1], range[0]] : range };
}

/** The coordinate of a value; NaN where it has none, as 0 on a logarithmic axis. */
export function coordinate({ kind, categories }: Axis, value: Datum): number {
  if (kind === "category") {
    const place = categories.indexOf(String(value));
    return place < 0 ? Number(value) : place;
  }
  return kind === "log" ? Math.log10(Number(value) > 0 ? Number(value) : NaN) : Number(value);
}

/** All coordinates of the shown traces with their error bars; lines touch the sides, points keep away from them. */
function fittingRange(axis: Axis, shown: readonly Scatter[], which: "x" | "y"): readonly [number, number] {
  const reached = shown.flatMap((trace) => {
    const bars = which === "x" ? trace.error_x : trace.error_y;
    return valuesOf(trace, which).flatMap((value, i) => {
      const up = Number(bars?.array[i] ?? 0), down = Number((bars?.arrayminus ?? bars?.array)?.[i] ?? 0);
      return bars === undefined ? [value] : [value, Number(value) + up, Number(value) - down];
    });
  }).map((value) => coordinate(axis, value)).filter(Number.isFinite);
  if (reached.length === 0) return [0, 1];
  const low = reached.reduce((a, b) => Math.min(a, b)), high = reached.reduce((a, b) => Math.max(a, b));
  const touching = which === "x" && shown.every(({ mode = "lines" }) => mode === "lines");
  const padding = low === high ? (touching ? 0.5 : Math.abs(low) || 1) : touching ? 0 : PADDING * (high - low);
  return [low - padding, high + padding];
}

/** About `count` labelled places, none beyond the ends. */
export function ticksOf(axis: Axis, count: number): readonly Tick[] {
  const [low, high] = axis.range.toSorted((a, b) => a - b);
  if (axis.kind === "category") {
    return axis.categories.map((label, at) => ({ at, label })).filter(({ at }) => at >= low && at <= high);
  }
  return axis.kind === "log" ? logTicks(low, high, count) : linearTicks(axis, low, high, count);
}

function linearTicks({ whole }: Axis, low: number, high: number, count: number): readonly Tick[] {
  const scale = scaleLinear().domain([low, high]);
  const places = scale.ticks(count).filter((at) => !whole || Number.isInteger(at));
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size > 0 && (size < 1e-3 || size >= 1e6)) {
    const power = Math.floor(Math.log10(size));
    return places.map((at) => at === 0 ? { at, label: "0" } : { at, label: `${short(at / 10 ** power)}·10`, power });
  }
  const written = whole ? scale.tickFormat(count, ",d") : scale.tickFormat(count);
  return places.map((at) => ({ at, label: written(at) }));
}

/** Decades; between few of them also 2 and 5, or everything. */
function logTicks(low: number, high: number, count: number): readonly Tick[] {
  const span = high - low;
  const factors = span > 0.6 * count ? [1] : span > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const every = Math.max(1, Math.ceil(span / count));
  const first = Math.floor(low), decades = Array.from({ length: Math.ceil(high) - first + 1 }, (_, k) => first + k);
  return decades.filter((power) => power % every === 0).flatMap((power) =>
    factors.map((factor): Tick => {
      const at = power + Math.log10(factor);
      const plain = power >= -3 && power < 4;
      return plain
        ? { at, label: short(factor * 10 ** power) }
        : { at, label: factor === 1 ? "10" : `${short(factor)}·10`, power };
    })
  ).filter(({ at }) => at >= low - 1e-9 && at <= high + 1e-9);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
