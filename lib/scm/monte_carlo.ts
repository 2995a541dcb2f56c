/** The expected target of nonlinear SCMs: Monte Carlo with common random numbers, tabulated and interpolated. */

import { createStream } from "../random/mod.ts";
import { type Interpolant, interpolate } from "./chebyshev.ts";
import { settableVariables } from "./create.ts";
import { formatValue } from "./mechanisms/terms.ts";
import { checkSetting } from "./interventions.ts";
import { UndefinedTruthError } from "./error.ts";
import { extremes } from "./extremes.ts";
import { simulate, type Simulation } from "./simulation.ts";
import { tabulate } from "./tabulate.ts";
import type { Assignment, OutcomeAccuracy, OutcomeModel, Scm, ValuedIntervention } from "./types.ts";

/** 2048 rows and tables accurate to 0.1 % of their range: about 10 ms for a random SCM of 3 to 8 variables. */
export const DEFAULT_ACCURACY: OutcomeAccuracy = { rows: 2048, tolerance: 1e-3, seed: 0 };

/** An interpolation error beyond this share of the range of outcomes is no truth. */
const MOST_ROUGHNESS = 0.25;

/** For rewards in training, where thousands of SCMs are drawn: an error of a few percent of the best gain, in about a millisecond. */
export const TRAINING_ACCURACY: OutcomeAccuracy = { rows: 256, tolerance: 0.02, seed: 0 };

/** An outcome model with the second of its two errors. */
export interface MonteCarloOutcomes extends OutcomeModel {
  /** The largest standard error of the expectations that were computed. */
  readonly standardError: number;
  /** An estimate of the largest interpolation error. */
  readonly interpolationError: number;
}

/** The simulation that a given accuracy asks for. */
export function simulateFor(scm: Scm, { rows, seed }: OutcomeAccuracy): Simulation {
  if (!Number.isInteger(rows) || rows < 4 || rows % 2 === 1) {
    throw new RangeError(`Cannot compute expectations from ${rows} rows: it must be an even whole number ≥ 4`);
  }
  return simulate(scm, rows, createStream(seed).child("outcomes"));
}

/**
 * Tabulates `E[Y | do(Xᵢ = v)]` over every domain. All expectations share their noise, so that differences between
 * interventions are far more exact than each of them.
 *
 * @throws RangeError for an odd number of rows, or fewer than 4
 * @throws UndefinedTruthError for an expectation that is not a finite number
 */
export function monteCarloOutcomes(
  scm: Scm,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
  kind: Assignment["kind"] = "perfect",
): MonteCarloOutcomes {
  const simulation = simulateFor(scm, accuracy);
  const tolerance = (range: number) => accuracy.tolerance * Math.max(range, simulation.deviation);
  const tables = new Map<number, Interpolant | ReadonlyMap<number, number>>();
  const candidates: ValuedIntervention[] = [];
  let interpolationError = 0;
  for (const variable of settableVariables(scm)) {
    const { domain } = scm.variables[variable];
    if (domain === null) continue;
    const outcome = simulation.meanUnder(variable, kind);
    if (domain.kind === "values") {
      const table = new Map(domain.values.map((value) => [value, outcome(value)]));
      tables.set(variable, table);
      table.forEach((mean, value) => candidates.push({ variable, value, outcome: mean }));
    } else {
      const table = accuracy.points === undefined
        ? interpolate(outcome, domain.low, domain.high, tolerance)
        : tabulate(outcome, domain.low, domain.high, accuracy.points);
      const span = Math.max(table.greatest.value - table.least.value, simulation.deviation);
      const isRough = accuracy.points === undefined && table.error > MOST_ROUGHNESS * span;
      if (table.pole !== null || isRough) throw unbounded(scm, variable, table.pole);
      tables.set(variable, table);
      interpolationError = Math.max(interpolationError, table.error);
      for (const { x, value } of [table.least, table.greatest]) candidates.push({ variable, value: x, outcome: value });
    }
  }
  return {
    observational: simulation.mean([]),
    expected(variable, value) {
      checkSetting(scm, variable, value);
      const table = tables.get(variable);
      if (table === undefined) throw new RangeError(`No outcomes of variable ${variable}`);
      return "at" in table ? table.at(value) : table.get(value) ?? NaN;
    },
    standardError: simulation.standardError(),
    interpolationError,
    ...extremes(scm, candidates),
  };
}

/** @param pole where the expectation seems to have no bound; `null` where it is only too rough for a table */
function unbounded(scm: Scm, variable: number, pole: number | null): UndefinedTruthError {
  const { name } = scm.variables[variable];
  const expectation = `E[${scm.variables[scm.target].name} | do(${name})]`;
  return new UndefinedTruthError(
    `SCM "${scm.name}": ` +
      (pole === null
        ? `${expectation} is too rough to be known anywhere in the domain of ${name}: no best intervention can be told`
        : `${expectation} has no bound near ${name} = ${formatValue(pole)}, so that there is no best intervention`),
    name,
  );
}
