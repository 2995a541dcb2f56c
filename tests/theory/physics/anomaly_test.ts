import assert from "node:assert/strict";
import { anomalySums } from "../../../lib/theory/physics/anomaly.ts";
import { conjugateMultiplet, type Field, type Theory } from "../../../lib/theory/physics/gauge.ts";
import { encode } from "../../../lib/theory/language/vocabulary.ts";
import { enumerateCharges } from "../../../lib/theory/physics/enumeration.ts";
import { fieldTokens, parseTheory } from "../../../lib/theory/language/text.ts";
import { freeLimits } from "../../../lib/theory/language/grammar.ts";
import { KNOWN_THEORIES } from "../../../lib/theory/language/known.ts";
import { STANDARD } from "../../../lib/theory/language/dialect.ts";
import { group, type Row, theory, violations } from "../vectors.ts";

const STANDARD_GROUP = group("SU3 SU2 U1");
const sm = (
  n: number,
): Row[] => [["3,2", [1], n], ["3b,1", [-4], n], ["3b,1", [2], n], ["1,2", [-3], n], ["1,1", [6], n]];
const withX = (x: readonly number[], n = 1): Row[] =>
  sm(n).map(([irreps, [y], copies], i): Row => [irreps, [y!, x[i]!], copies]);
const TWO_U1 = group("SU3 SU2 U1 U1X");
const B_MINUS_L = [2, -2, -2, -6, 6];
const QUARKS: Row[] = [["3,2", [1, 0], 3], ["3b,1", [-4, 0], 3], ["3b,1", [2, 0], 3]];
const flavoured: Row[] = [0, 6, -6].flatMap((x): Row[] => [["1,2", [-3, x], 1], ["1,1", [6, -x], 1]]);
const THREE_31: Row[] = [
  ["1,3", [0], 3],
  ["3,3b", [-2], 2],
  ["3,3", [4], 1],
  ["3b,1", [-4], 3],
  ["3b,1", [2], 3],
  ["3b,1", [8], 2],
  ["3b,1", [-10], 1],
];

const CONSISTENT: readonly (readonly [string, Theory])[] = [
  ...[1, 2, 3, 7].map((n) => [`Standard Model, ${n} generations`, theory(STANDARD_GROUP, sm(n))] as const),
  ["Standard Model with ν^c", theory(STANDARD_GROUP, [...sm(1), ["1,1", [0], 1]])],
  ["Standard Model × B−L with ν^c", theory(TWO_U1, [...withX(B_MINUS_L), ["1,1", [0, 6], 1]])],
  [
    "three generations, B−L with ν^c charges 4, 4, −5",
    theory(TWO_U1, [...withX(B_MINUS_L, 3), ["1,1", [0, 24], 2], ["1,1", [0, -30], 1]]),
  ],
  ["Standard Model × (L_µ − L_τ)", theory(TWO_U1, [...QUARKS, ...flavoured])],
  ["SU(5)", theory(group("SU5"), [["5b", [], 1], ["10", [], 1]])],
  ["flipped SU(5)", theory(group("SU5 U1X", 1), [["10", [1], 1], ["5b", [-3], 1], ["1", [5], 1]])],
  ["Pati–Salam", theory(group("SU4 SU2 SU2R"), [["4,2,1", [], 1], ["4b,1,2", [], 1]])],
  [
    "left–right",
    theory(group("SU3 SU2 SU2R U1X", 3), [
      ["3,2,1", [1], 1],
      ["3b,1,2", [-1], 1],
      ["1,2,1", [-3], 1],
      ["1,1,2", [3], 1],
    ]),
  ],
  ["trinification", theory(group("SU3 SU3L SU3R"), [["3,3b,1", [], 1], ["1,3,3b", [], 1], ["3b,1,3", [], 1]])],
  ["minimal 331", theory(group("SU3 SU3L U1X"), THREE_31)],
  [
    "27 of E6",
    theory(STANDARD_GROUP, [
      ...sm(1),
      ["1,1", [0], 2],
      ["3,1", [-2], 1],
      ["3b,1", [2], 1],
      ["1,2", [3], 1],
      ["1,2", [-3], 1],
    ]),
  ],
  ["vectorlike leptons", theory(STANDARD_GROUP, [["1,2", [-3], 1], ["1,2", [3], 1]])],
  ["vectorlike quarks", theory(STANDARD_GROUP, [["3,1", [-2], 1], ["3b,1", [2], 1]])],
  ["Standard Model with higgsinos", theory(STANDARD_GROUP, [...sm(1), ["1,2", [3], 1], ["1,2", [-3], 1]])],
  ["chiral U(1) with five fermions", theory(group("U1", 1), [1, 5, -7, -8, 9].map((q): Row => ["", [q], 1]))],
  ["sextet and seven antitriplets", theory(group("SU3"), [["6", [], 1], ["3b", [], 7]])],
];

Deno.test("every consistent theory of the literature has exactly vanishing anomalies, built from tuples", () => {
  for (const [name, subject] of CONSISTENT) assert.deepEqual(violations(subject), [], name);
});

Deno.test("every known theory has exactly vanishing anomalies, built from its string", () => {
  for (const { name, dialect, text } of KNOWN_THEORIES) {
    const { theory: subject } = parseTheory(encode(text), { ...freeLimits(dialect) });
    assert.deepEqual(violations(subject), [], name);
  }
});

Deno.test("the inconsistent theories of the literature fail by exactly the known amounts", () => {
  const failing: readonly (readonly [string, Theory, readonly string[]])[] = [
    ["B−L without ν^c", theory(TWO_U1, withX(B_MINUS_L)), ["grav^2 U1X = -1", "U1X^3 = -1"]],
    ["B−L without ν^c, 3 generations", theory(TWO_U1, withX(B_MINUS_L, 3)), ["grav^2 U1X = -3", "U1X^3 = -3"]],
    ["10 of SU(5) alone", theory(group("SU5"), [["10", [], 1]]), ["SU5^3 = 1"]],
    ["5̄ of SU(5) alone", theory(group("SU5"), [["5b", [], 1]]), ["SU5^3 = -1"]],
    [
      "one higgsino",
      theory(STANDARD_GROUP, [...sm(1), ["1,2", [3], 1]]),
      ["SU2^2 U1 = 1/4", "grav^2 U1 = 1", "U1^3 = 1/4", "Witten SU2 = 1"],
    ],
    ["no positron", theory(STANDARD_GROUP, sm(1).slice(0, 4)), ["grav^2 U1 = -1", "U1^3 = -1"]],
    ["quarks only", theory(STANDARD_GROUP, sm(1).slice(0, 3)), ["SU2^2 U1 = 1/4", "U1^3 = -3/4", "Witten SU2 = 1"]],
    ["a neutral doublet", theory(STANDARD_GROUP, [...sm(1), ["1,2", [0], 1]]), ["Witten SU2 = 1"]],
    [
      "a second quark doublet",
      theory(STANDARD_GROUP, [...sm(1), ["3,2", [1], 1]]),
      ["SU3^3 = 2", "SU3^2 U1 = 1/6", "SU2^2 U1 = 1/4", "grav^2 U1 = 1", "U1^3 = 1/36", "Witten SU2 = 1"],
    ],
  ];
  for (const [name, subject, expected] of failing) assert.deepEqual(violations(subject), expected, name);
});

Deno.test("the same failures appear when the theories are written as strings", () => {
  const read = (fields: string) => parseTheory(encode(`BOS SU3 SU2 U1 ${fields} EOS`), freeLimits(STANDARD)).theory;
  const quarks = "F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1";
  assert.deepEqual(violations(read(quarks)), ["SU2^2 U1 = 1/4", "U1^3 = -3/4", "Witten SU2 = 1"]);
  assert.deepEqual(violations(read(`F c1 w2 y-3 n1 ${quarks}`)), ["grav^2 U1 = -1", "U1^3 = -1"]);
  assert.deepEqual(violations(read(`F c1 w1 y6 n1 F c1 w2 y-3 n1 F c1 w2 y0 n1 ${quarks}`)), ["Witten SU2 = 1"]);
  const doubled = "F c1 w1 y6 n1 F c1 w2 y-3 n1 F c3 w2 y1 n2 F c3b w1 y-4 n1 F c3b w1 y2 n1";
  assert.equal(violations(read(doubled)).length, 6);
});

Deno.test("a theory with two copies of a neutral doublet is safe, and SU(3)³ is seen where the other conditions are blind", () => {
  assert.deepEqual(violations(theory(STANDARD_GROUP, [["1,2", [0], 2]])), []);
  assert.deepEqual(violations(theory(STANDARD_GROUP, [["3,2", [5], 1], ["3,2", [-5], 1]])), ["SU3^3 = 4"]);
});

Deno.test("anomalies vanish for T ⊕ conj T, ignore the fields' order, flip under conjugation and scale with the charge", () => {
  const rows: Row[] = [["3,2", [5], 2], ["6,1", [-1], 1], ["8,3", [4], 3], ["3b,2", [-7], 1], ["1,2", [2], 2]];
  const subject = theory(STANDARD_GROUP, rows);
  const conjugate = { ...subject, fields: subject.fields.map((f): Field => ({ ...f, ...conjugateMultiplet(f) })) };
  const numerators = (t: Theory) => anomalySums(t).map(({ numerator }) => numerator);
  assert.ok(numerators(subject).every((n) => n !== 0));
  assert.ok(numerators({ ...subject, fields: [...subject.fields, ...conjugate.fields] }).every((n) => n === 0));
  assert.deepEqual(numerators({ ...subject, fields: subject.fields.toReversed() }), numerators(subject));
  anomalySums(conjugate).forEach(({ condition, numerator }, k) => {
    const sign = condition.kind === "witten" ? 1 : -1;
    assert.equal(numerator, sign * numerators(subject)[k]!, condition.name);
  });
  const doubled = theory(STANDARD_GROUP, rows.map(([irreps, [y], n]): Row => [irreps, [2 * y!], n]));
  anomalySums(doubled).forEach(({ condition, numerator }, k) =>
    assert.equal(numerator, 2 ** condition.abelian.length * numerators(subject)[k]!, condition.name)
  );
});

Deno.test("every anomaly is the sum of its contributions", () => {
  for (const { contributions, numerator, condition } of anomalySums(theory(STANDARD_GROUP, sm(3).slice(0, 3)))) {
    const sum = contributions.reduce((a, b) => a + b, 0);
    assert.equal(condition.kind === "witten" ? sum % 2 : sum, numerator);
  }
});

Deno.test("brute force over hypercharges finds 17 solutions among 371,293 and 23 among 2,476,099, four of each non-trivial", () => {
  const content = theory(STANDARD_GROUP, sm(1)).fields;
  for (const [bound, assignments, solutions] of [[6, 371_293, 17], [9, 2_476_099, 23]] as const) {
    const found = enumerateCharges(STANDARD_GROUP, content, 0, bound);
    assert.equal(found.assignments, assignments);
    assert.equal(found.solutions.length, solutions);
    const nontrivial = found.solutions.filter(([q]) => q !== 0);
    assert.deepEqual(nontrivial, [[-1, -2, 4, 3, -6], [-1, 4, -2, 3, -6], [1, -4, 2, -3, 6], [1, 2, -4, -3, 6]]);
    if (bound === 6) {
      const shares = found.satisfied.map((n) => n / assignments);
      assert.deepEqual(
        [shares[0]!.toFixed(3), shares[1]!.toFixed(3), shares[2]!.toFixed(4), shares[3]!.toFixed(5)],
        ["0.923", "0.073", "0.0042", "0.00008"],
      );
      assert.equal(found.satisfied[4], 17);
    }
  }
});

Deno.test("with a right-handed neutrino there are 197 solutions among 4,826,809, 28 with a charged quark doublet", () => {
  const content = theory(STANDARD_GROUP, [...sm(1), ["1,1", [0], 1]]).fields;
  const found = enumerateCharges(STANDARD_GROUP, content, 0, 6);
  assert.equal(found.assignments, 4_826_809);
  assert.equal(found.solutions.length, 197);
  assert.equal(found.solutions.filter(([q]) => q !== 0).length, 28);
});

Deno.test("seven copies of a field are written as four and three", () => {
  const { fields } = theory(group("SU3"), [["3b", [], 7], ["6", [], 1]]);
  assert.deepEqual(fieldTokens(fields, [2]), encode("F c3b n4 F c3b n3 F c6 n1"));
});
