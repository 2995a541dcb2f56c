/** What a task asks beyond consistency. Each goal measures how far a theory falls short, from 0 (met) to 1. */

import { abelianFactors, chiralRemainder, fermions, simpleFactors } from "../physics/mod.ts";
import type { WrittenField } from "./notation.ts";
import { multipletTokens, type ParsedTheory } from "./text.ts";

/** One requirement on a finished theory. */
export interface Goal {
  readonly name: string;
  /** What a full shortfall costs in the reward; positive. */
  readonly weight: number;
  /** 0 exactly when the goal is met, at most 1. */
  shortfall(parsed: ParsedTheory): number;
}

/**
 * Every declared factor acts on a fermion of the chiral remainder. It rejects sterile singlets, vectorlike matter, and
 * chiral matter under one factor padded with vectorlike matter under another.
 */
export const CHIRAL_UNDER_ALL: Goal = {
  name: "chiral under every factor",
  weight: 2,
  shortfall: ({ theory }) => {
    const remainder = chiralRemainder(theory);
    const acting = [
      ...simpleFactors(theory.group).map((_, f) => remainder.some((field) => field.irreps[f]!.dimension > 1)),
      ...abelianFactors(theory.group).map((_, a) => remainder.some((field) => field.charges[a] !== 0)),
    ];
    return acting.filter((acts) => !acts).length / acting.length;
  },
};

/** The first U(1) acts on the first fermion of the template (the quark doublet). */
export const CHARGED_QUARK_DOUBLET: Goal = {
  name: "the quark doublet is charged",
  weight: 1,
  shortfall: ({ theory }) => fermions(theory)[0]?.charges[0] === 0 ? 1 : 0,
};

/** The second U(1)'s charges are not a multiple of the first's (zero included). */
export const INDEPENDENT_CHARGES: Goal = {
  name: "the second charge is independent of the first",
  weight: 1,
  shortfall: ({ theory }) => {
    const charges = fermions(theory).map((field) => field.charges);
    const independent = charges.some(([y, x]) => charges.some(([v, w]) => y! * w! !== v! * x!));
    return independent ? 0 : 1;
  },
};

/**
 * The added fermions are vectorlike, and at least one of them is a complex multiplet that needs its partner. What is not
 * vectorlike costs little here, because anomalies and light states charge for it as well: so a lone complex field is worth
 * more than a neutral one, and its partner completes it.
 */
export const VECTORLIKE_ADDITION: Goal = {
  name: "a vectorlike pair is added",
  weight: 1,
  shortfall: ({ theory, given }) => {
    const added = fermions({ ...theory, fields: theory.fields.slice(given) });
    if (added.length === 0) return 1;
    const complex = added.some((field) => chiralRemainder({ ...theory, fields: [field] }).length > 0);
    const vectorlike = chiralRemainder({ ...theory, fields: added }).length === 0;
    return (complex ? 0 : 0.75) + (vectorlike ? 0 : 0.25);
  },
};

/** Goals that a task of one's own can name. */
export const OWN_GOALS = {
  chiral: CHIRAL_UNDER_ALL,
  vectorlike_addition: VECTORLIKE_ADDITION,
  independent_charges: INDEPENDENT_CHARGES,
  charged_first: CHARGED_QUARK_DOUBLET,
} as const satisfies Readonly<Record<string, Goal>>;

/** One of them. */
export type OwnGoalName = keyof typeof OWN_GOALS;

/** The theory has these fermions, each at least as often as asked. The shortfall is the share of missing copies. */
export function withFields(wanted: readonly WrittenField[], factors: readonly number[]): Goal {
  const asked = wanted.map(({ tokens, copies }) => ({ key: tokens.join(), copies }));
  const total = asked.reduce((sum, { copies }) => sum + copies, 0);
  return {
    name: "contains the fields that are asked for",
    weight: 1,
    shortfall: ({ theory }) => {
      const copies = new Map<string, number>();
      for (const field of fermions(theory)) {
        const key = multipletTokens(field, factors).join();
        copies.set(key, (copies.get(key) ?? 0) + field.multiplicity);
      }
      const missing = asked.reduce((sum, one) => sum + Math.max(0, one.copies - (copies.get(one.key) ?? 0)), 0);
      return missing / total;
    },
  };
}
