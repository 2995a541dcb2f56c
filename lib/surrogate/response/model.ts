/** What the responses are averaged over. */

import type { ResponseKernel } from "./kernel.ts";

/** All combinations of a prior, a kernel and a noise are averaged. */
export interface ResponseModel {
  readonly kernels: readonly (ResponseKernel & { readonly logPrior: number })[];
  /** Standard deviations of one row, in those of the target. */
  readonly noises: readonly number[];
  /** Share of the other variables' evidence that counts for a variable's own weights, in [0, 1]. */
  readonly sharing: number;
}

const SMOOTH = [0.7, 2];
/** In scaled units: from 0.04 of a domain on. */
const LENGTHS = [1.2, 0.45, 0.18];
const SHORTEST = { length: 0.08, logPrior: -2 };

/**
 * Nearly nothing, straight lines of three slopes, and curves of four lengths and two heights; four noises from nearly none to
 * that of the target. Curves that bend within a twentieth of a domain are less probable before any trial.
 */
export const RESPONSE_MODEL: ResponseModel = {
  kernels: [
    { constant: 0.05, linear: 0, smooth: 0, length: 1, logPrior: 0 },
    ...[0.6, 2.5, 6].map((linear) => ({ constant: 0, linear, smooth: 0, length: 1, logPrior: 0 })),
    ...[...LENGTHS.map((length) => ({ length, logPrior: 0 })), SHORTEST].flatMap((scale) =>
      SMOOTH.map((smooth) => ({ constant: 0, linear: 0, smooth, ...scale }))
    ),
  ],
  noises: [0.05, 0.15, 0.4, 1],
  sharing: 0.5,
};
