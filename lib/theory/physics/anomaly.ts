/**
 * Gauge and gravitational anomalies, exact. For left-handed fermions of multiplicity m with the product of the other
 * factors' dimensions `rest`: SU(N)³ = Σ m·rest·A(R); SU(N)²U(1) = Σ m·rest·T(R)·q; grav²U(1) = Σ m·dim·q;
 * U(1)_aU(1)_bU(1)_c = Σ m·dim·q_a·q_b·q_c; Witten (Phys. Lett. B 117 (1982) 324) = Σ m·rest·2T(R) mod 2 for each SU(2).
 */

import { checked, type Rational, rational } from "./exact.ts";
import { fermions, type Field, type GaugeGroup, type Theory } from "./gauge.ts";

/** Which triangle (or global) anomaly a condition is. */
export type AnomalyKind = "cubic" | "mixed" | "gravitational" | "abelian" | "witten";

/** One condition that a consistent theory of a group must satisfy. */
export interface AnomalyCondition {
  readonly kind: AnomalyKind;
  /** `SU3^3`, `SU2^2 U1`, `grav^2 U1`, `U1^2 U1X`, `Witten SU2`. */
  readonly name: string;
  /** Position among the SU factors, −1 where none takes part. */
  readonly simple: number;
  /** Positions among the U(1) factors. */
  readonly abelian: readonly number[];
  /** The anomaly is an integer divided by this. */
  readonly denominator: number;
}

/** An anomaly as the sum of what each fermion field gives; all integers over the condition's denominator. */
export interface AnomalySum {
  readonly condition: AnomalyCondition;
  /** `[fermions]` */
  readonly contributions: readonly number[];
  /** Their sum (mod 2 for Witten); 0 exactly when the condition holds. */
  readonly numerator: number;
}

function powers(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.map((name) => {
    const times = names.filter((other) => other === name).length;
    return times === 1 ? name : `${name}^${times}`;
  }).join(" ");
}

/** All conditions of a gauge group in a fixed order. */
export function anomalyConditions(group: GaugeGroup): readonly AnomalyCondition[] {
  const simple = group.factors.filter((factor) => factor.kind === "SU");
  const abelian = group.factors.filter((factor) => factor.kind === "U1");
  const conditions: AnomalyCondition[] = [];
  simple.forEach((factor, i) => {
    if (factor.n > 2) {
      conditions.push({ kind: "cubic", name: `${factor.name}^3`, simple: i, abelian: [], denominator: 1 });
    }
  });
  simple.forEach((factor, i) =>
    abelian.forEach((charge, a) =>
      conditions.push({
        kind: "mixed",
        name: `${factor.name}^2 ${charge.name}`,
        simple: i,
        abelian: [a],
        denominator: 2 * charge.unit,
      })
    )
  );
  abelian.forEach((charge, a) =>
    conditions.push({
      kind: "gravitational",
      name: `grav^2 ${charge.name}`,
      simple: -1,
      abelian: [a],
      denominator: charge.unit,
    })
  );
  abelian.forEach((first, a) =>
    abelian.forEach((second, b) =>
      abelian.forEach((third, c) => {
        if (a > b || b > c) return;
        conditions.push({
          kind: "abelian",
          name: powers([first.name, second.name, third.name]),
          simple: -1,
          abelian: [a, b, c],
          denominator: first.unit * second.unit * third.unit,
        });
      })
    )
  );
  simple.forEach((factor, i) => {
    if (factor.n === 2) {
      conditions.push({ kind: "witten", name: `Witten ${factor.name}`, simple: i, abelian: [], denominator: 1 });
    }
  });
  return conditions;
}

/** What one fermion field gives to a condition, over its denominator. */
export function anomalyContribution(condition: AnomalyCondition, field: Field): number {
  let value = field.multiplicity;
  for (let i = 0; i < field.irreps.length; i++) {
    const representation = field.irreps[i];
    if (representation === undefined) continue;
    if (i !== condition.simple) value *= representation.dimension;
    else value *= condition.kind === "cubic" ? representation.cubicIndex : representation.twiceIndex;
  }
  for (const a of condition.abelian) value *= field.charges[a] ?? 0;
  return checked(value + 0, condition.name);
}

/** Every anomaly of a theory with each field's contribution. */
export function anomalySums(
  theory: Theory,
  conditions: readonly AnomalyCondition[] = anomalyConditions(theory.group),
): readonly AnomalySum[] {
  const matter = fermions(theory);
  return conditions.map((condition) => {
    const contributions = matter.map((field) => anomalyContribution(condition, field));
    const total = contributions.reduce((sum, part) => checked(sum + part, condition.name), 0);
    return { condition, contributions, numerator: condition.kind === "witten" ? Math.abs(total) % 2 : total };
  });
}

/** The exact value of an anomaly. */
export function anomalyValue(sum: AnomalySum): Rational {
  return rational(sum.numerator, sum.condition.denominator);
}
