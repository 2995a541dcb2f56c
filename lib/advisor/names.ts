/** Names as they are compared: letters with marks may be written as one character or as several, and look the same. */

/** A name in Unicode's normal form C, without space around it. */
export function normalName(name: string): string {
  return name.trim().normalize("NFC");
}

/** A unit in the form in which `µ`, `μ`, `℃` and `°C` are written alike. */
export function normalUnit(unit: string): string {
  return unit.trim().normalize("NFKC");
}
