/** Entropy of a coin with probability `p` of heads, in nats; 0 at either end. */
export function binaryEntropy(p: number): number {
  return p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log1p(-p) : 0;
}
