/** How probable it is that nothing worth having is left to find. */

import { createStream } from "../../random/mod.ts";
import type { EstimatedMean } from "../responses.ts";

/** A setting that could be settled for. */
export interface Candidate {
  /** What is set, whatever its value: responses of one group rise and fall together. */
  readonly group: string;
  readonly expected: EstimatedMean;
}

/** Whether to go on. */
export interface Stopping {
  /** The smallest gain that is worth having. */
  readonly worth: number;
  /** Probability that no setting is better than the recommended one by as much. */
  readonly probability: number;
  /** Whether that is probable enough to stop. */
  readonly advised: boolean;
}

const DRAWS = 2000;
const HALF_95 = 1.959963984540054;
/** Probability from which on it is advised to stop. */
export const ENOUGH = 0.9;

/**
 * Draws what all settings may really be worth. The response to one variable rises or falls as a whole, and those of different
 * variables do so on their own.
 * @param settled what is recommended now; it has a place among the draws by its group
 * @param sign 1 where more is better, −1 where less is
 */
export function stoppingOf(
  candidates: readonly Candidate[],
  settled: Candidate,
  worth: number,
  sign: number,
): Stopping {
  const groups = [...new Set([...candidates, settled].map(({ group }) => group))];
  const stream = createStream(0).child("stop");
  const z = new Float64Array(groups.length);
  const at = ({ group, expected }: Candidate) => {
    const draw = z[groups.indexOf(group)];
    const half = draw > 0 ? expected.high - expected.value : expected.value - expected.low;
    return sign * (expected.value + draw * half / HALF_95);
  };
  let enough = 0;
  for (let d = 0; d < DRAWS; d++) {
    stream.fillNormalInto(z);
    const own = at(settled);
    if (!candidates.some((candidate) => at(candidate) - own > worth)) enough++;
  }
  const probability = enough / DRAWS;
  return { worth, probability, advised: probability >= ENOUGH };
}
