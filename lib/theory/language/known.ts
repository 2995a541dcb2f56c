/** Theories of the literature as canonical strings, to name what a search or a policy has found. */

import {
  type Dialect,
  EXTRA_U1,
  FLIPPED_SU5,
  LEFT_RIGHT,
  MINIMAL_331,
  PATI_SALAM,
  STANDARD,
  STANDARD_GROUPS,
  STANDARD_MODEL,
  SU5,
  TRINIFICATION,
} from "./dialect.ts";
import { freeLimits } from "./grammar.ts";
import { contentKey, describeFermions, parseTheory } from "./text.ts";
import { encode } from "./vocabulary.ts";

/** A named theory. */
export interface KnownTheory {
  readonly name: string;
  readonly dialect: Dialect;
  /** Token names; fermions only. */
  readonly text: string;
}

const SM = STANDARD_MODEL.map((field) => `F ${field} n#`).join(" ");
const SM_NU = `F c1 w1 y0 n# ${SM}`;
const B_MINUS_L = "F c1 w2 y-3 x-3 n# F c3 w2 y1 x1 n# F c3b w1 y-4 x-1 n# F c3b w1 y2 x-1 n#";

const standard = (name: string, fields: string, generations: readonly number[] = [1]): readonly KnownTheory[] =>
  generations.map((n) => ({
    name: generations.length > 1 ? `${name}, ${n} generation${n > 1 ? "s" : ""}` : name,
    dialect: STANDARD,
    text: `${STANDARD_GROUPS} ${fields.replaceAll("n#", `n${n}`)} EOS`,
  }));

/** Consistent theories whose names a report uses. */
export const KNOWN_THEORIES: readonly KnownTheory[] = [
  ...standard("Standard Model", SM, [1, 2, 3, 4]),
  ...standard("Standard Model with right-handed neutrinos", SM_NU, [1, 2, 3, 4]),
  ...standard(
    "27 of E6",
    "F c1 w1 y0 n2 F c1 w1 y6 n1 F c1 w2 y-3 n2 F c1 w2 y3 n1 F c3 w1 y-2 n1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n2",
  ),
  {
    name: "Standard Model × B−L with right-handed neutrinos",
    dialect: EXTRA_U1,
    text: `BOS SU3 SU2 U1 U1X F c1 w1 y0 x3 n3 F c1 w1 y6 x3 n3 ${B_MINUS_L.replaceAll("n#", "n3")} EOS`,
  },
  {
    name: "Standard Model × B−L with neutrino charges 4, 4, −5",
    dialect: EXTRA_U1,
    text: `BOS SU3 SU2 U1 U1X F c1 w1 y0 x-15 n1 F c1 w1 y0 x12 n2 F c1 w1 y6 x3 n3 ${
      B_MINUS_L.replaceAll("n#", "n3")
    } EOS`,
  },
  {
    name: "Standard Model × (L_µ − L_τ)",
    dialect: EXTRA_U1,
    text:
      "BOS SU3 SU2 U1 U1X F c1 w1 y6 x-3 n1 F c1 w1 y6 x0 n1 F c1 w1 y6 x3 n1 F c1 w2 y-3 x-3 n1 F c1 w2 y-3 x0 n1 " +
      "F c1 w2 y-3 x3 n1 F c3 w2 y1 x0 n3 F c3b w1 y-4 x0 n3 F c3b w1 y2 x0 n3 EOS",
  },
  { name: "SU(5)", dialect: SU5, text: "BOS SU5 F f5b n1 F f10 n1 EOS" },
  { name: "SU(5), 3 generations", dialect: SU5, text: "BOS SU5 F f5b n3 F f10 n3 EOS" },
  { name: "flipped SU(5)", dialect: FLIPPED_SU5, text: "BOS SU5 U1X F f1 x15 n1 F f5b x-9 n1 F f10 x3 n1 EOS" },
  { name: "Pati–Salam", dialect: PATI_SALAM, text: "BOS SU4 SU2 SU2R F p4 w2 r1 n1 F p4b w1 r2 n1 EOS" },
  {
    name: "left–right",
    dialect: LEFT_RIGHT,
    text: "BOS SU3 SU2 SU2R U1X F c1 w1 r2 x3 n1 F c1 w2 r1 x-3 n1 F c3 w2 r1 x1 n1 F c3b w1 r2 x-1 n1 EOS",
  },
  {
    name: "trinification",
    dialect: TRINIFICATION,
    text: "BOS SU3 SU3L SU3R F c1 l3 q3b n1 F c3 l3b q1 n1 F c3b l1 q3 n1 EOS",
  },
  {
    name: "minimal 331",
    dialect: MINIMAL_331,
    text:
      "BOS SU3 SU3L U1X F c1 l3 x0 n3 F c3 l3 x2 n1 F c3 l3b x-1 n2 F c3b l1 x-5 n1 F c3b l1 x-2 n3 F c3b l1 x1 n3 " +
      "F c3b l1 x4 n2 EOS",
  },
];

/** A known theory's name and its fermions as the literature writes them, `(3,2)_1/6 + …`. */
export interface KnownContent {
  readonly name: string;
  readonly fermions: string;
}

/** The known theories by content key. */
export function knownContents(): ReadonlyMap<string, KnownContent> {
  return new Map(KNOWN_THEORIES.map(({ name, dialect, text }) => {
    const limits = { ...freeLimits(dialect), ordered: false };
    const { theory } = parseTheory(encode(text), limits);
    return [contentKey(theory), { name, fermions: describeFermions(theory) }];
  }));
}
