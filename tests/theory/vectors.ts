/** Builds theories from tuples, for the anomaly vectors of the literature. */

import { anomalySums, anomalyValue } from "../../lib/theory/physics/anomaly.ts";
import type { Field, GaugeFactor, GaugeGroup, Theory } from "../../lib/theory/physics/gauge.ts";
import { formatRational } from "../../lib/theory/physics/exact.ts";
import { irrep } from "../../lib/theory/physics/representation.ts";

/** A group such as `"SU3 SU2 U1"`; U(1)s have the given unit. */
export function group(text: string, unit = 6): GaugeGroup {
  const factors = text.split(" ").map((name): GaugeFactor =>
    name.startsWith("SU") ? { kind: "SU", name, n: Number(name[2]) } : { kind: "U1", name, unit }
  );
  const simple = factors.filter((factor) => factor.kind === "SU");
  return {
    factors,
    embedding: {
      weights: simple.map(({ n }) => new Array<number>(n).fill(0)),
      charges: factors.filter((factor) => factor.kind === "U1").map(() => 0),
    },
  };
}

const LABELS: Readonly<Record<string, readonly number[]>> = {
  "2:1": [0],
  "2:2": [1],
  "2:3": [2],
  "3:1": [0, 0],
  "3:3": [1, 0],
  "3:3b": [0, 1],
  "3:6": [2, 0],
  "3:8": [1, 1],
  "4:1": [0, 0, 0],
  "4:4": [1, 0, 0],
  "4:4b": [0, 0, 1],
  "5:1": [0, 0, 0, 0],
  "5:5b": [0, 0, 0, 1],
  "5:10": [0, 1, 0, 0],
};

/** One fermion row: irreps such as `"3b,2"`, charges in the U(1)s' units, copies. */
export type Row = readonly [string, readonly number[], number];

export function theory(gauge: GaugeGroup, rows: readonly Row[]): Theory {
  const simple = gauge.factors.filter((factor) => factor.kind === "SU");
  const fields = rows.map(([irreps, charges, multiplicity]): Field => ({
    kind: "fermion",
    irreps: simple.map(({ n }, f) => irrep(n, LABELS[`${n}:${irreps.split(",")[f]}`]!)),
    charges,
    multiplicity,
  }));
  return { group: gauge, vevs: [], fields };
}

/** The anomalies that are not zero, as `name = value`. */
export function violations(subject: Theory): readonly string[] {
  return anomalySums(subject).filter(({ numerator }) => numerator !== 0)
    .map((sum) => `${sum.condition.name} = ${formatRational(anomalyValue(sum))}`);
}
