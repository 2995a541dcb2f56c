/**
 * The report of one theory as data: its fields, each anomaly as the sum of what every field gives, its derived interactions,
 * its massless states and the verdict. Everything in it can be checked by hand.
 */

import {
  anomalyValue,
  CHARGE_UNIT,
  fermions,
  formatRational,
  type Interaction,
  multipletDimension,
  multipletName,
  rational,
  renormalisableInteractions,
  Spectrometer,
} from "../physics/mod.ts";
import {
  contentKey,
  decode,
  describeFermions,
  knownContents,
  printTheory,
  type Prompt,
  readTheory,
} from "../language/mod.ts";
import type { TheoryScorer } from "./reward.ts";

/** One field in a report. */
export interface FieldLine {
  readonly kind: string;
  readonly name: string;
  readonly multiplicity: number;
  readonly components: number;
}

/** One anomaly written out. */
export interface AnomalyLine {
  readonly name: string;
  /** Exact value; for Witten the sum modulo 2. */
  readonly value: string;
  /** What each fermion gives; empty contributions are left out. */
  readonly contributions: readonly { readonly field: string; readonly value: string }[];
  /** `1/2 − 1/2 = 0` */
  readonly sum: string;
}

/** Massless states of one electric charge and colour. */
export interface MasslessLine {
  readonly charge: string;
  readonly coloured: boolean;
  readonly states: number;
  readonly massless: number;
}

/** The report of a theory. */
export interface TheoryProof {
  readonly string: string;
  readonly canonical: string;
  /** The name of the known theory with the same fermions, or undefined. */
  readonly known: string | undefined;
  /** The fermions, `(3,2)_1/6 + …`, as written and with the signs of the known theory. */
  readonly fermions: string;
  readonly literature: string | undefined;
  readonly contentKey: string;
  readonly fields: readonly FieldLine[];
  readonly vacuum: readonly string[];
  readonly anomalies: readonly AnomalyLine[];
  readonly interactions: readonly Interaction[];
  readonly massless: readonly MasslessLine[];
  readonly goals: readonly { readonly name: string; readonly met: boolean }[];
  readonly reward: number;
  readonly success: boolean;
}

const KIND_NAMES = {
  fermion: "left-handed fermion",
  complexScalar: "complex scalar",
  realScalar: "real scalar",
} as const;

function writtenSum(parts: readonly string[], total: string): string {
  if (parts.length === 0) return `0 = ${total}`;
  const [first, ...rest] = parts;
  const signed = rest.map((part) => part.startsWith("-") ? `− ${part.slice(1)}` : `+ ${part}`);
  return `${[first.replace("-", "−"), ...signed].join(" ")} = ${total.replace("-", "−")}`;
}

/** The report of a legal, finished string of a prompt. Costs one score call. */
export function proveTheory(tokens: ArrayLike<number>, prompt: Prompt, scorer: TheoryScorer): TheoryProof {
  const { theory } = readTheory(tokens, prompt.limits.dialect);
  const verdict = scorer.score(tokens, prompt);
  const matter = fermions(theory);
  const name = (multiplet: Parameters<typeof multipletName>[0]) => multipletName(multiplet, theory.group);
  const anomalies = verdict.anomalies.map((anomaly): AnomalyLine => {
    const { condition, contributions } = anomaly;
    const lines = contributions.flatMap((numerator, f) =>
      numerator === 0
        ? []
        : [{ field: name(matter[f]), value: formatRational(rational(numerator, condition.denominator)) }]
    );
    const value = formatRational(anomalyValue(anomaly));
    const modulo = condition.kind === "witten" ? " (mod 2)" : "";
    return {
      name: condition.name,
      value,
      contributions: lines,
      sum: writtenSum(lines.map((line) => line.value), value) + modulo,
    };
  });
  const key = contentKey(theory);
  const known = knownContents().get(key);
  return {
    string: decode(tokens),
    canonical: decode(printTheory(theory)),
    known: known?.name,
    fermions: describeFermions(theory),
    literature: known?.fermions,
    contentKey: key,
    fields: theory.fields.map((field) => ({
      kind: KIND_NAMES[field.kind],
      name: name(field),
      multiplicity: field.multiplicity,
      components: multipletDimension(field),
    })),
    vacuum: theory.vevs.map(name),
    anomalies,
    interactions: renormalisableInteractions(theory),
    massless: new Spectrometer(theory.group).spectrum(theory).sectors.filter(({ massless }) => massless > 0).map((
      sector,
    ) => ({
      charge: formatRational(rational(sector.charge, CHARGE_UNIT)),
      coloured: sector.colour[0] !== 0 || sector.colour[1] !== 0,
      states: sector.states,
      massless: sector.massless,
    })),
    goals: scorer.task.goals.map((goal, j) => ({ name: goal.name, met: verdict.shortfalls[j] === 0 })),
    reward: verdict.reward,
    success: verdict.success,
  };
}
