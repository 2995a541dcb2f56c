/** Checks a mechanism's numbers against its parents. */

import { ScmError } from "../error.ts";
import type { Mechanism } from "../types.ts";
import { formulaNames, parseFormula } from "./formula.ts";

/**
 * @param parents names of the parents, with which the mechanism's lists must be aligned
 * @param where the variable in words, for the message
 * @throws ScmError for a list of another length than the parents, an empty layer, or a number that is not finite,
 * or a formula that cannot be read or leaves a parent out
 */
export function checkMechanism(mechanism: Mechanism, parents: readonly string[], where: string): void {
  const aligned = (list: readonly unknown[], what: string) => {
    if (list.length !== parents.length) {
      throw new ScmError(`${where}: ${list.length} ${what} for ${parents.length} parents (${parents.join(", ")})`);
    }
  };
  const finite = (numbers: readonly number[], what: string) => {
    numbers.forEach((x, i) => {
      if (!Number.isFinite(x)) throw new ScmError(`${where}: ${what} ${parents[i] ?? i} is ${x}, not a finite number`);
    });
  };
  if (mechanism.kind === "expression") return checkFormula(mechanism.formula, parents, where);
  if (!Number.isFinite(mechanism.intercept)) {
    throw new ScmError(`${where}: its intercept is ${mechanism.intercept}, not a finite number`);
  }
  switch (mechanism.kind) {
    case "linear":
      aligned(mechanism.weights, "weights");
      finite(mechanism.weights, "the weight of");
      break;
    case "polynomial":
      aligned(mechanism.coefficients, "lists of coefficients");
      mechanism.coefficients.forEach((list, i) => {
        if (!list.every(Number.isFinite)) {
          throw new ScmError(`${where}: a coefficient of ${parents[i]} is not finite: ${list.join(", ")}`);
        }
      });
      break;
    case "sigmoid":
    case "tanh":
      for (const list of ["scales", "slopes", "shifts"] as const) {
        aligned(mechanism[list], list);
        finite(mechanism[list], `${list.slice(0, -1)} of`);
      }
      break;
    case "mlp":
      checkNetwork(mechanism, parents.length, where);
      break;
  }
}

/** A parent that the formula does not use would be an edge of the graph without an effect. */
function checkFormula(text: string, parents: readonly string[], where: string): void {
  const used = formulaNames(parseFormula(text, parents, where));
  const idle = parents.find((parent) => !used.includes(parent));
  if (idle !== undefined) throw new ScmError(`${where}: its parent "${idle}" does not appear in the formula "${text}"`);
}

function checkNetwork(mechanism: Mechanism & { readonly kind: "mlp" }, parents: number, where: string): void {
  const { hiddenWeights, hiddenBiases, outputWeights } = mechanism;
  const hidden = hiddenWeights.length;
  if (hidden === 0) throw new ScmError(`${where}: its network has no hidden unit`);
  if (hiddenBiases.length !== hidden || outputWeights.length !== hidden) {
    throw new ScmError(
      `${where}: its network has ${hidden} rows of hidden weights, ${hiddenBiases.length} hidden biases and ` +
        `${outputWeights.length} output weights; the three must be equal`,
    );
  }
  hiddenWeights.forEach((row, h) => {
    if (row.length !== parents) {
      throw new ScmError(`${where}: row ${h} of the hidden weights has ${row.length} numbers for ${parents} parents`);
    }
  });
  if (![...hiddenWeights.flat(), ...hiddenBiases, ...outputWeights].every(Number.isFinite)) {
    throw new ScmError(`${where}: a weight of its network is not a finite number`);
  }
}
