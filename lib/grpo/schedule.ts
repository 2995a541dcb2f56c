/** Scalar schedules over the updates of a run. */

export type ScheduleKind = "constant" | "linear" | "exponential" | "cosine";

/** A number that changes over the updates of a run. */
export interface Schedule {
  readonly kind: ScheduleKind;
  /** Value at the first update after the warm-up. */
  readonly start: number;
  /** Value at the last update; not read by `constant`. */
  readonly end: number;
  /** Share of the run, from its beginning, over which the value rises linearly. */
  readonly warmup: number;
}

/**
 * The value at update `update`, numbered from 0. A warm-up of w updates takes `start·(update + 1)/(w + 1)`, so that no step is
 * made at rate 0 and `start` is reached right after it; then the value goes from `start` to `end`, which the last update has.
 * @param updates of the run
 */
export function scheduled({ kind, start, end, warmup }: Schedule, update: number, updates: number): number {
  const rising = Math.min(updates - 1, Math.round(warmup * updates));
  if (update < rising) return start * (update + 1) / (rising + 1);
  const last = updates - 1 - rising;
  const p = last > 0 ? (update - rising) / last : 0;
  switch (kind) {
    case "constant":
      return start;
    case "linear":
      return start + p * (end - start);
    case "exponential":
      return start * Math.exp(p * Math.log(end / start));
    case "cosine":
      return end + 0.5 * (start - end) * (1 + Math.cos(Math.PI * p));
  }
}

/**
 * Refuses a schedule without a meaning.
 * @throws RangeError for an exponential schedule to or from a value that is not positive, or a warm-up that is no share
 */
export function checkSchedule({ kind, start, end, warmup }: Schedule): void {
  if (kind === "exponential" && !(start > 0 && end > 0)) {
    throw new RangeError(`Cannot decay exponentially from ${start} to ${end}: both must be positive`);
  }
  if (!(warmup >= 0 && warmup < 1)) throw new RangeError(`A warm-up of ${warmup} is no share of a run below 1`);
}
