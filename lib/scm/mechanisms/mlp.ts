/** `intercept + w₂·tanh(W₁ pa + b₁)` */

import { z } from "zod";
import { ScmError } from "../error.ts";
import { checkIntercept } from "./checks.ts";
import { tanh } from "./fast_tanh.ts";
import type { Binding, CheckContext, ColumnKernel, DrawRequest, MechanismKind } from "./kind.ts";
import { momentsOf } from "./scaling.ts";
import { constantTerm } from "./terms.ts";

/** `intercept + w₂·tanh(W₁ pa + b₁)` */
export interface MlpMechanism {
  readonly kind: "mlp";
  readonly intercept: number;
  /** W₁, `[hidden, parents]` */
  readonly hiddenWeights: readonly (readonly number[])[];
  /** b₁, `[hidden]` */
  readonly hiddenBiases: readonly number[];
  /** w₂, `[hidden]` */
  readonly outputWeights: readonly number[];
}

interface MlpEntry {
  readonly parents: string[];
  readonly hidden: number[][];
  readonly biases: number[];
  readonly outputs: number[];
}

const HIDDEN_UNITS = 5;

export const mlp: MechanismKind<MlpMechanism, MlpEntry> = {
  kind: "mlp",
  key: "mlp",
  schema: z.strictObject({
    parents: z.array(z.string()),
    hidden: z.array(z.array(z.number())),
    biases: z.array(z.number()),
    outputs: z.array(z.number()),
  }),
  read({ parents, hidden, biases, outputs }, { intercept = 0 }) {
    const network = { hiddenWeights: hidden, hiddenBiases: biases, outputWeights: outputs };
    return { parents, mechanism: { kind: "mlp", intercept, ...network } };
  },
  write({ intercept, hiddenWeights, hiddenBiases, outputWeights }, parents) {
    const hidden = hiddenWeights.map((row) => [...row]);
    return {
      intercept,
      mlp: { parents: [...parents], hidden, biases: [...hiddenBiases], outputs: [...outputWeights] },
    };
  },
  check(mechanism, context) {
    checkIntercept(mechanism.intercept, context);
    checkNetwork(mechanism, context);
  },
  compile: compileNetwork,
  terms({ intercept, outputWeights }, parents) {
    return [...constantTerm(intercept), `MLP(${parents.join(", ")}; ${outputWeights.length} tanh units)`];
  },
  draw: drawNetwork,
};

function checkNetwork(mechanism: MlpMechanism, { where, parents }: CheckContext): void {
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
    if (row.length !== parents.length) {
      throw new ScmError(
        `${where}: row ${h} of the hidden weights has ${row.length} numbers for ${parents.length} parents`,
      );
    }
  });
  if (![...hiddenWeights.flat(), ...hiddenBiases, ...outputWeights].every(Number.isFinite)) {
    throw new ScmError(`${where}: a weight of its network is not a finite number`);
  }
}

function compileNetwork(mechanism: MlpMechanism, { parents, out }: Pick<Binding, "parents" | "out">): ColumnKernel {
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

/** Random units whose inputs are taken relative to the parents' means and deviations, scaled as a whole. */
function drawNetwork({ intercept, weights, parents, stream }: DrawRequest): MlpMechanism {
  const moments = parents.map(momentsOf);
  const units = Array.from({ length: HIDDEN_UNITS }, () => {
    const row = moments.map(({ deviation }, i) => weights[i] * stream.normal() / Math.max(deviation, 1e-12));
    const length = Math.hypot(...weights);
    const scaled = row.map((w) => 1.5 * w / length);
    const bias = stream.normal() - scaled.reduce((sum, w, i) => sum + w * moments[i].mean, 0);
    return { row: scaled, bias, output: stream.normal() };
  });
  const network = {
    kind: "mlp",
    hiddenWeights: units.map(({ row }) => row),
    hiddenBiases: units.map(({ bias }) => bias),
  } as const;
  const outputs = units.map(({ output }) => output);
  const values = new Float64Array(parents[0].length);
  compileNetwork({ ...network, intercept: 0, outputWeights: outputs }, { parents, out: values })(values.length);
  const raw = momentsOf(values);
  const wanted = Math.hypot(...weights.map((w, i) => w * moments[i].deviation));
  const factor = raw.deviation > 0 ? wanted / raw.deviation : 0;
  return { ...network, intercept: intercept - factor * raw.mean, outputWeights: outputs.map((w) => factor * w) };
}
