/** `intercept + Σ wᵢ·paᵢ` */

import { z } from "zod";
import { checkAligned, checkFinite, checkIntercept } from "./checks.ts";
import type { MechanismKind } from "./kind.ts";
import { constantTerm, formatValue, product } from "./terms.ts";

/** `intercept + Σ wᵢ·paᵢ` */
export interface LinearMechanism {
  readonly kind: "linear";
  readonly intercept: number;
  /** One for each parent. */
  readonly weights: readonly number[];
}

export const linear: MechanismKind<LinearMechanism, Record<string, number>> = {
  kind: "linear",
  key: "linear",
  schema: z.record(z.string(), z.number()),
  read(entry, { intercept = 0, keys }) {
    return { parents: keys, mechanism: { kind: "linear", intercept, weights: keys.map((key) => entry[key]) } };
  },
  write({ intercept, weights }, parents) {
    return {
      intercept,
      ...(parents.length > 0 ? { linear: new Map(parents.map((name, i) => [name, weights[i]])) } : {}),
    };
  },
  check({ intercept, weights }, context) {
    checkIntercept(intercept, context);
    checkAligned(weights, "weights", context);
    checkFinite(weights, "the weight of", context);
  },
  compile({ intercept, weights }, { parents, out }) {
    return (rows) => {
      out.fill(intercept, 0, rows);
      for (let p = 0; p < parents.length; p++) {
        const weight = weights[p], column = parents[p];
        for (let r = 0; r < rows; r++) out[r] += weight * column[r];
      }
    };
  },
  terms({ intercept, weights }, parents) {
    return [...constantTerm(intercept), ...weights.map((w, i) => product(w, parents[i]))];
  },
  edgeLabel({ weights }, parent) {
    return formatValue(Number(weights[parent].toPrecision(3)));
  },
  draw({ intercept, weights }) {
    return { kind: "linear", intercept, weights };
  },
};
