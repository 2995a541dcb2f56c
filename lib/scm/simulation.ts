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
  return new FixedNoise(scm, rows, stream);
}

/** The columns are those of observing, except while a mean is computed. */
class FixedNoise implements Simulation {
  readonly deviation: number;
  readonly #scm: Scm;
  readonly #rows: number;
  readonly #parents: readonly (readonly number[])[];
  /** The target and its causes, causes first. */
  readonly #relevant: readonly number[];
  readonly #causes: Uint8Array;
  readonly #columns: readonly Float64Array[];
  readonly #kernels: readonly ((rows: number) => void)[];
  readonly #noise: ReadonlyMap<number, Float64Array>;
  readonly #observed: readonly Float64Array[];
  #largestError = 0;

  constructor(scm: Scm, rows: number, stream: Stream) {
    this.#scm = scm;
    this.#rows = rows;
    this.#parents = scm.variables.map((variable) => variable.parents);
    this.#causes = ancestorsOf(this.#parents, scm.target);
    this.#relevant = scm.order.filter((v) => this.#causes[v] === 1 || v === scm.target);
    const { columns, kernels } = bindColumns(scm, rows);
    this.#columns = columns;
    this.#kernels = kernels;
    this.#noise = new Map(this.#relevant.map((v) => {
      const { distribution } = scm.variables[v].noise;
      return [v, balancedNoise(distribution, rows, stream.child(v))];
    }));
    this.#computeAll(this.#relevant);
    this.#observed = columns.map((column) => column.slice());
    this.deviation = standardDeviation(columns[scm.target]);
  }

  standardError(): number {
    return this.#largestError;
  }

  mean(intervention: Intervention): number {
    const settings = freeSettings(this.#scm.variables.length);
    applyInto(settings, this.#scm, intervention);
    this.#recompute(this.#relevant, settings);
    const mean = this.#targetMean(intervention);
    this.#restore(this.#relevant);
    return mean;
  }

  meanUnder(variable: number, kind: Assignment["kind"]): (value: number) => number {
    if (this.#causes[variable] === 0) {
      const mean = this.#targetMean([]);
      return () => mean;
    }
    const below = descendantsOf(this.#parents, variable);
    const affected = this.#relevant.filter((v) => below[v] === 1);
    const column = this.#columns[variable], natural = this.#observed[variable];
    return (value) => {
      if (kind === "perfect") column.fill(value);
      else for (let r = 0; r < column.length; r++) column[r] = natural[r] + value;
      this.#computeAll(affected);
      const mean = this.#targetMean([{ variable, value, kind }]);
      this.#restore([variable, ...affected]);
      return mean;
    };
  }

  meanBeside(rest: Intervention, variable: number, kind: Assignment["kind"]): (value: number) => number {
    const { target } = this.#scm;
    const [parents, columns, relevant] = [this.#parents, this.#columns, this.#relevant];
    const settings = freeSettings(this.#scm.variables.length);
    applyInto(settings, this.#scm, rest);
    settings.kinds[variable] = kind === "perfect" ? PERFECT : SHIFT;
    // Only what lies between the variable and the target, through variables that are not held, answers to its value.
    const open = parents.map((own, v) => settings.kinds[v] === PERFECT && v !== variable ? [] : own);
    const below = descendantsOf(open, variable);
    const above = ancestorsOf(open, target);
    const affected = relevant.filter((v) => v === variable || below[v] === 1 && (above[v] === 1 || v === target));
    const isAffected = new Set(affected);
    const fixed = relevant.filter((v) => !isAffected.has(v));
    const own: Settings = { kinds: settings.kinds, values: settings.values.slice() };
    this.#recompute(fixed, own);
    const read = new Set([target, ...affected.flatMap((v) => own.kinds[v] === PERFECT ? [] : parents[v])]);
    const beside = fixed.filter((v) => read.has(v)).map((v) => ({ column: columns[v], values: columns[v].slice() }));
    const touched = relevant.filter((v) => isAffected.has(v) || read.has(v));
    this.#restore(relevant);
    return (value) => {
      for (const { column, values } of beside) column.set(values);
      own.values[variable] = value;
      this.#recompute(affected, own);
      const mean = this.#targetMean([...rest, { variable, value, kind }]);
      this.#restore(touched);
      return mean;
    };
  }

  #compute(v: number): void {
    this.#kernels[v](this.#rows);
    const noise = this.#noise.get(v) ?? new Float64Array(this.#rows);
    addNoiseInto(this.#columns[v], this.#scm.variables[v].noise, { noise, start: 0, stride: 1 }, this.#rows);
  }

  #computeAll(variables: readonly number[]): void {
    for (const v of variables) this.#compute(v);
  }

  #recompute(variables: readonly number[], { kinds, values }: Settings): void {
    for (const v of variables) {
      const column = this.#columns[v];
      if (kinds[v] === PERFECT) {
        column.fill(values[v]);
        continue;
      }
      this.#compute(v);
      if (kinds[v] === SHIFT) { for (let r = 0; r < column.length; r++) column[r] += values[v]; }
    }
  }

  #restore(variables: readonly number[]): void {
    for (const v of variables) this.#columns[v].set(this.#observed[v]);
  }

  /** Mean of the target column; its error is that of the mean of mirrored pairs. */
  #targetMean(intervention: Intervention): number {
    const target = this.#columns[this.#scm.target];
    const half = this.#rows / 2;
    const first = 0.5 * (target[0] + target[half]);
    let sum = 0, squares = 0;
    for (let r = 0; r < half; r++) {
      const pair = 0.5 * (target[r] + target[r + half]) - first; // shifted, against cancellation
      sum += pair;
      squares += pair * pair;
    }
    const variance = Math.max(0, squares - sum * sum / half) / (half - 1);
    this.#largestError = Math.max(this.#largestError, Math.sqrt(variance / half));
    const mean = first + sum / half;
    if (!Number.isFinite(mean)) throw undefinedTruth(this.#scm, intervention, this.#relevant, this.#columns);
    return mean;
  }
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
