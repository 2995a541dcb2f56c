/**
 * Random streams. Every random number of the library comes from Philox4x32-10 (Salmon et al. 2011), a block cipher over
 * a counter, keyed by a seed and a path of names: `createStream(1).child("rollout").child(episode)`. A result therefore
 * never depends on the number of workers, the size of a batch, the order of evaluation or the clock.
 *
 * @module
 */
export { createStream, streamOf } from "./stream.ts";
export type { Stream, StreamIdentity } from "./stream.ts";
