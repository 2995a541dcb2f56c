/** Counts of charges without anomalies. */

import { chiralCharges, countFamilyCharges } from "../theory/mod.ts";
import type { EvidenceRow, Protocol } from "./types.ts";

/** Counts for |q| ≤ 1 … 10, without and with three right-handed neutrinos (arXiv:1812.04602, tables 2 and 3). */
const FAMILY_COUNTS: Readonly<Record<"without" | "with", readonly number[]>> = {
  without: [8, 22, 82, 251, 626, 1983, 3902, 7068, 14354, 23800],
  with: [38, 358, 4116, 24552, 111152, 435305, 1358388, 3612734, 9587085, 21546920],
};

/** Size of a set, greatest |z|, number of sets (arXiv:1905.13729). */
const CHIRAL_COUNTS = [
  [5, 10, 2],
  [5, 20, 3],
  [5, 30, 11],
  [6, 10, 2],
  [6, 20, 38],
  [6, 30, 112],
  [7, 10, 11],
  [8, 10, 24],
] as const;

/** The atlas of anomaly-free charges of three families. */
export const atlas: Protocol = {
  name: "atlas",
  title: "Atlas of anomaly-free charges of three families",
  source: "Allanach, Davighi & Melville, *An anomaly-free atlas: charting the space of flavour-dependent gauged U(1) " +
    "extensions of the Standard Model*, arXiv:1812.04602",
  notes: [
    "Integer charges |q| ≤ Q of the Standard Model's fields, up to the order of families within a species, an overall sign and a " +
    "common factor; the zero solution counts. The counts are exact: linear conditions leave two sums free, squares and cubes are " +
    "matched in tables, common factors and signs are taken out by Möbius's and Burnside's formulas.",
    "Nothing differs from what was published.",
  ],
  run({ small, progress }) {
    const bounds = small ? 5 : 10;
    const table = (kind: "without" | "with", done: number) => ({
      heading: kind === "with" ? "With three right-handed neutrinos" : "Without right-handed neutrinos",
      about: "charges",
      digits: 0,
      rows: FAMILY_COUNTS[kind].slice(0, bounds).map((count, b): EvidenceRow => {
        const ours = countFamilyCharges(b + 1, kind === "with");
        progress(done + b + 1, 2 * bounds, `${kind} neutrinos`);
        return { what: `Q = ${b + 1}`, published: { value: count }, ours: { value: ours } };
      }),
    });
    return Promise.resolve([table("without", 0), table("with", bounds)]);
  },
};

/** Chiral sets of U(1) charges. */
export const chiral: Protocol = {
  name: "chiral",
  title: "Chiral sets of U(1) charges",
  source: "Costa, Dobrescu & Fox, *General solution to the U(1) anomaly equations*, arXiv:1905.13729",
  notes: [
    "Sets of n non-zero integers with Σz = Σz³ = 0 and no pair z, −z, up to sign, order and a common factor, by enumeration.",
    "Nothing differs from what was published.",
  ],
  run({ small, progress }) {
    const cases = small ? CHIRAL_COUNTS.filter(([size, bound]) => size < 7 && bound < 30) : CHIRAL_COUNTS;
    const rows = cases.map(([size, bound, count], done): EvidenceRow => {
      const ours = chiralCharges(size, bound).length;
      progress(done + 1, cases.length, `n = ${size}`);
      return { what: `n = ${size}, |z| ≤ ${bound}`, published: { value: count }, ours: { value: ours } };
    });
    return Promise.resolve([{ heading: "Numbers of sets", about: "sets", digits: 0, rows }]);
  },
};
