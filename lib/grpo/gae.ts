/** Generalised advantage estimation for the PPO comparison (Schulman et al. 2016, arXiv:1506.02438, equation 16). */

import type { Credited } from "./returns.ts";

/** Generalised advantages with the returns that the value function learns (Schulman et al. 2016, arXiv:1506.02438). */
export interface GaeResult {
  /** Shape of the decisions. */
  readonly advantage: Float32Array;
  /** λ-returns, the value function's targets: advantage + value. */
  readonly target: Float32Array;
}

/**
 * `A_t = Σ_k (γλ)^k δ_{t+k}`, `δ_t = r_t + γ V(s_{t+1}) − V(s_t)`; the value after a member's last decision is 0.
 * @param value V(s) at each decision, shape of the decisions
 * @throws RangeError if two decisions of one member share a time
 */
export function generalisedAdvantages(
  decisions: Credited,
  value: Float32Array,
  gamma: number,
  lambda: number,
): GaeResult {
  const { reward, mask, member, time } = decisions;
  const order = [...mask.keys()].filter((d) => mask[d] > 0).sort((a, b) => member[a] - member[b] || time[b] - time[a]);
  const advantage = new Float32Array(reward.length);
  const target = new Float32Array(reward.length);
  order.forEach((d, k) => {
    const next = k > 0 && member[order[k - 1]] === member[d] ? order[k - 1] : -1;
    if (next >= 0 && time[next] === time[d]) {
      throw new RangeError(`Cannot estimate advantages: member ${member[d]} makes two decisions at time ${time[d]}`);
    }
    const delta = reward[d] + (next >= 0 ? gamma * value[next] : 0) - value[d];
    advantage[d] = delta + (next >= 0 ? gamma * lambda * advantage[next] : 0);
    target[d] = advantage[d] + value[d];
  });
  return { advantage, target };
}
