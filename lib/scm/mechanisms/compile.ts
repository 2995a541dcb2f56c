/** Mechanisms as loops over columns of values. */

import type { Mechanism } from "../types.ts";
import { compileExpression } from "./expression.ts";
import { tanh } from "./tanh.ts";

/** Writes the mechanism's values for the first `rows` rows of its parents' columns into its own. */
export type ColumnKernel = (rows: number) => void;

/**
 * @param parents one column for each parent
 * @param names the parents' names, for formulas
 * @param out the variable's own column; it is no parent's
 */
export function compileMechanism(
  mechanism: Mechanism,
  parents: readonly Float64Array[],
  names: readonly string[],
  out: Float64Array,
): ColumnKernel {
  switch (mechanism.kind) {
    case "linear":
      return compileLinearColumns(mechanism.intercept, mechanism.weights, parents, out);
    case "polynomial":
      return compileAdditive(mechanism.intercept, mechanism.coefficients.map(polynomialTerm), parents, out);
    case "sigmoid":
    case "tanh": {
      const { kind, scales, slopes, shifts } = mechanism;
      const term = kind === "tanh" ? tanhTerm : sigmoidTerm;
      return compileAdditive(mechanism.intercept, scales.map((s, i) => term(s, slopes[i], shifts[i])), parents, out);
    }
    case "mlp":
      return compileNetwork(mechanism, parents, out);
    case "expression":
      return compileExpression(mechanism.formula, names, parents, out);
  }
}

function compileLinearColumns(
  intercept: number,
  weights: readonly number[],
  parents: readonly Float64Array[],
  out: Float64Array,
): ColumnKernel {
  return (rows) => {
    out.fill(intercept, 0, rows);
    for (let p = 0; p < parents.length; p++) {
      const weight = weights[p], column = parents[p];
      for (let r = 0; r < rows; r++) out[r] += weight * column[r];
    }
  };
}

/** Adds one parent's contribution to the first `rows` values of `out`. */
type AddTerm = (out: Float64Array, parent: Float64Array, rows: number) => void;

function compileAdditive(
  intercept: number,
  terms: readonly AddTerm[],
  parents: readonly Float64Array[],
  out: Float64Array,
): ColumnKernel {
  return (rows) => {
    out.fill(intercept, 0, rows);
    for (let p = 0; p < terms.length; p++) terms[p](out, parents[p], rows);
  };
}

/** `Σₖ coefficients[k]·x^(k+1)` by Horner's rule. */
function polynomialTerm(coefficients: readonly number[]): AddTerm {
  return (out, parent, rows) => {
    for (let r = 0; r < rows; r++) {
      const x = parent[r];
      let sum = 0;
      for (let k = coefficients.length - 1; k >= 0; k--) sum = (sum + coefficients[k]) * x;
      out[r] += sum;
    }
  };
}

function tanhTerm(scale: number, slope: number, shift: number): AddTerm {
  return (out, parent, rows) => {
    for (let r = 0; r < rows; r++) out[r] += scale * tanh(slope * parent[r] + shift);
  };
}

/** The logistic function σ(z) is ½(1 + tanh(z/2)). */
function sigmoidTerm(scale: number, slope: number, shift: number): AddTerm {
  return (out, parent, rows) => {
    for (let r = 0; r < rows; r++) out[r] += 0.5 * scale * (1 + tanh(0.5 * (slope * parent[r] + shift)));
  };
}

function compileNetwork(
  mechanism: Mechanism & { readonly kind: "mlp" },
  parents: readonly Float64Array[],
  out: Float64Array,
): ColumnKernel {
  const { intercept, hiddenWeights, hiddenBiases, outputWeights } = mechanism;
  const input = new Float64Array(out.length);
  return (rows) => {
    out.fill(intercept, 0, rows);
    for (let h = 0; h < hiddenWeights.length; h++) {
      input.fill(hiddenBiases[h], 0, rows);
      for (let p = 0; p < parents.length; p++) {
        const weight = hiddenWeights[h][p], column = parents[p];
        for (let r = 0; r < rows; r++) input[r] += weight * column[r];
      }
      const weight = outputWeights[h];
      for (let r = 0; r < rows; r++) out[r] += weight * tanh(input[r]);
    }
  };
}
