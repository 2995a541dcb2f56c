/** Small SCMs and statistics that the tests of this folder share. */

import {
  createScm,
  type Domain,
  type Intervention,
  type Mechanism,
  type Noise,
  type Scm,
  type ScmDefinition,
  type VariableDefinition,
} from "../../lib/scm/mod.ts";

export function linear(intercept = 0, ...weights: readonly number[]): Mechanism {
  return { kind: "linear", intercept, weights };
}

export function interval(low: number, high: number): Domain {
  return { kind: "interval", low, high };
}

export function noise(scale: number, combination: Noise["combination"] = "additive"): Noise {
  return { distribution: { kind: "gaussian" }, scale, combination };
}

export function define(variables: readonly VariableDefinition[], target: string, name = "test"): ScmDefinition {
  return { name, variables, target, objective: "minimize" };
}

/** X0 → X1 → … with weights 1.5, noise 1 and domains ±5; the last variable is the target. */
export function chain(n: number): Scm {
  const variables = Array.from({ length: n }, (_, v): VariableDefinition => ({
    name: `X${v}`,
    parents: v === 0 ? [] : [`X${v - 1}`],
    mechanism: v === 0 ? linear() : linear(0, 1.5),
    domain: v === n - 1 ? null : interval(-5, 5),
  }));
  return createScm(define(variables, `X${n - 1}`, `chain-${n}`));
}

export function perfect(variable: number, value: number): Intervention {
  return [{ variable, value, kind: "perfect" }];
}

export function shift(variable: number, value: number): Intervention {
  return [{ variable, value, kind: "shift" }];
}

/** Column v of rows of n numbers. */
export function column(rows: Float64Array, n: number, v: number): Float64Array {
  return Float64Array.from({ length: rows.length / n }, (_, r) => rows[r * n + v]);
}

export function mean(x: Float64Array): number {
  return x.reduce((sum, v) => sum + v, 0) / x.length;
}

export function variance(x: Float64Array): number {
  const m = mean(x);
  return x.reduce((sum, v) => sum + (v - m) ** 2, 0) / x.length;
}

export function correlation(x: Float64Array, y: Float64Array): number {
  const mx = mean(x), my = mean(y);
  const covariance = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / x.length;
  return covariance / Math.sqrt(variance(x) * variance(y));
}
