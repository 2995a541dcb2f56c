/** Returns of decisions along the time of their member (Sutton & Barto 2018, equation 3.8). */

/** `outcome`: every decision is credited with the whole return of its member; `reward-to-go`: with what came after it. */
export type ReturnKind = "outcome" | "reward-to-go";

/** The decisions of a rollout that returns and advantages need; see `Rollout` for the shapes. */
export interface Credited {
  readonly reward: Float32Array;
  readonly mask: Float32Array;
  readonly member: Int32Array;
  readonly time: Int32Array;
  readonly group: Int32Array;
  /** What the reward is the weighted sum of, each of its shape; needed where components are normalised apart. */
  readonly components?: readonly RewardPart[];
}

/** One component of a reward. */
export interface RewardPart {
  readonly weight: number;
  /** Before it is weighted, shape of the decisions. */
  readonly reward: Float32Array;
}

/**
 * The return of each decision: `Σ γ^k r_k` over its whole member, or `Σ_{k≥t} γ^(k−t) r_k` from its own time on.
 * Masked-out decisions earn and receive nothing.
 * @returns shape of `reward`
 */
export function returns(decisions: Credited, kind: ReturnKind, gamma: number): Float64Array {
  const { reward, mask, member, time } = decisions;
  const result = new Float64Array(reward.length);
  if (kind === "outcome") {
    const total = new Float64Array(decisions.group.length);
    for (let d = 0; d < reward.length; d++) {
      if (mask[d] > 0) total[member[d]] += gamma ** time[d] * reward[d];
    }
    for (let d = 0; d < reward.length; d++) result[d] = mask[d] > 0 ? total[member[d]] : 0;
    return result;
  }
  const running = new Float64Array(decisions.group.length);
  const lastTime = new Int32Array(decisions.group.length);
  for (const d of latestFirst(time)) {
    if (mask[d] === 0) continue;
    const m = member[d];
    running[m] = reward[d] + gamma ** Math.max(0, lastTime[m] - time[d]) * running[m];
    lastTime[m] = time[d];
    result[d] = running[m];
  }
  return result;
}

/** Indices of the decisions, later times first (counting sort: times are small whole numbers). */
function latestFirst(time: Int32Array): Int32Array {
  let longest = 0;
  for (const t of time) longest = Math.max(longest, t);
  const start = new Int32Array(longest + 2);
  for (const t of time) start[longest - t + 1]++;
  for (let t = 1; t < start.length; t++) start[t] += start[t - 1];
  const order = new Int32Array(time.length);
  for (let d = 0; d < time.length; d++) order[start[longest - time[d]]++] = d;
  return order;
}
