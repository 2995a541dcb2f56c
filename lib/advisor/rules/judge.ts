/** Whether an experiment may be proposed: limits on what is measured, constraints between settings, the budget, the graph. */

import { NONE, type Observation } from "../../environment/mod.ts";
import { normalCdf } from "../../numeric/mod.ts";
import type { Expectation, PlannedSetting } from "../outcomes.ts";
import type { ExperimentProblem } from "../problem.ts";
import { type ExperimentRows, membersMade } from "../rows.ts";
import type { OutcomeLimit, SettingConstraint } from "./keys.ts";
import { knownEdges, possibleCauses } from "./known.ts";

/** How probable it is that a row of an experiment keeps a limit. */
export interface LimitChance {
  readonly variable: string;
  readonly chance: number;
}

/** What the problem's rules say of an experiment. */
export interface Judgement {
  /** Why it is not proposed; null: it may be. */
  readonly refused: string | null;
  /** One for each limit. */
  readonly limits: readonly LimitChance[];
  /** What it costs. */
  readonly cost: number;
}

/** What has been spent, of what there is. */
export interface Spending {
  readonly spent: number;
  readonly budget: number;
}

const HALF_95 = 1.959963984540054;
/** Fewest rows that a correlation is made of. */
const FEWEST_ROWS = 4;

/** What all variables of an experiment cost together. */
export function costOf({ variables }: ExperimentProblem, settings: readonly { readonly variable: string }[]): number {
  return settings.reduce(
    (sum, { variable }) => sum + (variables.find(({ name }) => name === variable)?.cost ?? 1),
    0,
  );
}

/**
 * What the experiments made and running cost together; null: the problem has no budget.
 * @param running experiments without a result
 */
export function spendingOf(
  problem: ExperimentProblem,
  { interventions }: ExperimentRows,
  running: readonly (readonly PlannedSetting[])[],
): Spending | null {
  const { budget, variables } = problem;
  if (budget === undefined) return null;
  const made = interventions.map((one) => membersMade(one).map((v) => ({ variable: variables[v].name })));
  const spent = [...made, ...running].reduce((sum, settings) => sum + costOf(problem, settings), 0);
  return { spent, budget };
}

/**
 * Judges experiments by the rules of a problem.
 * @param observation of all rows
 * @param outcomes what is expected of a measured variable
 */
export function judgeOf(
  problem: ExperimentProblem,
  observation: Observation,
  outcomes: (variable: string) => Expectation,
  spending: Spending | null,
): (settings: readonly PlannedSetting[]) => Judgement {
  const { variables, constraints = [], limits = [], known, target } = problem;
  const names = variables.map(({ name }) => name);
  const causes = known === undefined
    ? null
    : possibleCauses(knownEdges(names, known), names.length, names.indexOf(target));
  const meanOf = (variable: string) => observation.statistics.centre[names.indexOf(variable)];
  const judged = new Map<string, Judgement>();
  const judge = (settings: readonly PlannedSetting[]): Judgement => {
    const cost = costOf(problem, settings);
    const chances = limits.map((limit) => ({
      variable: limit.variable,
      chance: chanceOf(
        limit,
        outcomes(limit.variable)(settings),
        scatterOf(observation, names, limit.variable, settings),
      ),
    }));
    const idle = causes === null ? undefined : settings.find(({ variable }) => !causes.has(names.indexOf(variable)));
    const broken = constraints.find((constraint) => !keeps(constraint, settings, meanOf));
    const risky = chances.find(({ chance }, k) => chance < limits[k].probability);
    const refused = idle !== undefined
      ? `by what is known of the graph ${idle.variable} cannot move ${target}`
      : broken !== undefined
      ? `${constraintText(broken)} would not be kept`
      : spending !== null && spending.spent + cost > spending.budget
      ? `it costs ${cost}, and ${spending.budget - spending.spent} of the budget are left`
      : risky !== undefined
      ? `${risky.variable} would keep its limit with a probability of ${risky.chance.toFixed(2)} only`
      : null;
    return { refused, limits: chances, cost };
  };
  return (settings) => {
    const key = JSON.stringify(settings.map(({ variable, value }) => [variable, value]));
    const known = judged.get(key) ?? judge(settings);
    judged.set(key, known);
    return known;
  };
}

/** Whether a problem has rules that an experiment can break. */
export function hasRules({ limits, constraints, known, budget }: ExperimentProblem): boolean {
  return limits !== undefined || constraints !== undefined || known !== undefined || budget !== undefined;
}

/**
 * Probability that a normal row around the mean keeps a limit.
 * @param mean with its own interval
 * @param scatter standard deviation of a row around it
 */
export function chanceOf(
  { min = -Infinity, max = Infinity }: Pick<OutcomeLimit, "min" | "max">,
  mean: { readonly value: number; readonly low: number; readonly high: number },
  scatter: number,
): number {
  const below = (end: number) => {
    const own = (end > mean.value ? mean.high - mean.value : mean.value - mean.low) / HALF_95;
    const sd = Math.hypot(own, scatter);
    return sd > 0 ? normalCdf((end - mean.value) / sd) : Number(mean.value < end);
  };
  const under = max === Infinity ? 1 : below(max);
  const over = min === -Infinity ? 0 : below(min);
  return Math.max(0, under - over);
}

/** Whether settings keep a constraint; what is not set counts at its mean. */
function keeps(
  { sum, min = -Infinity, max = Infinity }: SettingConstraint,
  settings: readonly PlannedSetting[],
  meanOf: (variable: string) => number,
): boolean {
  // A constraint says nothing of settings that have no part in it.
  if (!sum.some(({ variable }) => settings.some((one) => one.variable === variable))) return true;
  const total = sum.reduce((all, { variable, weight }) => {
    const set = settings.find((one) => one.variable === variable);
    return all + weight * (set?.value ?? meanOf(variable));
  }, 0);
  const slack = 1e-9 * sum.reduce((all, { weight }) => all + Math.abs(weight), Math.abs(total));
  return total >= min - slack && total <= max + slack;
}

/** `heat + 4 feed ≤ 50`. */
export function constraintText({ sum, min, max }: SettingConstraint): string {
  const terms = sum.map(({ variable, weight }, k) => {
    const size = Math.abs(weight) === 1 ? variable : `${Math.abs(weight)} ${variable}`;
    return k === 0 ? (weight < 0 ? `−${size}` : size) : `${weight < 0 ? "−" : "+"} ${size}`;
  });
  return `${min === undefined ? "" : `${min} ≤ `}${terms.join(" ")}${max === undefined ? "" : ` ≤ ${max}`}`;
}

/**
 * How far a row of a variable scatters around its mean when others are set: its spread where nothing is set, without the part
 * that goes along with that one of them which it goes along with most.
 */
function scatterOf(
  { history, statistics, problems: { width } }: Observation,
  names: readonly string[],
  variable: string,
  settings: readonly PlannedSetting[],
): number {
  const of = names.indexOf(variable);
  const rows: number[] = [];
  for (let row = 0; row < history.rows; row++) if (history.intervened[row] === NONE) rows.push(row);
  const spread = statistics.spread[of];
  if (rows.length < FEWEST_ROWS) return spread;
  const column = (v: number) => Float64Array.from(rows, (row) => history.values[row * width + v]);
  const shares = settings.map((one) => correlation(column(names.indexOf(one.variable)), column(of)) ** 2);
  return spread * Math.sqrt(1 - Math.max(0, ...shares));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [a, b].map((values) => values.reduce((sum, x) => sum + x, 0) / values.length);
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    ab += (a[k] - meanA) * (b[k] - meanB);
    aa += (a[k] - meanA) ** 2;
    bb += (b[k] - meanB) ** 2;
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : 0;
}
