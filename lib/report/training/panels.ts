/** Which metrics of a run share a figure, and what the figure says. Every metric finds a place: the unknown get one of their own. */

import { lineFigure, type LineSeries, movingMean } from "../figures.ts";
import { formatNumber } from "../format.ts";
import type { FigureBlock } from "../html/blocks.ts";
import { seriesStyle } from "../theme.ts";
import type { MetricRow } from "./types.ts";

/** A figure of one or more metrics along training. */
interface Panel {
  readonly title: string;
  readonly metrics: RegExp;
  readonly y: string;
  readonly logY?: boolean;
  readonly caption?: string;
}

const panels: readonly Panel[] = [
  { title: "Reward", metrics: /^reward$/, y: "mean reward" },
  {
    title: "Reward components",
    metrics: /^rewards?\/(?!.*(std|correlation)$)/,
    y: "mean, unweighted",
    caption: "Means over the decisions of an update, before weighting.",
  },
  {
    title: "Rewards against value",
    metrics: /^rewards\/.*\/value_correlation$/,
    y: "correlation",
    caption: "Of each component with the normalised value, over the decisions of an update: below 0 it pays for harm.",
  },
  { title: "Reward audit", metrics: /^audit\//, y: "findings" },
  {
    title: "Most frequent action",
    metrics: /^action_concentration$/,
    y: "share of decisions",
    caption: "One variable and one third of its domain.",
  },
  { title: "Spread of rewards", metrics: /^rewards?(_std$|\/.*std$)/, y: "standard deviation" },
  {
    title: "Groups without signal",
    metrics: /^frac_(reward_zero_std|with_signal)$/,
    y: "share of groups",
    caption: "Groups whose rewards are all equal have zero advantage and teach nothing.",
  },
  { title: "Policy entropy", metrics: /^entropy\b/, y: "nats" },
  { title: "KL divergence", metrics: /^(approx_)?kl\b/, y: "nats", caption: "From the reference policy." },
  {
    title: "Clipped decisions",
    metrics: /^clip_ratio\b/,
    y: "share of decisions",
    caption: "Decisions whose probability ratio left the clipping range, below and above.",
  },
  {
    title: "Advantages",
    metrics: /^advantage[_/]/,
    y: "advantage",
    caption: "Largest, mean and smallest of an update.",
  },
  { title: "Probability ratios", metrics: /^ratio[_/]/, y: "new over old", caption: "Largest, mean and smallest." },
  { title: "Gradient norm", metrics: /^(grad(ient)?_norm)\b/, y: "L2 norm", logY: true, caption: "Before clipping." },
  { title: "Parameter change", metrics: /^param(eter)?_change\b/, y: "L2 norm of the step", logY: true },
  { title: "Loss", metrics: /loss\b/, y: "loss" },
  { title: "Regret", metrics: /^regret$/, y: "normalised regret" },
  { title: "Interventions on parents", metrics: /^parent_rate$/, y: "share of interventions" },
  { title: "Range utilisation", metrics: /^range_utili[sz]ation$/, y: "share of the domain's width" },
  {
    title: "Improvement within an episode",
    metrics: /^within_episode_improvement$|^improvement$/,
    y: "last minus first steps",
  },
  {
    title: "Held-out SCMs",
    metrics: /^validation\/(?!normali[sz]ed_value)/,
    y: "normalised value",
    caption: "Evaluations during training: by part of the episode, and of the final recommendation.",
  },
  { title: "Entropy coefficient", metrics: /^entropy_coefficient$/, y: "coefficient" },
  { title: "Learning rate", metrics: /^learning_rate$/, y: "learning rate" },
  { title: "Curriculum stage", metrics: /^stage$/, y: "stage" },
  { title: "Throughput", metrics: /per_second$/, y: "per second" },
];

/** Metrics that are axes or counts, not curves. */
const notCurves = /^(update|step|episode|(total_)?interventions|seconds|elapsed_seconds|groups|score_calls)$/;

/** Metrics that the learning curve shows already. */
const learningCurve = /^(validation\/)?normali[sz]ed_value(_low|_high)?$/;

/** The horizontal axis of a row: its `update`, or its place. */
export function updateOf(row: MetricRow, place: number): number {
  return row.update ?? row.step ?? place + 1;
}

/** The mean normalised value of an update or evaluation; NaN where it was not recorded. */
export function normalisedValue(row: MetricRow): number {
  return row.normalised_value ?? row.normalized_value ?? NaN;
}

/** How many updates a smoothed curve averages over: about a thirtieth of the run, odd, 1 for short runs. */
export function smoothingWindow(updates: number): number {
  return 2 * Math.floor(updates / 60) + 1;
}

/** The figures that belong beside the rewards' audit. */
const rewardPanels = new Set(["Reward components", "Rewards against value"]);

/** The curves of the reward's components. */
export function rewardFigures(updates: readonly MetricRow[]): FigureBlock[] {
  return diagnosticFigures(updates).filter(({ title }) => title !== undefined && rewardPanels.has(title));
}

/** Every figure but those of {@linkcode rewardFigures}. */
export function otherFigures(updates: readonly MetricRow[]): FigureBlock[] {
  return diagnosticFigures(updates).filter(({ title }) => title === undefined || !rewardPanels.has(title));
}

/** A panel with the metrics that it shows. */
interface FilledPanel {
  readonly panel: Panel;
  readonly members: readonly string[];
}

/** Groups of metrics in a fixed order, then one for each metric that no group knows, by name. */
function filledPanels(updates: readonly MetricRow[]): readonly FilledPanel[] {
  const names = [...new Set(updates.flatMap((row) => Object.keys(row)))].filter((name) =>
    !notCurves.test(name) && !learningCurve.test(name) && updates.some((row) => Number.isFinite(row[name]))
  ).sort();
  const placed = new Map(names.map((name) => [name, panels.find(({ metrics }) => metrics.test(name))]));
  const known = panels.map((panel) => ({ panel, members: names.filter((name) => placed.get(name) === panel) }));
  const others = names.filter((name) => placed.get(name) === undefined).map((name) => ({
    panel: { title: readable(name), metrics: /^$/, y: readable(name) },
    members: [name],
  }));
  return [...known.filter(({ members }) => members.length > 0), ...others];
}

/** The values that a metric has in a run, each once. */
function valuesOf(name: string, updates: readonly MetricRow[]): number[] {
  return [...new Set(updates.flatMap((row) => Number.isFinite(row[name]) ? [row[name]] : []))];
}

/** Nothing in the panel ever changes, in a run of several updates. */
function isLevel({ members }: FilledPanel, updates: readonly MetricRow[]): boolean {
  return updates.length > 1 && members.every((name) => valuesOf(name, updates).length === 1);
}

/** What would be level lines, in a sentence; undefined if there are none. */
export function constantsSentence(updates: readonly MetricRow[]): string | undefined {
  const parts = filledPanels(updates).filter((panel) => isLevel(panel, updates)).flatMap(({ members }) =>
    members.map((name) => `\`${name}\` ${formatNumber(valuesOf(name, updates)[0])}`)
  );
  return parts.length === 0 ? undefined : `The same at every update: ${parts.join(", ")}.`;
}

/** A figure of every panel but those that {@linkcode constantsSentence} tells. */
export function diagnosticFigures(updates: readonly MetricRow[]): FigureBlock[] {
  return filledPanels(updates).filter((panel) => !isLevel(panel, updates)).map(({ panel, members }) =>
    panelFigure(panel, members, updates)
  );
}

function panelFigure(panel: Panel, names: readonly string[], updates: readonly MetricRow[]): FigureBlock {
  const logY = panel.logY === true && names.every((name) => updates.every((row) => !((row[name] ?? NaN) <= 0)));
  const series = names.flatMap((name, place) =>
    rawAndSmooth(memberLabel(name, names), updates, (row) => row[name] ?? NaN, seriesStyle(place).color)
  );
  const within = panel.y.startsWith("share") ? { within: [0, 1] as const } : {};
  return lineFigure(series, { x: "update", y: panel.y, ...within, ...(logY ? { logY } : {}) }, {
    title: panel.title,
    height: 250,
    ...(panel.caption === undefined ? {} : { caption: panel.caption }),
  });
}

/** A metric's every value, faint, below its moving mean; the values alone for a short run. */
export function rawAndSmooth(
  name: string,
  rows: readonly MetricRow[],
  pick: (row: MetricRow) => number,
  color: string,
): LineSeries[] {
  const points = rows.map((row, place) => ({ x: updateOf(row, place), y: pick(row) })).filter(({ y }) =>
    Number.isFinite(y)
  );
  const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
  // What is measured now and then shows its measurements.
  if (points.length < rows.length / 2) return [{ name, x, y, color, markers: true }];
  const window = smoothingWindow(points.length);
  // A count or a stage has no values between its steps.
  if (window === 1 || y.every((value) => Number.isInteger(value))) return [{ name, x, y, color }];
  return [
    { name, x, y, color, width: 1, opacity: 0.3, appears: "unnamed" },
    { name, x, y: movingMean(y, window), color },
  ];
}

/** The evaluations on held-out SCMs that a run recorded among its updates, under `validation/`. */
export function evaluationsIn(updates: readonly MetricRow[]): MetricRow[] {
  return updates.flatMap((row, place) => {
    const value = row["validation/normalised_value"];
    if (value === undefined || !Number.isFinite(value)) return [];
    const named = Object.entries(row).filter(([name]) => name.startsWith("validation/"))
      .map(([name, number]) => [name.slice("validation/".length), number]);
    return [{ ...Object.fromEntries(named), update: updateOf(row, place) }];
  });
}

function readable(name: string): string {
  const words = name.replace(/[_/]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `reward/parent` among its like is "parent". */
function memberLabel(name: string, among: readonly string[]): string {
  const prefix = name.split("/")[0] ?? "";
  const shared = among.length > 1 && among.every((other) => other.startsWith(`${prefix}/`));
  return (shared ? name.slice(prefix.length + 1) : name).replace(/[_/](mean|value_correlation)$/, "").replace(
    /[_/]+/g,
    " ",
  );
}
