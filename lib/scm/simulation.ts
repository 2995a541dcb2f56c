/** A nonlinear SCM under one fixed draw of noise: expectations of the target under any intervention. */

import type { Stream } from "../random/mod.ts";
import { ancestorsOf, descendantsOf } from "./graph.ts";
import { applyInto, freeSettings, PERFECT, type Settings, SHIFT } from "./interventions.ts";
import { describeIntervention, formatEquation } from "./describe/equations.ts";
import { UndefinedTruthError } from "./error.ts";
import { balancedNoise, standardDeviation } from "./noise.ts";
import { addNoiseInto, bindColumns } from "./tiles.ts";
import type { Assignment, Intervention, Scm } from "./types.ts";

/** The columns of an SCM under fixed noise. Means that are not numbers are errors, which name variable and intervention. */
export interface Simulation {
  /**
   * Mean of the target under an intervention, which is checked. The empty one observes.
   * @throws UndefinedTruthError if it is not a finite number
   */
  mean(intervention: Intervention): number;
  /**
   * The mean of the target as a function of one variable's value, for many values in a row; not checked. It throws as `mean`
   * does.
   */
  meanUnder(variable: number, kind: Assignment["kind"]): (value: number) => number;
  /** The same while the variables of `rest`, which is checked and does not hold `variable`, are set too. */
  meanBeside(rest: Intervention, variable: number, kind: Assignment["kind"]): (value: number) => number;
  /** Standard deviation of the target without intervention. */
  readonly deviation: number;
  /** The largest standard error of the means that were computed. */
  standardError(): number;
}

/**
 * Draws the noise in balance, which makes whatever part of the target is linear in it exact, see {@linkcode balancedNoise}.
 * Only causes of the target are simulated.
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
  function targetMean(intervention: Intervention): number {
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
    const mean = first + sum / half;
    if (!Number.isFinite(mean)) throw undefinedTruth(scm, intervention, relevant, columns);
    return mean;
  }

  function restore(variables: readonly number[]): void {
    for (const v of variables) columns[v].set(observed[v]);
  }

  function recompute(variables: readonly number[], { kinds, values }: Settings): void {
    for (const v of variables) {
      if (kinds[v] === PERFECT) {
        columns[v].fill(values[v]);
        continue;
      }
      compute(v);
      if (kinds[v] === SHIFT) { for (let r = 0; r < rows; r++) columns[v][r] += values[v]; }
    }
  }

  function meanBeside(rest: Intervention, variable: number, kind: Assignment["kind"]): (value: number) => number {
    const settings = freeSettings(scm.variables.length);
    applyInto(settings, scm, rest);
    settings.kinds[variable] = kind === "perfect" ? PERFECT : SHIFT;
    // Only what lies between the variable and the target, through variables that are not held, answers to its value.
    const open = parents.map((own, v) => settings.kinds[v] === PERFECT && v !== variable ? [] : own);
    const below = descendantsOf(open, variable);
    const above = ancestorsOf(open, scm.target);
    const affected = relevant.filter((v) => v === variable || below[v] === 1 && (above[v] === 1 || v === scm.target));
    const isAffected = new Set(affected);
    const fixed = relevant.filter((v) => !isAffected.has(v));
    const own: Settings = { kinds: settings.kinds, values: settings.values.slice() };
    recompute(fixed, own);
    const read = new Set([scm.target, ...affected.flatMap((v) => own.kinds[v] === PERFECT ? [] : parents[v])]);
    const beside = fixed.filter((v) => read.has(v)).map((v) => ({ column: columns[v], values: columns[v].slice() }));
    const touched = relevant.filter((v) => isAffected.has(v) || read.has(v));
    restore(relevant);
    return (value) => {
      for (const { column, values } of beside) column.set(values);
      own.values[variable] = value;
      recompute(affected, own);
      const mean = targetMean([...rest, { variable, value, kind }]);
      restore(touched);
      return mean;
    };
  }

  return {
    deviation,
    standardError: () => largestError,
    mean(intervention) {
      const settings = freeSettings(scm.variables.length);
      applyInto(settings, scm, intervention);
      recompute(relevant, settings);
      const mean = targetMean(intervention);
      restore(relevant);
      return mean;
    },
    meanBeside,
    meanUnder(variable, kind) {
      if (causes[variable] === 0) {
        const mean = targetMean([]);
        return () => mean;
      }
      const below = descendantsOf(parents, variable);
      const affected = relevant.filter((v) => below[v] === 1);
      const column = columns[variable], natural = observed[variable];
      return (value) => {
        if (kind === "perfect") column.fill(value);
        else for (let r = 0; r < rows; r++) column[r] = natural[r] + value;
        affected.forEach(compute);
        const mean = targetMean([{ variable, value, kind }]);
        restore([variable, ...affected]);
        return mean;
      };
    },
  };
}

/** Names the first variable, causes first, whose values are not numbers, and its formula. */
function undefinedTruth(
  scm: Scm,
  intervention: Intervention,
  relevant: readonly number[],
  columns: readonly Float64Array[],
): UndefinedTruthError {
  const target = scm.variables[scm.target].name;
  const how = describeIntervention(scm, intervention);
  const bad = (x: number) => !Number.isFinite(x);
  const culprit = relevant.find((v) => columns[v].some(bad));
  if (culprit === undefined) {
    return new UndefinedTruthError(`SCM "${scm.name}": the mean of ${target} ${how} is too large for a number`);
  }
  const column = columns[culprit];
  const count = column.filter(bad).length;
  const { name } = scm.variables[culprit];
  return new UndefinedTruthError(
    `SCM "${scm.name}": E[${target}] ${how} is not a number: ${name} is ${column.find(bad)} in ${count} of ` +
      `${column.length} simulated rows of ${formatEquation(scm, culprit)}`,
    name,
  );
}
