/** The expected target of nonlinear SCMs: Monte Carlo with common random numbers, tabulated and interpolated. */

import { createStream, type Stream } from "../random/mod.ts";
import { type Interpolant, interpolate } from "./chebyshev.ts";
import { settableVariables } from "./create.ts";
import { ancestorsOf, descendantsOf } from "./graph.ts";
import { checkSetting } from "./interventions.ts";
import { sampleNoise } from "./noise.ts";
import { extremes } from "./outcomes.ts";
import { addNoiseInto, bindColumns } from "./tiles.ts";
import type { NoiseDistribution, OutcomeModel, Scm, ValuedIntervention } from "./types.ts";

/** How exactly expectations without a closed form are computed. */
export interface OutcomeAccuracy {
  /** Rows of noise, the same for every intervention; an even number ≥ 4. The standard error falls with its root. */
  readonly rows: number;
  /** Largest interpolation error, as a share of the range of outcomes over the domain or, if greater, the target's deviation. */
  readonly tolerance: number;
  /** Seed of the noise. */
  readonly seed: number;
}

/** 2048 rows and tables accurate to 0.1 % of their range. */
export const DEFAULT_ACCURACY: OutcomeAccuracy = { rows: 2048, tolerance: 1e-3, seed: 0 };

/** An outcome model with the second of its two errors. */
export interface MonteCarloOutcomes extends OutcomeModel {
  /** The largest standard error of the expectations that were computed. */
  readonly standardError: number;
  /** The largest interpolation error that was seen between tabulated values. */
  readonly interpolationError: number;
}

/**
 * Tabulates `E[Y | do(Xᵢ = v)]` over every domain. All expectations share their noise, so that differences between
 * interventions are far more exact than each of them; the noise is mirrored (ε, −ε) and rescaled to variance 1, which
 * makes whatever part of the target is linear in it exact (antithetic variates and moment matching, Glasserman 2003,
 * sections 4.2 and 4.5). Only the causes of the target that lie below the intervened variable are computed again.
 */
export function monteCarloOutcomes(scm: Scm, accuracy: OutcomeAccuracy): MonteCarloOutcomes {
  const { rows, tolerance } = accuracy;
  if (!Number.isInteger(rows) || rows < 4 || rows % 2 === 1) {
    throw new RangeError(`Cannot compute expectations from ${rows} rows: it must be an even whole number ≥ 4`);
  }
  const simulation = simulate(scm, rows, createStream(accuracy.seed).child("outcomes"));
  const observational = simulation.meanOfTarget();
  const floor = simulation.deviationOfTarget();
  const tables = new Map<number, Interpolant | ReadonlyMap<number, number>>();
  const candidates: ValuedIntervention[] = [];
  let interpolationError = 0;
  for (const variable of settableVariables(scm)) {
    const { domain } = scm.variables[variable];
    if (domain === null) continue;
    const outcome = simulation.under(variable);
    if (domain.kind === "values") {
      const table = new Map(domain.values.map((value) => [value, outcome(value)]));
      tables.set(variable, table);
      table.forEach((mean, value) => candidates.push({ variable, value, outcome: mean }));
    } else {
      const { low, high } = domain;
      const table = interpolate(outcome, low, high, (range) => tolerance * Math.max(range, floor));
      tables.set(variable, table);
      interpolationError = Math.max(interpolationError, table.error);
      for (const { x, value } of [table.least, table.greatest]) candidates.push({ variable, value: x, outcome: value });
    }
    simulation.restore(variable);
  }
  return {
    observational,
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

/** An SCM's columns under fixed noise. */
interface Simulation {
  meanOfTarget(): number;
  deviationOfTarget(): number;
  /** The mean of the target as a function of a variable's value. Other variables must have been restored. */
  under(variable: number): (value: number) => number;
  /** Undoes the interventions on a variable. */
  restore(variable: number): void;
  /** The largest standard error of the means that were computed. */
  standardError(): number;
}

function simulate(scm: Scm, rows: number, stream: Stream): Simulation {
  const parents = scm.variables.map((variable) => variable.parents);
  const causes = ancestorsOf(parents, scm.target);
  const relevant = scm.order.filter((v) => causes[v] === 1 || v === scm.target);
  const { columns, kernels } = bindColumns(scm, rows);
  const noise = scm.variables.map(({ noise }, v) =>
    causes[v] === 1 || v === scm.target ? balancedNoise(noise.distribution, rows, stream.child(v)) : new Float64Array(0)
  );
  const compute = (variables: readonly number[]) => {
    for (const v of variables) {
      kernels[v](rows);
      addNoiseInto(columns[v], scm.variables[v].noise, noise[v], 0, 1, rows);
    }
  };
  compute(relevant);
  const observed = columns.map((column) => column.slice());
  const target = columns[scm.target];
  let largestError = 0;

  /** Mean of the target; its error is that of the mean of mirrored pairs. */
  function meanOfTarget(): number {
    const half = rows / 2;
    let sum = 0, squares = 0;
    const first = 0.5 * (target[0] + target[half]);
    for (let r = 0; r < half; r++) {
      const pair = 0.5 * (target[r] + target[r + half]) - first; // shifted, against cancellation
      sum += pair;
      squares += pair * pair;
    }
    const variance = Math.max(0, squares - sum * sum / half) / (half - 1);
    largestError = Math.max(largestError, Math.sqrt(variance / half));
    return first + sum / half;
  }

  return {
    meanOfTarget,
    deviationOfTarget: () => standardDeviation(target),
    under(variable) {
      if (causes[variable] === 0) {
        const mean = meanOfTarget();
        return () => mean;
      }
      const below = descendantsOf(parents, variable);
      const affected = relevant.filter((v) => below[v] === 1);
      return (value) => {
        columns[variable].fill(value);
        compute(affected);
        return meanOfTarget();
      };
    },
    restore(variable) {
      const below = descendantsOf(parents, variable);
      for (const v of relevant) if (below[v] === 1 || v === variable) columns[v].set(observed[v]);
    },
    standardError: () => largestError,
  };
}

/** `[rows]` standardised noise. The second half mirrors the first where the distribution is symmetric. */
function balancedNoise(distribution: NoiseDistribution, rows: number, stream: Stream): Float64Array {
  const symmetric = distribution.kind !== "gumbel";
  const column = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    column[r] = symmetric && r >= rows / 2 ? -column[r - rows / 2] : sampleNoise(distribution, stream);
  }
  const mean = column.reduce((sum, x) => sum + x, 0) / rows;
  // The sample variance of a heavy tail is too noisy to divide by.
  const deviation = distribution.kind === "student-t" ? 1 : standardDeviation(column);
  return column.map((x) => (x - mean) / deviation);
}

function standardDeviation(column: Float64Array): number {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
}
