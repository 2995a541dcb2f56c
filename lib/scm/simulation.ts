/** A nonlinear SCM under one fixed draw of noise: expectations of the target under any intervention. */

import type { Stream } from "../random/mod.ts";
import { ancestorsOf, descendantsOf } from "./graph.ts";
import { applyInto, freeSettings, PERFECT, SHIFT } from "./interventions.ts";
import { sampleNoise } from "./noise.ts";
import { addNoiseInto, bindColumns } from "./tiles.ts";
import type { Assignment, Intervention, NoiseDistribution, Scm } from "./types.ts";

/** The columns of an SCM under fixed noise. */
export interface Simulation {
  /** Mean of the target under an intervention, which is checked. The empty one observes. */
  mean(intervention: Intervention): number;
  /** The mean of the target as a function of one variable's value, for many values in a row; not checked. */
  meanUnder(variable: number, kind: Assignment["kind"]): (value: number) => number;
  /** Standard deviation of the target without intervention. */
  readonly deviation: number;
  /** The largest standard error of the means that were computed. */
  standardError(): number;
}

/**
 * Draws the noise. It is mirrored (ε, −ε) and rescaled to variance 1, which makes whatever part of the target is linear in
 * it exact (antithetic variates and moment matching, Glasserman 2003, sections 4.2 and 4.5). Only causes of the target are
 * simulated.
 *
 * @param rows an even number ≥ 4
 */
export function simulate(scm: Scm, rows: number, stream: Stream): Simulation {
  const parents = scm.variables.map((variable) => variable.parents);
  const causes = ancestorsOf(parents, scm.target);
  const relevant = scm.order.filter((v) => causes[v] === 1 || v === scm.target);
  const { columns, kernels } = bindColumns(scm, rows);
  const noise = new Map(relevant.map((v) => {
    const { distribution } = scm.variables[v].noise;
    return [v, balancedNoise(distribution, rows, stream.child(v))];
  }));
  const compute = (v: number) => {
    kernels[v](rows);
    addNoiseInto(columns[v], scm.variables[v].noise, noise.get(v) ?? new Float64Array(rows), 0, 1, rows);
  };
  relevant.forEach(compute);
  const observed = columns.map((column) => column.slice());
  const target = columns[scm.target];
  const deviation = standardDeviation(target);
  let largestError = 0;

  /** Mean of the target column; its error is that of the mean of mirrored pairs. */
  function targetMean(): number {
    const half = rows / 2;
    const first = 0.5 * (target[0] + target[half]);
    let sum = 0, squares = 0;
    for (let r = 0; r < half; r++) {
      const pair = 0.5 * (target[r] + target[r + half]) - first; // shifted, against cancellation
      sum += pair;
      squares += pair * pair;
    }
    const variance = Math.max(0, squares - sum * sum / half) / (half - 1);
    largestError = Math.max(largestError, Math.sqrt(variance / half));
    return first + sum / half;
  }

  function restore(variables: readonly number[]): void {
    for (const v of variables) columns[v].set(observed[v]);
  }

  return {
    deviation,
    standardError: () => largestError,
    mean(intervention) {
      const { kinds, values } = freeSettings(scm.variables.length);
      applyInto({ kinds, values }, scm, intervention);
      for (const v of relevant) {
        if (kinds[v] === PERFECT) {
          columns[v].fill(values[v]);
        } else {
          compute(v);
          if (kinds[v] === SHIFT) { for (let r = 0; r < rows; r++) columns[v][r] += values[v]; }
        }
      }
      const mean = targetMean();
      restore(relevant);
      return mean;
    },
    meanUnder(variable, kind) {
      if (causes[variable] === 0) {
        const mean = targetMean();
        return () => mean;
      }
      const below = descendantsOf(parents, variable);
      const affected = relevant.filter((v) => below[v] === 1);
      const column = columns[variable], natural = observed[variable];
      return (value) => {
        if (kind === "perfect") column.fill(value);
        else for (let r = 0; r < rows; r++) column[r] = natural[r] + value;
        affected.forEach(compute);
        const mean = targetMean();
        restore([variable, ...affected]);
        return mean;
      };
    },
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
