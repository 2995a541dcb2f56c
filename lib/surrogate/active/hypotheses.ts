/** The hypotheses that the active surrogate weighs, and how many of them there are. */

import { type CandidateSets, candidateSets, type EvidencePrior } from "./evidence.ts";

/** Everything that can be chosen about the active surrogate. */
export interface ActiveOptions {
  /**
   * η of the gradient step after each intervention: 1 is Bayes' rule over the hypotheses, less stays more open (the tempered
   * posterior of Grünwald 2012).
   */
  readonly learningRate: number;
  /** Most parent sets: hypotheses have as many parents as this allows, all of them up to 9 candidates. */
  readonly maximumSets: number;
  /** Variables that may be parents at all: with more, those that the observational rows speak for most. */
  readonly maximumCandidates: number;
  /** Number of parents expected before any data; a variable's prior probability is at most 0.3. */
  readonly expectedParents: number;
  /** Prior odds of being an effect of the target against being a parent. */
  readonly effectOdds: number;
  readonly regression: EvidencePrior;
}

/** The defaults, chosen by log-loss and F1 on validation problems of the `linear` track. */
export const ACTIVE_DEFAULTS: ActiveOptions = {
  learningRate: 0.8,
  maximumSets: 800,
  maximumCandidates: 12,
  expectedParents: 2,
  effectOdds: 0.5,
  regression: { precision: 0.25, interceptPrecision: 0.01, shape: 0.5, scale: 0.1 },
};

/** Hypotheses about one number of candidates, shared by all episodes that have it. */
export interface Hypotheses {
  readonly candidates: number;
  /** Prior probability of being a parent, apart from the bound on the number of parents. */
  readonly parentPrior: number;
  readonly sets: CandidateSets;
  /**
   * `[candidates + 1, sets]` log prior up to a constant. Hypothesis (e, s): the parents are set s, and candidate e − 1 is an
   * effect (e = 0: none is). −∞ where a variable would be both.
   */
  readonly logPrior: Float64Array;
}

/** All hypotheses about `candidates` variables. */
export function hypothesesOf(candidates: number, options: ActiveOptions): Hypotheses {
  const sets = candidateSets(candidates, largestSize(candidates, options.maximumSets));
  const count = sets.members.length;
  const parent = Math.min(0.3, options.expectedParents / Math.max(1, candidates));
  const effect = options.effectOdds * parent;
  const neither = 1 - parent - effect;
  const logPrior = new Float64Array((candidates + 1) * count);
  for (let e = 0; e <= candidates; e++) {
    sets.members.forEach((members, s) => {
      const both = e > 0 && (members >> (e - 1) & 1) === 1;
      logPrior[e * count + s] = both
        ? -Infinity
        : sizeOf(members) * Math.log(parent / neither) + (e === 0 ? 0 : Math.log(effect / neither));
    });
  }
  return { candidates, parentPrior: parent, sets, logPrior };
}

/** The largest number of members, at least 1, up to which there are at most `most` sets. */
function largestSize(candidates: number, most: number): number {
  let sets = 1;
  let ofThisSize = 1;
  for (let size = 1; size <= candidates; size++) {
    ofThisSize *= (candidates - size + 1) / size;
    sets += ofThisSize;
    if (sets > most) return Math.max(1, size - 1);
  }
  return candidates;
}

/** Number of ones of a mask. */
function sizeOf(members: number): number {
  let size = 0;
  for (let rest = members; rest !== 0; rest &= rest - 1) size++;
  return size;
}
