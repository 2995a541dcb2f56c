/** Scalar schedules over training progress. */

export type ScheduleKind = "constant" | "linear" | "exponential" | "cosine";

export interface Schedule {
  readonly kind: ScheduleKind;
  readonly start: number;
  /** Value at the end of the run; not read by `constant`. */
  readonly end: number;
  /** Share of the run, from its beginning, over which the value rises linearly from 0. */
  readonly warmup: number;
}

/**
 * The value at `progress` in [0, 1] of the run.
 * @throws RangeError for an exponential schedule with an end that is not positive
 */
export function scheduled(schedule: Schedule, progress: number): number {
  const { kind, start, end, warmup } = schedule;
  if (progress < warmup) return start * progress / warmup;
  const p = warmup < 1 ? (progress - warmup) / (1 - warmup) : 1;
  switch (kind) {
    case "constant":
      return start;
    case "linear":
      return start + p * (end - start);
    case "exponential":
      if (!(start > 0 && end > 0)) {
        throw new RangeError(`Cannot decay exponentially from ${start} to ${end}: both must be positive`);
      }
      return start * Math.exp(p * Math.log(end / start));
    case "cosine":
      return end + 0.5 * (start - end) * (1 + Math.cos(Math.PI * p));
  }
}
