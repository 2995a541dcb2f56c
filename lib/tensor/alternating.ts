/**
 * Alternating attention over a table of rows and variables (Kossen et al. 2021; Lorch et al. 2022): in each layer the cells
 * of a row attend to each other, then the cells of a variable, so that the result is equivariant to the order of the
 * variables and does not depend on the order of the rows. Blocks are pre-norm (Xiong et al. 2020).
 */

import * as tf from "@tensorflow/tfjs-core";
import { attention, layerNorm } from "./attention.ts";
import { dense, denseSum, poolVariables } from "./layers.ts";
import { dropChannels } from "./dropout.ts";
import type { Parameters, ParameterShape } from "./parameters.ts";

/** Sizes of alternating attention over a table's rows and columns. */
export interface AlternatingOptions {
  /** Channels of a cell's input. */
  readonly channels: number;
  /** Channels of a cell's state, a multiple of `heads`. */
  readonly width: number;
  /** Pairs of attention over variables and attention over rows. */
  readonly layers: number;
  readonly heads: number;
  /** Share of the channels of each block's output that are dropped while training. */
  readonly dropout: number;
}

/** A batch of tables, padded to the same number of rows and variables. */
export interface CellTable {
  readonly count: number;
  readonly rows: number;
  readonly variables: number;
  /** `[count, rows, variables, channels]` */
  readonly cells: Float32Array;
  /** `[count, rows]` 1 where there is a row. */
  readonly rowPresent: Float32Array;
  /** `[count, variables]` 1 where there is a variable. */
  readonly present: Float32Array;
}

/**
 * Refuses sizes that do not fit each other.
 * @throws RangeError for a width, number of layers or heads below 1, heads that do not divide the width, or a dropout outside [0, 1)
 */
export function checkAlternating(options: AlternatingOptions): void {
  for (const name of ["width", "layers", "heads"] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) {
      throw new RangeError(`Cannot build attention with ${name} = ${options[name]}: it must be a whole number ≥ 1`);
    }
  }
  if (options.width % options.heads !== 0) {
    throw new RangeError(`Cannot divide a width of ${options.width} into ${options.heads} heads`);
  }
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw new RangeError(`Cannot build attention with dropout = ${options.dropout}: it must be in [0, 1)`);
  }
}

/** The parameters of {@linkcode encodeTable}. */
export function alternatingShapes({ channels, width, layers }: AlternatingOptions): ParameterShape[] {
  const kernel = (name: string, rows: number, columns: number, gain: number): ParameterShape[] => [
    { name, shape: [rows, columns], deviation: gain / Math.sqrt(rows) },
    { name: `${name}/bias`, shape: [columns], deviation: 0 },
  ];
  const block = (name: string): ParameterShape[] => [
    ...norm(name, width),
    ...["query", "key", "value"].flatMap((part) => kernel(`${name}/${part}`, width, width, 1)),
    ...kernel(`${name}/out`, width, width, 0.5),
  ];
  return [
    ...kernel("embed", channels, width, Math.SQRT2),
    ...Array.from({ length: layers }, (_, l) => [
      ...block(`layer${l}/variables`),
      ...block(`layer${l}/rows`),
      ...norm(`layer${l}/mlp`, width),
      ...kernel(`layer${l}/mlp/in`, width, 2 * width, Math.SQRT2),
      ...kernel(`layer${l}/mlp/out`, 2 * width, width, 0.5),
    ]).flat(),
    ...norm("encoded", width),
  ];
}

/** A layer norm's scale, stored as its difference from 1 so that fresh parameters are 0, and its shift. */
function norm(name: string, width: number): ParameterShape[] {
  return [
    { name: `${name}/scale`, shape: [width], deviation: 0 },
    { name: `${name}/shift`, shape: [width], deviation: 0 },
  ];
}

/**
 * The state of every variable: mean and maximum over the rows of its encoded cells. Padding has no influence.
 * @param dropout `[count]` keys of the dropped channels; null drops none
 * @returns `[count, variables, 2 · width]`
 */
export function encodeTable(
  parameters: Parameters,
  { channels, width, layers, heads, dropout: rate }: AlternatingOptions,
  table: CellTable,
  dropout: Uint32Array | null,
): tf.Tensor3D {
  const { count, rows, variables } = table;
  const size = count * rows * variables;
  const p = (name: string) => parameters.get(name) as unknown as tf.Tensor2D;
  const b = (name: string) => parameters.get(name) as unknown as tf.Tensor1D;
  const apply = (name: string, x: tf.Tensor2D, activation: "linear" | "gelu") =>
    dense(x, p(name), b(`${name}/bias`), activation);
  const normed = (name: string, x: tf.Tensor2D) =>
    layerNorm(x, tf.add(b(`${name}/scale`), 1) as tf.Tensor1D, b(`${name}/shift`));
  let site = 0;
  const drop = (x: tf.Tensor2D): tf.Tensor2D => dropChannels(x, dropout, site++, rate);
  /** Attention within each of `groups` groups of `length` consecutive cells. */
  const attend = (name: string, x: tf.Tensor2D, groups: number, length: number, mask: tf.Tensor2D): tf.Tensor2D => {
    const own = normed(name, x);
    const part = (which: string) =>
      tf.reshape(apply(`${name}/${which}`, own, "linear"), [groups, length, width]) as tf.Tensor3D;
    const mixed = attention(part("query"), part("key"), part("value"), { heads, mask });
    return tf.add(x, drop(apply(`${name}/out`, tf.reshape(mixed, [size, width]), "linear")));
  };
  /** Exchanges rows and variables: `[count, a, b, width]` to `[count, b, a, width]`. */
  const turn = (x: tf.Tensor2D, a: number, b: number): tf.Tensor2D =>
    tf.reshape(tf.transpose(tf.reshape(x, [count, a, b, width]), [0, 2, 1, 3]), [size, width]);
  const repeated = (mask: Float32Array, length: number, times: number): tf.Tensor2D => {
    const out = new Float32Array(mask.length * times);
    for (let e = 0; e < count; e++) {
      const own = mask.subarray(e * length, (e + 1) * length);
      for (let k = 0; k < times; k++) out.set(own, (e * times + k) * length);
    }
    return tf.tensor2d(out, [count * times, length]);
  };
  const variableMask = repeated(table.present, variables, rows);
  const rowMask = repeated(table.rowPresent, rows, variables);
  const cells = tf.tensor2d(table.cells, [size, channels]);
  let h = denseSum([{ x: cells, kernel: p("embed"), constant: true }], b("embed/bias"), null, "relu");
  for (let l = 0; l < layers; l++) {
    // Each block gives back at once what no gradient needs.
    h = tf.tidy(() => {
      const mixed = attend(`layer${l}/variables`, h, count * rows, variables, variableMask);
      const turned = attend(`layer${l}/rows`, turn(mixed, rows, variables), count * variables, rows, rowMask);
      return turn(turned, variables, rows);
    });
    h = tf.tidy(() => {
      const inner = apply(`layer${l}/mlp/in`, normed(`layer${l}/mlp`, h), "gelu");
      return tf.add(h, drop(apply(`layer${l}/mlp/out`, inner, "linear"))) as tf.Tensor2D;
    });
  }
  const encoded = tf.reshape(turn(normed("encoded", h), rows, variables), [count * variables, rows, width]);
  return tf.reshape(poolVariables(encoded as tf.Tensor3D, rowMask), [count, variables, 2 * width]);
}
