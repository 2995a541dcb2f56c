/** What a baseline says of itself: one record beside its code, one line in the registry. */

import type { Problem } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";

/** One setting of a baseline's parameters, by name. */
export type ParameterPoint = Readonly<Record<string, number>>;

/** The values of each parameter that a baseline is tuned over; the first of each list is its default. */
export type Tunables = Readonly<Record<string, readonly number[]>>;

interface Described {
  readonly name: string;
  /** One line for a table's legend. */
  readonly describe: string;
  /** Whether it takes long enough that it plays only where it is asked for by name. */
  readonly slow: boolean;
  /** The settings that it is tuned over; the first is the default. All have the same names. */
  readonly grid: readonly ParameterPoint[];
}

/** A policy that can be made without knowing the problems. */
export interface Baseline extends Described {
  /** @throws RangeError for a missing, unknown or bad parameter */
  create(parameters: ParameterPoint): Policy;
}

/** A baseline that plays on beliefs about total effects: it needs a surrogate beside it. */
export interface BelievingBaseline extends Baseline {
  /** Whether it needs a draw from the posterior at each step. */
  readonly draws: boolean;
}

/** A policy that is made from the truth about the problems of one batch. Marks every result that it touches. */
export interface PrivilegedBaseline extends Described {
  readonly privileged: true;
  /** Whether it knows the best intervention, so that it is no competitor. */
  readonly bound: boolean;
  /**
   * @param problems the problems of the batch that it will meet, in order
   * @param parameters one of the grid, or another with the same names; the first by default
   * @throws RangeError for a missing, unknown or bad parameter
   */
  create(problems: readonly Problem[], parameters?: ParameterPoint): Policy;
}

interface Entry<Create> {
  readonly name: string;
  readonly describe: string;
  readonly slow?: boolean;
  /** Left out: it has no parameters. */
  readonly tunables?: Tunables;
  readonly create: Create;
}

/** A {@linkcode Baseline} whose parameters are checked before `create` sees them. */
export function baseline(entry: Entry<(parameters: ParameterPoint) => Policy>): Baseline {
  const { name, describe, slow = false, tunables = {}, create } = entry;
  return {
    name,
    describe,
    slow,
    grid: product(tunables),
    create(parameters) {
      checkNames(name, tunables, parameters);
      return create(parameters);
    },
  };
}

/** A {@linkcode PrivilegedBaseline} whose parameters are checked before `create` sees them. */
export function privilegedBaseline(
  entry: Entry<(problems: readonly Problem[], parameters: ParameterPoint) => Policy> & { readonly bound: boolean },
): PrivilegedBaseline {
  const { name, describe, slow = false, tunables = {}, bound, create } = entry;
  const grid = product(tunables);
  return {
    name,
    describe,
    slow,
    privileged: true,
    bound,
    grid,
    create(problems, parameters = grid[0]) {
      checkNames(name, tunables, parameters);
      return create(problems, parameters);
    },
  };
}

/** All settings with one value of each list, the first of each list first. */
function product(lists: Tunables): ParameterPoint[] {
  return Object.entries(lists).reduce<ParameterPoint[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

/** @throws RangeError unless the parameters have just the names of the lists */
function checkNames(name: string, lists: Tunables, parameters: ParameterPoint): void {
  const names = Object.keys(lists);
  const unknown = Object.keys(parameters).find((key) => !names.includes(key));
  const missing = names.find((key) => parameters[key] === undefined);
  if (unknown === undefined && missing === undefined) return;
  const problem = unknown === undefined ? `${missing} is missing` : `${unknown} is no parameter of it`;
  throw new RangeError(`Cannot make ${name}: ${problem}; it takes ${names.join(", ") || "none"}`);
}
