/**
 * Irreducible representations of SU(N) from their Dynkin labels, by closed formulas over integers. With the shifted
 * highest weight l = λ + ρ in the orthogonal basis (Σ l = 0): dimension by Weyl's formula, quadratic Casimir
 * ½(Σ l² − Σ ρ²), and the cubic Casimir proportional to Σ l³, the only odd Weyl-invariant cubic (see Okubo,
 * Phys. Rev. D 16 (1977) 3528). The index is normalised to 1/2, the cubic index to 1, on the fundamental.
 */

import { toSafeInteger } from "./exact.ts";

/** One irreducible representation of SU(n). */
export interface Irrep {
  readonly n: number;
  /** `[n − 1]` Dynkin labels. */
  readonly labels: readonly number[];
  readonly dimension: number;
  /** 2T(R): 1 for the fundamental, 2n for the adjoint. */
  readonly twiceIndex: number;
  /** A(R): 1 for the fundamental, −1 for its conjugate, 0 for real representations and for SU(2). */
  readonly cubicIndex: number;
  /** Equivalent to its conjugate. */
  readonly selfConjugate: boolean;
  /** Self-conjugate with an antisymmetric invariant form (the doublet of SU(2), the 20 of SU(6)). */
  readonly pseudoreal: boolean;
}

/** The partition (λ_1 ≥ … ≥ λ_n = 0) of a highest weight given by Dynkin labels. */
export function partitionOf(labels: readonly number[]): readonly number[] {
  const partition = [0];
  for (let i = labels.length - 1; i >= 0; i--) partition.unshift((partition[0] ?? 0) + (labels[i] ?? 0));
  return partition;
}

/** n·l_i with l = λ + ρ made traceless: integers. */
function shiftedWeight(labels: readonly number[]): readonly bigint[] {
  const partition = partitionOf(labels);
  const n = partition.length;
  const shifted = partition.map((part, i) => part + n - 1 - i);
  const total = shifted.reduce((sum, part) => sum + part, 0);
  // Twice n, so that (n−1)/2-type means stay integral: 2n·(shifted − mean).
  return shifted.map((part) => BigInt(2 * n * part - 2 * total));
}

const powerSum = (values: readonly bigint[], power: bigint): bigint =>
  values.reduce((sum, value) => sum + value ** power, 0n);

function exactQuotient(numerator: bigint, denominator: bigint, what: string): number {
  if (numerator % denominator !== 0n) throw new RangeError(`${what}: ${numerator}/${denominator} is not an integer`);
  return toSafeInteger(numerator / denominator, what);
}

/**
 * The irreducible representation of SU(n) with the given Dynkin labels.
 * @throws RangeError if n < 2, the number of labels is not n − 1, or a label is not a non-negative integer
 */
export function irrep(n: number, labels: readonly number[]): Irrep {
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`SU(n) needs an integer n ≥ 2, got ${n}`);
  if (labels.length !== n - 1 || labels.some((label) => !Number.isInteger(label) || label < 0)) {
    throw new RangeError(`SU(${n}) needs ${n - 1} non-negative Dynkin labels, got [${labels.join(", ")}]`);
  }
  const weight = shiftedWeight(labels);
  const rho = shiftedWeight(new Array<number>(n - 1).fill(0));
  let above = 1n;
  let below = 1n;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      above *= (weight[i] ?? 0n) - (weight[j] ?? 0n);
      below *= (rho[i] ?? 0n) - (rho[j] ?? 0n);
    }
  }
  const dimension = above / below;
  const size = BigInt(n);
  // 2T = 2·dim·C2/(n²−1), with C2 = ½(Σl² − Σρ²) and l stored as 2n·l.
  const twiceIndex = exactQuotient(
    dimension * (powerSum(weight, 2n) - powerSum(rho, 2n)),
    4n * size * size * (size * size - 1n),
    "Dynkin index",
  );
  const fundamental = shiftedWeight([1, ...new Array<number>(n - 2).fill(0)]);
  const cubicOfFundamental = size * powerSum(fundamental, 3n);
  const cubicIndex = n === 2 ? 0 : exactQuotient(dimension * powerSum(weight, 3n), cubicOfFundamental, "cubic index");
  const selfConjugate = labels.every((label, i) => label === labels[labels.length - 1 - i]);
  // The invariant form of a self-conjugate irrep has the sign (−1)^{⟨λ, 2ρ^∨⟩}; only n = 2 mod 4 can give −1.
  const height = labels.reduce((sum, label, i) => sum + label * (i + 1) * (n - 1 - i), 0);
  return {
    n,
    labels,
    dimension: toSafeInteger(dimension, "dimension"),
    twiceIndex,
    cubicIndex,
    selfConjugate,
    pseudoreal: selfConjugate && height % 2 !== 0,
  };
}

/** The complex conjugate representation: reversed labels, opposite cubic index. */
export function conjugateIrrep(representation: Irrep): Irrep {
  return {
    ...representation,
    labels: [...representation.labels].reverse(),
    cubicIndex: 0 - representation.cubicIndex,
  };
}

/** `3`, `3b`, `15'`-free name: the dimension, with `b` on the conjugate whose labels sort below the other's. */
export function irrepName(representation: Irrep): string {
  const reversed = [...representation.labels].reverse();
  const first = representation.labels.findIndex((label, i) => label !== reversed[i]);
  const barred = first >= 0 && (representation.labels[first] ?? 0) < (reversed[first] ?? 0);
  return `${representation.dimension}${barred ? "b" : ""}`;
}
