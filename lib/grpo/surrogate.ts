/**
 * What one decision adds to the policy's objective, as a function of its ratio ρ = π_new/π_old and its advantage A:
 *
 * - clipped: `min(min(ρ, δ)·A, clip(ρ, 1−ε_low, 1+ε_high)·A)` (Schulman et al. 2017, equation 7; asymmetric bounds: DAPO,
 *   arXiv:2503.14476, equation 10; δ, the bound on what a bad decision can cost: dual-clip PPO, arXiv:1912.09729, equation 8,
 *   and INTELLECT-2, arXiv:2505.07291, section 3.4),
 * - `cispo`: `sg(clip(ρ, 1−ε_low, 1+ε_high))·A·log π` (MiniMax-M1, arXiv:2506.13585, equations 4 and 5): the weight is
 *   clipped and held fixed, so that every decision keeps a gradient.
 */

/** Which objective is climbed and what its mean is taken over; see {@linkcode LossOptions}. */
export type LossKind = "bnpo" | "dapo" | "sequence" | "cispo";

/** The range of ratios that are followed. */
export interface ClipOptions {
  /** ε_low in (0, 1]; 1 bounds nothing from below. */
  readonly clipLow: number;
  /** ε_high > 0 */
  readonly clipHigh: number;
  /** δ > 1 + ε_high, the largest ratio at which a decision with A < 0 is pushed down; null for no such bound. */
  readonly delta: number | null;
}

/** The ratio within its bounds. */
export function clipRatio(ratio: number, { clipLow, clipHigh }: ClipOptions): number {
  return Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio));
}

/** The clipped surrogate of one decision. */
export function clippedSurrogate(ratio: number, advantage: number, clip: ClipOptions): number {
  return Math.min(Math.min(ratio, clip.delta ?? Infinity) * advantage, clipRatio(ratio, clip) * advantage);
}

/** Its slope by log ρ: ρA where the ratio is followed, else 0. */
export function clippedSlope(ratio: number, advantage: number, clip: ClipOptions): number {
  const isClipped = ratio * advantage > clipRatio(ratio, clip) * advantage;
  return isClipped || (advantage < 0 && ratio > (clip.delta ?? Infinity)) ? 0 : ratio * advantage;
}
