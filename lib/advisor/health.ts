/** Whether the rows are what the answers rest on: enough of them, the same system all the time, and no hidden common causes. */

import { studentQuantile } from "../numeric/mod.ts";
import { EXACT_LIMIT } from "../surrogate/mod.ts";
import { beliefsOf, parentSurrogate } from "./beliefs.ts";
import { observationOf } from "./observe.ts";
import type { ExperimentProblem } from "./problem.ts";
import { type ExperimentRows, membersMade, toleranceOf } from "./rows.ts";

/** Rows in which nothing was set that units should rest on. */
const FEW_ROWS = 8;
/** Probability of a false alarm, on one side. */
const ALARM = 0.0005;
/** Fewest rows that a trend is looked for in. */
const FEWEST_TREND = 8;
/** Standard errors by which an effect that was made must differ from one that was observed. */
const DISAGREEMENT = 3.5;

/** One sentence for everything that should be known before an answer is acted on. */
export function healthOf(
  problem: ExperimentProblem,
  rows: ExperimentRows,
  bent: ReadonlySet<number>,
): string[] {
  return [...fewRows(problem, rows), ...driftIn(problem, rows), ...confoundingIn(problem, rows, bent)];
}

function fewRows({ variables }: ExperimentProblem, { observational }: ExperimentRows): string[] {
  const rows = observational.length / variables.length;
  return rows === 0 || rows >= FEW_ROWS
    ? []
    : [`there are only ${rows} rows in which nothing was set: units and intervals rest on little`];
}

/** A trend of the target among rows that should be alike. */
function driftIn(problem: ExperimentProblem, { observational, interventions }: ExperimentRows): string[] {
  const { variables, target } = problem;
  const width = variables.length;
  const at = variables.findIndex(({ name }) => name === target);
  const column = (values: Float64Array) =>
    Array.from({ length: values.length / width }, (_, row) => values[row * width + at]);
  const repeats = new Map<string, { readonly time: number; readonly value: number }[]>();
  interventions.forEach((made, time) => {
    const key = membersMade(made).map((v) => {
      const tolerance = Math.max(toleranceOf(problem, variables[v]), Number.MIN_VALUE);
      return `${v}:${Math.round(made.values[v] / (2 * tolerance))}`;
    }).join();
    const known = repeats.get(key) ?? [];
    repeats.set(key, [...known, ...column(made.values).map((value) => ({ time, value }))]);
  });
  const groups = [...repeats.values()].filter((group) => new Set(group.map(({ time }) => time)).size > 1);
  const control =
    `repeat a setting that was made early, or measure rows in which nothing is set: if ${target} moved, the system did, ` +
    "and a campaign from the newer rows alone is the better guide";
  return [
    ...isTrend([column(observational).map((value, time) => ({ time, value }))])
      ? [`${target} moves with time in the rows in which nothing was set: ${control}`]
      : [],
    ...isTrend(groups) ? [`${target} moves with time among repeats of the same settings: ${control}`] : [],
  ];
}

/** Whether values move with time within their groups: the t-test of a common slope. */
export function isTrend(groups: readonly (readonly { readonly time: number; readonly value: number }[])[]): boolean {
  const points = groups.flatMap((group) => {
    const mean = (of: "time" | "value") => group.reduce((sum, point) => sum + point[of], 0) / group.length;
    const [time, value] = [mean("time"), mean("value")];
    return group.map((point) => [point.time - time, point.value - value]);
  });
  const freedom = points.length - groups.length - 1;
  if (points.length < FEWEST_TREND || freedom < 2) return false;
  const sum = (of: (point: number[]) => number) => points.reduce((total, point) => total + of(point), 0);
  const [tt, tv, vv] = [sum(([t]) => t * t), sum(([t, v]) => t * v), sum(([, v]) => v * v)];
  if (!(tt > 0 && vv > 0)) return false;
  const left = Math.max(0, vv - tv * tv / tt);
  const t = Math.abs(tv / tt) / Math.sqrt(left / freedom / tt);
  return t > studentQuantile(1 - ALARM, freedom);
}

/**
 * Variables whose effect, as it was made by setting them, is not the one that observation alone would give. Where the target may be
 * a cause of the variable that explains it as well, and nothing is suspected: the posterior without interventions covers both.
 */
function confoundingIn(problem: ExperimentProblem, rows: ExperimentRows, bent: ReadonlySet<number>): string[] {
  const { variables, target } = problem;
  const width = variables.length;
  const at = variables.findIndex(({ name }) => name === target);
  if (width > EXACT_LIMIT || rows.observational.length / width < FEW_ROWS) return [];
  const made = variables.map((_, v) => {
    const own = rows.interventions.filter((one) => one.members === undefined && one.variable === v);
    return slopeOf(
      own.flatMap(({ values }) =>
        Array.from({ length: values.length / width }, (_, row) => [values[row * width + v], values[row * width + at]])
      ),
    );
  });
  if (made.every((slope, v) => slope === null || bent.has(v))) return [];
  const { effect } = beliefsOf(
    parentSurrogate(problem),
    observationOf(problem, { observational: rows.observational, interventions: [] }),
  );
  if (effect === undefined) return [];
  const short = (value: number) => String(Number(value.toPrecision(3)));
  return variables.flatMap(({ name }, v) => {
    const slope = made[v];
    if (slope === null || bent.has(v)) return [];
    const error = Math.hypot(slope.error, effect.sd[v]);
    if (!(Math.abs(slope.value - effect.mean[v]) > DISAGREEMENT * error)) return [];
    return [
      `setting ${name} moves ${target} by ${
        short(slope.value)
      } for each unit, and by what is observed alone it would be ${
        short(effect.mean[v])
      }: a hidden common cause is suspected, so that what was only observed misleads there`,
    ];
  });
}

/** Least-squares slope with its standard error; null with fewer than four rows or one value. */
function slopeOf(points: readonly (readonly number[])[]): { readonly value: number; readonly error: number } | null {
  const n = points.length;
  if (n < 4) return null;
  const mean = (k: number) => points.reduce((sum, point) => sum + point[k], 0) / n;
  const [x, y] = [mean(0), mean(1)];
  const xx = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  if (!(xx > 0)) return null;
  const value = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / xx;
  const left = points.reduce((sum, point) => sum + (point[1] - y - value * (point[0] - x)) ** 2, 0);
  return { value, error: Math.sqrt(left / (n - 2) / xx) };
}
