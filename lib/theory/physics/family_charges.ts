/**
 * The atlas of anomaly-free charges: how many U(1) charges the Standard Model's three families can carry (Allanach, Davighi &
 * Melville 2018, arXiv:1812.04602). Charges are integers of Q_i, L_i, u_i, d_i, e_i and, if there are right-handed neutrinos,
 * n_i, i = 1 … 3, of the same convention as there (u, d, e and n are right-handed fields).
 */

/** Charges of three families of one species in ascending order, by their power sums. */
interface Triples {
  readonly squares: readonly number[];
  readonly cubes: readonly number[];
}

/** Entries `from[k] … from[k + 1] − 1` of `cubes` belong to the square sum `least + k`. */
interface BySquare {
  readonly least: number;
  readonly from: Int32Array;
  readonly cubes: Int32Array;
}

const NONE: Triples = { squares: [], cubes: [] };

/**
 * The number of anomaly-free charges with |q| ≤ `bound`: the zero solution, and all others with greatest common divisor 1, up to
 * the order of families within each species and an overall sign.
 * @throws RangeError unless the bound is a whole number from 1 to 40, beyond which sums leave 32 bits
 */
export function countFamilyCharges(bound: number, neutrinos: boolean): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 40) {
    throw new RangeError(`the bound of the charges must be a whole number from 1 to 40, got ${bound}`);
  }
  let primitive = 0;
  for (let divisor = 1; divisor <= bound; divisor++) {
    const factor = moebius(divisor);
    if (factor === 0) continue;
    const scaled = Math.floor(bound / divisor);
    const all = allSolutions(scaled, neutrinos) - 1;
    const ownNegatives = selfConjugate(scaled, neutrinos) - 1;
    // Each pair of a solution and its negative counts once (Burnside's lemma).
    primitive += factor * (all + ownNegatives) / 2;
  }
  return primitive + 1;
}

/** μ(k): 0 if a square divides k, else (−1) to the number of its prime factors. */
export function moebius(k: number): number {
  let [left, sign] = [k, 1];
  for (let p = 2; p <= left; p++) {
    if (left % p !== 0) continue;
    left /= p;
    if (left % p === 0) return 0;
    sign = -sign;
  }
  return sign;
}

/** The triples with charges −bound … bound, by their sum. */
function triplesBySum(bound: number): (sum: number) => Triples {
  const bySum = new Map<number, { squares: number[]; cubes: number[] }>();
  for (let a = -bound; a <= bound; a++) {
    for (let b = a; b <= bound; b++) {
      for (let c = b; c <= bound; c++) {
        const own = bySum.get(a + b + c) ?? { squares: [], cubes: [] };
        own.squares.push(a * a + b * b + c * c);
        own.cubes.push(a * a * a + b * b * b + c * c * c);
        bySum.set(a + b + c, own);
      }
    }
  }
  return (sum) => bySum.get(sum) ?? NONE;
}

/**
 * All solutions, common factors, both signs and zero included. The linear conditions leave two sums free: ΣL = −3ΣQ,
 * Σd = 2ΣQ − Σu, Σe = −2ΣQ − Σu, Σn = Σu − 4ΣQ.
 */
function allSolutions(bound: number, neutrinos: boolean): number {
  const triples = triplesBySum(bound);
  // The cubes of (Q, L, n) and of (u, d, e) are at most this; a table of how often each occurs stays in a core's own cache.
  const reach = 27 * bound ** 3;
  const table = new Int32Array(2 * reach + 1);
  let count = 0;
  for (let q = 0; q <= bound; q++) {
    const [quarks, leptons] = [triples(q), triples(-3 * q)];
    const left = pairsBySquare([quarks, 1, 6], [leptons, -1, 2]);
    for (let u = -3 * bound; u <= 3 * bound; u++) {
      // A solution and its negative have opposite sums.
      if (q === 0 && u < 0) continue;
      const singlet = neutrinos ? triples(u - 4 * q).cubes : u === 4 * q ? [0] : [];
      const electrons = triples(-2 * q - u);
      if (singlet.length === 0 || electrons.cubes.length === 0) continue;
      const right = pairsBySquare([triples(u), -2, -3], [triples(2 * q - u), 1, -3]);
      count += (q === 0 && u === 0 ? 1 : 2) * matches(left, singlet, right, electrons, table);
    }
  }
  return count;
}

type Weighted = readonly [triples: Triples, square: number, cube: number];

/** All pairs of two species with weighted power sums, sorted by the sum of squares. */
function pairsBySquare([first, square1, cube1]: Weighted, [second, square2, cube2]: Weighted): BySquare {
  const squares = (i: number, j: number) => square1 * first.squares[i] + square2 * second.squares[j];
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < first.squares.length; i++) {
    for (let j = 0; j < second.squares.length; j++) {
      [least, most] = [Math.min(least, squares(i, j)), Math.max(most, squares(i, j))];
    }
  }
  if (least > most) return { least: 0, from: new Int32Array(1), cubes: new Int32Array(0) };
  const from = new Int32Array(most - least + 2);
  for (let i = 0; i < first.squares.length; i++) {
    for (let j = 0; j < second.squares.length; j++) from[squares(i, j) - least + 1]++;
  }
  for (let k = 1; k < from.length; k++) from[k] += from[k - 1];
  const next = from.slice();
  const cubes = new Int32Array(from[from.length - 1]);
  for (let i = 0; i < first.squares.length; i++) {
    for (let j = 0; j < second.squares.length; j++) {
      cubes[next[squares(i, j) - least]++] = cube1 * first.cubes[i] + cube2 * second.cubes[j];
    }
  }
  return { least, from, cubes };
}

/**
 * Combinations in which the squares and the cubes of all species cancel: for every sum of squares on the left the cubes of
 * (Q, L, n) are counted into a table, in which those of (u, d, e) with the opposite squares are looked up.
 */
function matches(
  left: BySquare,
  singlet: readonly number[],
  right: BySquare,
  electrons: Triples,
  table: Int32Array,
): number {
  const middle = (table.length - 1) / 2;
  let count = 0;
  for (let k = 0; k + 1 < left.from.length; k++) {
    const [start, end] = [left.from[k], left.from[k + 1]];
    if (start === end) continue;
    for (const cube of singlet) {
      for (let p = start; p < end; p++) table[middle + left.cubes[p] - cube]++;
    }
    for (let e = 0; e < electrons.cubes.length; e++) {
      const r = -(left.least + k) - electrons.squares[e] - right.least;
      if (r < 0 || r + 1 >= right.from.length) continue;
      const shift = middle + electrons.cubes[e];
      // The left cubes enter as they are, the right ones with the opposite sign.
      for (let p = right.from[r]; p < right.from[r + 1]; p++) count += table[shift - right.cubes[p]];
    }
    for (const cube of singlet) {
      for (let p = start; p < end; p++) table[middle + left.cubes[p] - cube] = 0;
    }
  }
  return count;
}

/** Solutions that are their own negatives: every species is {−a, 0, a}, all sums of odd powers vanish. */
function selfConjugate(bound: number, neutrinos: boolean): number {
  let count = 0;
  for (let q = 0; q <= bound; q++) {
    for (let l = 0; l <= bound; l++) {
      for (let u = 0; u <= bound; u++) {
        for (let d = 0; d <= bound; d++) {
          const e = Math.sqrt(l * l + 2 * u * u - q * q - d * d);
          if (Number.isInteger(e) && e <= bound) count++;
        }
      }
    }
  }
  return neutrinos ? count * (bound + 1) : count;
}
