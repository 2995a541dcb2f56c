/** Chiral sets of U(1) charges (Costa, Dobrescu & Fox 2019, arXiv:1905.13729). */

/**
 * All sets of `size` non-zero integers |z| ≤ `bound` with Σz = Σz³ = 0, no pair z, −z and greatest common divisor 1, each in
 * ascending order; of a set and its negative the one whose smallest charge is the more negative, or whose next ones are.
 * @throws RangeError for fewer than three charges or a bound that is not a positive whole number
 */
export function chiralCharges(size: number, bound: number): readonly (readonly number[])[] {
  if (!Number.isInteger(size) || size < 3) throw new RangeError(`a chiral set has at least 3 charges, got ${size}`);
  if (!Number.isInteger(bound) || bound < 1) throw new RangeError(`the bound must be a whole number, got ${bound}`);
  const found: number[][] = [];
  const chosen: number[] = [];
  const extend = (sum: number, cubes: number): void => {
    if (chosen.length === size - 2) {
      const last = lastTwo(-sum, -cubes);
      if (last !== null && last[0] >= chosen[size - 3] && last[1] <= bound) {
        const charges = [...chosen, ...last];
        if (isChiral(charges) && commonDivisor(charges) === 1 && isRepresentative(charges)) found.push(charges);
      }
      return;
    }
    for (let z = chosen.at(-1) ?? -bound; z <= bound; z++) {
      if (z === 0 || chosen.includes(-z)) continue;
      chosen.push(z);
      extend(sum + z, cubes + z * z * z);
      chosen.pop();
    }
  };
  extend(0, 0);
  return found;
}

/** The integers a ≤ b with a given sum and sum of cubes: s³ − 3s·ab = c. Null if there are none, or the sum is 0 (a = −b). */
function lastTwo(sum: number, cubes: number): readonly [number, number] | null {
  if (sum === 0) return null;
  const product = (sum ** 3 - cubes) / (3 * sum);
  const root = Math.sqrt(sum * sum - 4 * product);
  const [a, b] = [(sum - root) / 2, (sum + root) / 2];
  return Number.isInteger(product) && Number.isInteger(a) && Number.isInteger(b) ? [a, b] : null;
}

/** Whether no charge is 0 or the opposite of another. */
function isChiral(charges: readonly number[]): boolean {
  return charges.every((z) => z !== 0 && !charges.includes(-z));
}

/** Whether a set of ascending charges stands for itself and its negative. */
function isRepresentative(charges: readonly number[]): boolean {
  const negative = charges.map((z) => -z).reverse();
  const at = charges.findIndex((z, i) => z !== negative[i]);
  return charges[at] < negative[at];
}

function commonDivisor(charges: readonly number[]): number {
  return charges.reduce((a, b) => {
    let [x, y] = [Math.abs(a), Math.abs(b)];
    while (y > 0) [x, y] = [y, x % y];
    return x;
  }, 0);
}
