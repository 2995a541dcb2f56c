/** Weights of alternatives from their log-evidence. */

/**
 * `exp(logs) / Σ exp(logs)`, without those that weigh less than `least` times the heaviest.
 * @param logs `[alternatives]`; −∞ weighs nothing
 * @throws RangeError if none is finite
 */
export function normalisedWeights(logs: Float64Array, least = 0): Float64Array {
  let greatest = -Infinity;
  for (let k = 0; k < logs.length; k++) greatest = Math.max(greatest, logs[k]);
  if (!Number.isFinite(greatest)) throw new RangeError("No alternative has a finite evidence");
  const weights = new Float64Array(logs.length);
  let sum = 0;
  for (let k = 0; k < logs.length; k++) {
    const weight = Math.exp(logs[k] - greatest);
    if (weight < least) continue;
    weights[k] = weight;
    sum += weight;
  }
  for (let k = 0; k < weights.length; k++) weights[k] /= sum;
  return weights;
}
