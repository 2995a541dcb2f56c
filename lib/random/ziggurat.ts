/**
 * The ziggurat method for the standard normal distribution (Marsaglia & Tsang 2000) with 256 layers. Layer and sign come
 * from other bits than the 53-bit magnitude, which mends the correlation that Doornik (2005) found in the original.
 */

/** Where the tail begins, for 256 layers of equal area. */
export const TAIL_START = 3.654152885361008796;

const LAYERS = 256;

/** `∫ₓ^∞ exp(−t²/2) dt` by Laplace's continued fraction, which converges fast for x > 2. */
function tailArea(x: number): number {
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp(-0.5 * x * x) / fraction;
}

/** Right ends of the layers, from the widest: x₀ is the width that gives the tail's layer the common area. */
function layerEnds(): Float64Array {
  const density = (x: number) => Math.exp(-0.5 * x * x);
  const area = TAIL_START * density(TAIL_START) + tailArea(TAIL_START);
  const ends = new Float64Array(LAYERS + 1);
  ends[0] = area / density(TAIL_START);
  ends[1] = TAIL_START;
  for (let i = 2; i < LAYERS; i++) ends[i] = Math.sqrt(-2 * Math.log(area / ends[i - 1] + density(ends[i - 1])));
  return ends; // the last one is 0: the top of the curve
}

/** `[257]` right end of each layer, then 0. */
const LAYER_ENDS = layerEnds();
/** `[257]` `exp(−x²/2)` at the ends. */
export const LAYER_HEIGHTS = LAYER_ENDS.map((x) => Math.exp(-0.5 * x * x));
/** `[256]` a 53-bit magnitude below this lies under the curve whatever its height. */
export const LAYER_LIMITS = LAYER_ENDS.slice(0, LAYERS).map((end, i) => Math.floor(LAYER_ENDS[i + 1] / end * 2 ** 53));
/** `[512]` what a magnitude is multiplied by; the second half is negative, so that a sign bit needs no branch. */
export const SIGNED_SCALES = Float64Array.from(
  { length: 2 * LAYERS },
  (_, i) => (i < LAYERS ? 1 : -1) * LAYER_ENDS[i % LAYERS] * 2 ** -53,
);
