/** The network of the neural surrogate over raw rows: alternating attention over rows and variables (AVICI, Lorch et al. 2022). */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../random/mod.ts";
import {
  type AlternatingOptions,
  alternatingShapes,
  type CellTable,
  checkAlternating,
  createParameters,
  dense,
  encodeTable,
} from "../../tensor/mod.ts";
import { commonViews, type EpisodeRows, unitsInto } from "./episodes.ts";
import { OUTPUTS, type SurrogateForm } from "./form.ts";

/** The size of the attention network. */
export interface AttentionFormOptions {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Rows that the network reads; of more it takes as many, evenly spaced. */
  readonly rows: number;
}

/** Channels of a cell: standardised value, whether the variable was set in this row, whether it is the target. */
const CHANNELS = 3;
/** Standardised values beyond this are read as this. */
const VALUE_LIMIT = 10;

/** @throws RangeError for a width, number of layers, heads or rows below 1, or heads that do not divide the width */
export function createAttentionForm(options: AttentionFormOptions, stream: Stream): SurrogateForm {
  if (!Number.isInteger(options.rows) || options.rows < 1) {
    throw new RangeError(`Cannot read ${options.rows} rows: it must be a whole number ≥ 1`);
  }
  const alternating: AlternatingOptions = { ...options, channels: CHANNELS, dropout: 0 };
  checkAlternating(alternating);
  const { width } = options;
  const parameters = createParameters([
    ...alternatingShapes(alternating),
    { name: "decode", shape: [2 * width, width], deviation: 1 / Math.sqrt(width) },
    { name: "decode/bias", shape: [width], deviation: 0 },
    { name: "output", shape: [width, OUTPUTS], deviation: 0.1 / Math.sqrt(width) },
    { name: "output/bias", shape: [OUTPUTS], deviation: 0 },
  ], stream);
  const layer = (name: string, x: tf.Tensor2D, activation: "linear" | "relu") =>
    dense(
      x,
      parameters.get(name) as unknown as tf.Tensor2D,
      parameters.get(`${name}/bias`) as unknown as tf.Tensor1D,
      activation,
    );
  return {
    parameters,
    prepare(episodes, variables) {
      const table = tableOf(episodes, variables, options.rows);
      const { count } = table;
      return {
        views: commonViews(episodes, variables),
        forward: () =>
          tf.tidy(() => {
            const encoded = tf.reshape(encodeTable(parameters, alternating, table, null), [
              count * variables,
              2 * width,
            ]) as tf.Tensor2D;
            const outputs = layer("output", layer("decode", encoded, "relu"), "linear");
            return tf.reshape(outputs, [count, variables, OUTPUTS]);
          }),
      };
    },
  };
}

/** The cells of a batch, at most `most` rows of each episode. */
function tableOf(episodes: readonly EpisodeRows[], variables: number, most: number): CellTable {
  const count = episodes.length;
  const rows = Math.max(1, Math.min(most, Math.max(...episodes.map(({ sums }) => sums.rows))));
  const cells = new Float32Array(count * rows * variables * CHANNELS);
  const rowPresent = new Float32Array(count * rows);
  const present = new Float32Array(count * variables);
  const means = new Float64Array(variables);
  const spreads = new Float64Array(variables);
  episodes.forEach(({ sums, target, values, stride, wasSet }, e) => {
    const { size, origin } = sums;
    unitsInto(means, spreads, sums);
    present.fill(1, e * variables, e * variables + size);
    const taken = Math.min(rows, sums.rows);
    rowPresent.fill(1, e * rows, e * rows + taken);
    for (let k = 0; k < taken; k++) {
      const row = Math.floor(k * sums.rows / taken);
      for (let v = 0; v < size; v++) {
        const at = ((e * rows + k) * variables + v) * CHANNELS;
        const z = (values[row * stride + v] - origin[v] - means[v]) / spreads[v];
        cells[at] = Math.max(-VALUE_LIMIT, Math.min(VALUE_LIMIT, z));
        cells[at + 1] = wasSet(row, v) ? 1 : 0;
        cells[at + 2] = v === target ? 1 : 0;
      }
    }
  });
  return { count, rows, variables, cells, rowPresent, present };
}
