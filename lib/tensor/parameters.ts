/** Named parameters of a network: created from a random stream, listed in a fixed order, copied between policies. */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";

/** `[rows, columns]` of a kernel or `[columns]` of a bias, and the scale of its initial values. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of normal initial values; 0 starts at zero. */
  readonly deviation: number;
}

/** The parameters of one network. */
export interface Parameters {
  /** In the order of the shapes. */
  readonly names: readonly string[];
  readonly list: readonly tf.Variable[];
  get(name: string): tf.Variable;
  /** Values by name, copied out of the backend. */
  values(): Promise<Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  /**
   * Overwrites all values.
   * @throws RangeError if a name is missing or unknown, or a shape differs: a checkpoint of another network
   */
  assign(values: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>): void;
  dispose(): void;
}

let created = 0;

/** Creates variables with normal initial values, each from its own child stream. */
export function createParameters(shapes: readonly ParameterShape[], stream: Stream): Parameters {
  // tfjs keeps variables in one table by name; the number tells apart networks that live at the same time.
  const prefix = `network${created++}/`;
  const byName = new Map(shapes.map(({ name, shape, deviation }) => {
    const own = stream.child(name);
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, () => deviation === 0 ? 0 : deviation * own.normal());
    const initial = tf.tensor(data, [...shape]);
    const variable = tf.variable(initial, true, prefix + name);
    initial.dispose();
    return [name, variable] as const;
  }));
  return namedParameters(byName);
}

/** Variables that are there already, by their names in checkpoints and in the order of the map. */
export function namedParameters(byName: ReadonlyMap<string, tf.Variable>): Parameters {
  const get = (name: string): tf.Variable => {
    const variable = byName.get(name);
    if (variable === undefined) throw new RangeError(`No parameter is named ${name}`);
    return variable;
  };
  return {
    names: [...byName.keys()],
    list: [...byName.values()],
    get,
    async values() {
      const entries = [...byName].map(async ([name, variable]) =>
        [name, { shape: variable.shape, data: Float32Array.from(await variable.data()) }] as const
      );
      return new Map(await Promise.all(entries));
    },
    assign(values) {
      for (const name of values.keys()) {
        if (!byName.has(name)) throw new RangeError(`The network has no parameter ${name}: it has another shape`);
      }
      for (const [name, variable] of byName) {
        const value = values.get(name);
        if (value === undefined) {
          throw new RangeError(`Parameter ${name} is missing: these are another network's values`);
        }
        if (value.shape.join() !== variable.shape.join()) {
          throw new RangeError(
            `Parameter ${name} has shape [${value.shape}] where the network expects [${variable.shape}]`,
          );
        }
        const replacement = tf.tensor(value.data, [...value.shape]);
        variable.assign(replacement);
        replacement.dispose();
      }
    },
    dispose: () => byName.forEach((variable) => variable.dispose()),
  };
}
