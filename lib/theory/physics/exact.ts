/** Exact arithmetic: integers that refuse to leave the safe range, and rationals made of them. */

/** An exact rational number in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * The integer itself.
 * @throws RangeError if it is not an integer that a double holds exactly
 */
export function checked(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what}: ${value} is not an exactly representable integer`);
  return value;
}

/** A BigInt as a safe integer. @throws RangeError if it does not fit */
export function toSafeInteger(value: bigint, what: string): number {
  return checked(Number(value), what);
}

/** Greatest common divisor of two integers; 0 only for two zeros. */
export function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The fraction in lowest terms. @throws RangeError for a denominator of 0 or unsafe integers */
export function rational(numerator: number, denominator = 1): Rational {
  checked(numerator, "numerator");
  checked(denominator, "denominator");
  if (denominator === 0) throw new RangeError(`${numerator}/0 is not a rational number`);
  const divisor = greatestCommonDivisor(numerator, denominator) * Math.sign(denominator);
  // The sum with 0 turns −0 into 0, so that equal rationals are equal objects.
  return { numerator: numerator / divisor + 0, denominator: denominator / divisor };
}

/** Prints `-3/4` or `2`. */
export function formatRational(value: Rational): string {
  return value.denominator === 1 ? `${value.numerator}` : `${value.numerator}/${value.denominator}`;
}
