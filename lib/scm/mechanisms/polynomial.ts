/** `intercept + Σᵢ Σₖ coefficients[i][k]·paᵢ^(k+1)` */

import { z } from "zod";
import { ScmError } from "../error.ts";
import { type AddTerm, compileAdditive, drawAdditive } from "./additive.ts";
import { checkAligned, checkIntercept } from "./checks.ts";
import type { MechanismKind } from "./kind.ts";
import { constantTerm, product } from "./terms.ts";

/** `intercept + Σᵢ Σₖ coefficients[i][k]·paᵢ^(k+1)` */
export interface PolynomialMechanism {
  readonly kind: "polynomial";
  readonly intercept: number;
  /** One list for each parent, of its first power, its square, … */
  readonly coefficients: readonly (readonly number[])[];
}

export const polynomial: MechanismKind<PolynomialMechanism, Record<string, number[]>> = {
  kind: "polynomial",
  key: "polynomial",
  schema: z.record(z.string(), z.array(z.number())),
  read(entry, { intercept = 0, keys }) {
    return { parents: keys, mechanism: { kind: "polynomial", intercept, coefficients: keys.map((key) => entry[key]) } };
  },
  write({ intercept, coefficients }, parents) {
    return { intercept, polynomial: new Map(parents.map((name, i) => [name, [...coefficients[i]]])) };
  },
  check({ intercept, coefficients }, context) {
    checkIntercept(intercept, context);
    checkAligned(coefficients, "lists of coefficients", context);
    const { where, parents } = context;
    coefficients.forEach((list, i) => {
      if (!list.every(Number.isFinite)) {
        throw new ScmError(`${where}: a coefficient of ${parents[i]} is not finite: ${list.join(", ")}`);
      }
    });
  },
  compile({ intercept, coefficients }, binding) {
    return compileAdditive(intercept, coefficients.map(powers), binding);
  },
  terms({ intercept, coefficients }, parents) {
    const power = (i: number, k: number) => k === 0 ? parents[i] : `${parents[i]}^${k + 1}`;
    const terms = coefficients.flatMap((list, i) => list.flatMap((c, k) => c === 0 ? [] : [product(c, power(i, k))]));
    return [...constantTerm(intercept), ...terms];
  },
  /** A random mix of the Chebyshev polynomials T₁, T₂, T₃ of the parent, scaled to its range. */
  draw(request) {
    const { stream } = request;
    const { intercept, shapes } = drawAdditive<readonly number[]>(request, {
      draw: ({ mean, reach }) => {
        const [a, b, c] = [0.5 * stream.normal(), stream.normal(), 0.5 * stream.normal()];
        // a·t + b·(2t² − 1) + c·(4t³ − 3t) with t = (x − mean)/reach; constants drop out with the mean.
        const [k1, k2, k3] = [(a - 3 * c) / reach, 2 * b / reach ** 2, 4 * c / reach ** 3];
        return [k1 - 2 * k2 * mean + 3 * k3 * mean ** 2, k2 - 3 * k3 * mean, k3];
      },
      compile: powers,
      scale: (shape, factor) => shape.map((c) => factor * c),
    });
    return { kind: "polynomial", intercept, coefficients: shapes };
  },
};

/** `Σₖ coefficients[k]·x^(k+1)` by Horner's rule. */
function powers(coefficients: readonly number[]): AddTerm {
  return (out, parent, rows) => {
    for (let r = 0; r < rows; r++) {
      const x = parent[r];
      let sum = 0;
      for (let k = coefficients.length - 1; k >= 0; k--) sum = (sum + coefficients[k]) * x;
      out[r] += sum;
    }
  };
}
