/**
 * Dropout whose dropped channels have a name: the same key drops the same channels wherever and in whatever batch it is
 * used again. A policy that acted with some channels dropped can so be scored, and learn, with the same ones dropped
 * (consistent dropout, Hausknecht & Wagener 2022, arXiv:2202.11818).
 */

import * as tf from "@tensorflow/tfjs-core";
import { createStream } from "../random/mod.ts";

/**
 * What each channel is multiplied by: 0 with probability `rate`, else 1 / (1 − rate).
 * @param keys each below 2³²
 * @param site which place of the network, so that places drop different channels
 * @returns `[keys, channels]`; the first channels do not depend on their number
 */
export function dropoutScales(keys: Uint32Array, site: number, channels: number, rate: number): Float32Array {
  const scales = new Float32Array(keys.length * channels);
  const uniforms = new Float64Array(channels);
  keys.forEach((key, k) => {
    createStream(key).child("dropout").child(site).fillUniformInto(uniforms);
    for (let c = 0; c < channels; c++) scales[k * channels + c] = uniforms[c] < rate ? 0 : 1 / (1 - rate);
  });
  return scales;
}

/**
 * Drops channels of groups of equally many consecutive rows, one group for each key.
 * @param x `[keys · rows, channels]`
 * @param keys null drops nothing
 */
export function dropChannels(x: tf.Tensor2D, keys: Uint32Array | null, site: number, rate: number): tf.Tensor2D {
  if (keys === null || rate === 0) return x;
  const [rows, channels] = x.shape;
  const scales = tf.tensor3d(dropoutScales(keys, site, channels, rate), [keys.length, 1, channels]);
  return tf.reshape(tf.mul(tf.reshape(x, [keys.length, rows / keys.length, channels]), scales), [rows, channels]);
}
