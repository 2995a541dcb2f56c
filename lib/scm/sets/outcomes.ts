/** The truth about interventions on several variables at once, with the best and the worst set. */

import { createStream } from "../../random/mod.ts";
import { settableVariables } from "../create.ts";
import { hasLinearTarget } from "../effects.ts";
import { ScmError } from "../error.ts";
import { DEFAULT_ACCURACY, simulateFor } from "../monte_carlo.ts";
import { outcomeModel } from "../outcomes.ts";
import type {
  Assignment,
  Intervention,
  OutcomeAccuracy,
  OutcomeModel,
  OutcomeRecipe,
  Scm,
  SetRules,
  ValuedIntervention,
  ValuedSet,
} from "../types.ts";
import { linearSets } from "./linear.ts";
import { climbSets, enumerateSets, type SetObjective, type SetSpace, type SizedSets } from "./search.ts";
import { simulatedSets, type ValueSearch } from "./simulated.ts";

/** Where there is a closed form and too many sets for all to be looked at. */
const LINEAR_STARTS = 32;
/** Searches by simulation, at the rows of a report and at the few of training. */
const CAREFUL = { rows: 256, starts: 4, values: { points: 9, refinements: 4, sweeps: 3 } };
const QUICK = { rows: 128, starts: 0, values: { points: 5, refinements: 0, sweeps: 1 } };
/** Fewer rows than this are asked for by training. */
const CAREFUL_ROWS = 1024;
/** Sizes within this share of the range count as equal: the smaller set is the answer. */
const EQUAL = 1e-9;

/**
 * {@linkcode outcomeModel} where sets of `rules.min` to `rules.max` variables may be set at once. The extremes of linear SCMs
 * are exact while there are at most 4096 sets (all sets of twelve variables), by coordinate ascent from many starts beyond;
 * those of others are the best that a multi-start coordinate search over members and values finds, evaluated with all rows.
 *
 * @throws ScmError for sizes that are no range of whole numbers ≥ 1, or if no set of the smallest size is allowed
 * @throws UndefinedTruthError as {@linkcode outcomeModel}
 */
export function setOutcomeModel(
  scm: Scm,
  rules: SetRules,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
  kind: Assignment["kind"] = "perfect",
): OutcomeModel {
  const { min, max, exclusive = [] } = rules;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 1 || max < min) {
    throw new ScmError(`SCM "${scm.name}": sets of ${min} to ${max} variables: expected whole numbers, 1 ≤ min ≤ max`);
  }
  const single = outcomeModel(scm, accuracy, kind);
  if (max === 1) return single;
  const settable = settableVariables(scm);
  const excluded = new Set(exclusive.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const space = { settable, together: (a: number, b: number) => !excluded.has(`${a} ${b}`) };
  const most = Math.min(max, settable.length);
  const sign = scm.objective === "maximize" ? 1 : -1;
  // What the tables of single variables know is exact to more rows than a search.
  const alone = ({ variable, value, outcome }: ValuedIntervention): ValuedSet => ({
    intervention: [{ variable, value, kind }],
    outcome,
  });
  const singles = { best: alone(single.best), worst: alone(single.worst) };
  const found = hasLinearTarget(scm)
    ? linearExtremes(linearSets(scm, kind), space, most, sign)
    : simulatedExtremes(scm, { accuracy, kind, singles }, space, most, sign);
  if (found.best.length < Math.min(min, most)) {
    throw new ScmError(`SCM "${scm.name}": no ${min} variables may be set together`);
  }
  const least = Math.min(min, most);
  const best = [singles.best, ...found.best.slice(1)];
  const worst = [singles.worst, ...found.worst.slice(1)];
  return {
    ...single,
    recipe: { accuracy, kind, rules },
    sets: {
      sizes: { min: least, max: most },
      expected: found.expected,
      bestOfSize: best,
      best: extremeOf(best.slice(least - 1), sign),
      worst: extremeOf(worst.slice(least - 1), -sign),
      standardError: found.standardError(),
      searchStarts: found.starts,
    },
  };
}

interface Extremes {
  readonly best: readonly ValuedSet[];
  readonly worst: readonly ValuedSet[];
  readonly starts: number;
  expected(intervention: Intervention): number;
  standardError(): number;
}

function linearExtremes(objective: SetObjective, space: SetSpace, most: number, sign: number): Extremes {
  const stream = createStream(0).child("sets");
  const random = (towards: number) => ({ starts: LINEAR_STARTS, stream: stream.child(towards > 0 ? "high" : "low") });
  const search = (towards: number): SizedSets =>
    enumerateSets(objective, space, most, towards) ?? climbSets(objective, space, most, towards, random(towards));
  const [best, worst] = [search(sign), search(-sign)];
  const { expected } = objective;
  return { best: best.best, worst: worst.best, starts: best.starts, expected, standardError: () => 0 };
}

/** How a truth is simulated, and what is known of sets of one variable. */
interface Simulated {
  readonly accuracy: OutcomeAccuracy;
  readonly kind: Assignment["kind"];
  readonly singles: { readonly best: ValuedSet; readonly worst: ValuedSet };
}

/** Searches with few rows; what is found is improved and evaluated with the rows of the accuracy. */
function simulatedExtremes(
  scm: Scm,
  { accuracy, kind, singles }: Simulated,
  space: SetSpace,
  most: number,
  sign: number,
): Extremes {
  const isCareful = accuracy.rows >= CAREFUL_ROWS;
  const { rows, starts, values } = isCareful ? CAREFUL : QUICK;
  const coarse = simulatedSets(
    scm,
    simulateFor(scm, { ...accuracy, rows: Math.min(rows, accuracy.rows) }),
    kind,
    values,
  );
  const simulation = simulateFor(scm, accuracy);
  const finish: ValueSearch = { points: 9, refinements: 8, sweeps: isCareful ? 2 : 0 };
  const exact = simulatedSets(scm, simulation, kind, finish);
  const stream = createStream(accuracy.seed).child("sets");
  const search = (towards: number, from: number, alone: ValuedSet): readonly ValuedSet[] => {
    const random = { starts: from, stream: stream.child(towards > 0 ? "high" : "low") };
    const found = climbSets(coarse, space, most, towards, random).best
      .map(({ intervention }) => exact.bestValues(intervention.map(({ variable }) => variable), towards, intervention));
    if (!isCareful) return found;
    const grow = (set: ValuedSet, smaller: ValuedSet) => noWorseThanGrown(exact, space, towards, [set, smaller]);
    return found.slice(1).reduce((sets, set) => [...sets, grow(set, sets[sets.length - 1])], [alone]);
  };
  return {
    best: search(sign, starts, singles.best),
    worst: search(-sign, 0, singles.worst),
    starts: starts + 1,
    expected: (intervention) => simulation.mean(intervention),
    standardError: () => simulation.standardError(),
  };
}

/** A set, or a smaller one with whatever variable is best beside it: the values that were searched may have missed that. */
function noWorseThanGrown(
  objective: SetObjective,
  space: SetSpace,
  sign: number,
  [found, smaller]: readonly [found: ValuedSet, smaller: ValuedSet],
): ValuedSet {
  const rest = smaller.intervention;
  return space.settable
    .filter((next) => rest.every(({ variable }) => variable !== next && space.together(variable, next)))
    .map((next) => objective.bestAddition(rest, next, sign))
    .reduce((best, grown) => sign * grown.outcome > sign * best.outcome ? grown : best, found);
}

/** The set of the greatest `sign · outcome`, the smallest of those that are equal but for rounding. */
function extremeOf(sets: readonly ValuedSet[], sign: number): ValuedSet {
  return sets.reduce((best, found) => {
    const scale = Math.max(Math.abs(best.outcome), Math.abs(found.outcome));
    return sign * (found.outcome - best.outcome) > EQUAL * scale ? found : best;
  });
}

/** The truth about an SCM, computed again as it was before. */
export function outcomesBy(scm: Scm, { accuracy, kind, rules }: OutcomeRecipe): OutcomeModel {
  return rules === undefined ? outcomeModel(scm, accuracy, kind) : setOutcomeModel(scm, rules, accuracy, kind);
}
