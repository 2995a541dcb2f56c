/** What a problem file says beside variables and target: limits, constraints, costs, a known graph, a gain worth having. */

import { z } from "zod";
import { section } from "../../config/mod.ts";
import type { Network } from "../../scm/mod.ts";
import { normalName } from "../names.ts";

/** A limit on what is measured. */
export interface OutcomeLimit {
  readonly variable: string;
  readonly min?: number;
  readonly max?: number;
  /** How probable a row must be to keep it. */
  readonly probability: number;
}

/** `min ≤ Σ weight · setting ≤ max`; a variable that is not set counts at its mean where nothing is set. */
export interface SettingConstraint {
  readonly sum: readonly { readonly variable: string; readonly weight: number }[];
  readonly min?: number;
  readonly max?: number;
}

/** What is known of the causal graph. */
export interface KnownGraph {
  /** Pairs of cause and effect. */
  readonly required: readonly (readonly [string, string])[];
  readonly forbidden: readonly (readonly [string, string])[];
  /** Variables without a cause among the others. */
  readonly roots: readonly string[];
  /** Variables of a tier have no cause in a later one; those of no tier may have any. */
  readonly tiers: readonly (readonly string[])[];
}

/** Everything of the kind. */
export interface ProblemRules {
  /** Experiments that are proposed together; left out: one. */
  readonly batch?: number;
  readonly limits?: readonly OutcomeLimit[];
  readonly constraints?: readonly SettingConstraint[];
  readonly known?: KnownGraph;
  /** What all experiments may cost together. */
  readonly budget?: number;
  /** The smallest gain of the target, in its unit, for which it is worth going on. */
  readonly worth?: number;
}

const name = z.string().min(1);
const pairs = z.array(z.tuple([name, name])).default([]);
const bounded = {
  min: z.number().optional(),
  max: z.number().optional(),
};

/** How probable a row must be to keep a limit unless the problem says otherwise. */
const PROBABILITY = 0.9;

/** The keys of a problem file. */
export const ruleKeys = {
  batch: z.int().min(1).optional().describe("experiments that are proposed together; one unless given"),
  limits: z.record(
    name,
    section({
      min: bounded.min.describe("least value"),
      max: bounded.max.describe("greatest value"),
      probability: z.number().gt(0).lt(1).default(PROBABILITY).describe("how probable a row must be to keep the limit"),
    }),
  ).optional().describe("limits on measured variables that cannot be set"),
  constraints: z.array(section({
    sum: z.record(name, z.number()).describe("variables with their weights"),
    min: bounded.min.describe("least value of the sum"),
    max: bounded.max.describe("greatest value of the sum"),
  })).optional().describe(
    "limits on weighted sums of settings; a variable that is not set counts at its mean where nothing is set",
  ),
  budget: z.number().positive().optional().describe("what all experiments may cost together, those made included"),
  worth: z.number().positive().optional().describe(
    "smallest gain of the target, in its unit, for which it is worth going on",
  ),
  known: section({
    required: pairs.describe("edges that are there, [cause, effect]"),
    forbidden: pairs.describe("edges that are not there, [cause, effect]"),
    roots: z.array(name).default([]).describe("variables without a cause among the others"),
    tiers: z.array(z.array(name).min(1)).default([]).describe(
      "groups of variables, the earliest first: none has a cause in a later group",
    ),
    file: name.optional().describe("a DOT, dagitty or GML file whose edges are there, from the problem file's folder"),
    complete: z.boolean().default(false).describe("whether the file has every edge: all others are not there then"),
  }).optional().describe("what is known of the causal graph"),
};

const entrySchema = section(ruleKeys);

/**
 * The entries of a problem file as rules.
 * @param graph what `known.file` holds; null: there is none
 * @param refuse makes the error about it
 */
export function readRules(
  entry: z.output<typeof entrySchema>,
  graph: Network | null,
  refuse: (message: string) => Error,
): ProblemRules {
  const { batch, limits, constraints, budget, worth, known } = entry;
  const ends = ({ min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }) => ({
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  });
  return {
    ...(batch === undefined ? {} : { batch }),
    ...(limits === undefined ? {} : {
      limits: Object.entries(limits).map(([variable, limit]) => ({
        variable: normalName(variable),
        ...ends(limit),
        probability: limit.probability,
      })),
    }),
    ...(constraints === undefined ? {} : {
      constraints: constraints.map(({ sum, ...rest }) => ({
        sum: Object.entries(sum).map(([variable, weight]) => ({ variable: normalName(variable), weight })),
        ...ends(rest),
      })),
    }),
    ...(budget === undefined ? {} : { budget }),
    ...(worth === undefined ? {} : { worth }),
    ...(known === undefined ? {} : { known: withGraph(knownOf(known), graph, known.complete, refuse) }),
  };
}

function knownOf({ required, forbidden, roots, tiers }: KnownGraph): KnownGraph {
  const pair = ([a, b]: readonly [string, string]) => [normalName(a), normalName(b)] as const;
  return {
    required: required.map(pair),
    forbidden: forbidden.map(pair),
    roots: roots.map(normalName),
    tiers: tiers.map((tier) => tier.map(normalName)),
  };
}

/** What a graph adds: its edges are there, and with `complete` no others between its variables. */
function withGraph(
  known: KnownGraph,
  graph: Network | null,
  complete: boolean,
  refuse: (message: string) => Error,
): KnownGraph {
  if (graph === null) {
    if (complete) throw refuse("complete speaks of a file, and none is named");
    return known;
  }
  const hidden = new Set(graph.nodes.filter(({ observed }) => !observed).map(({ name }) => name));
  const seen = graph.nodes.filter(({ observed }) => observed).map(({ name }) => name);
  const caused = graph.edges.find(({ to }) => hidden.has(to));
  if (complete && caused !== undefined) {
    throw refuse(
      `${caused.to} is hidden and has a cause: what the file leaves out may go through it, so that it is not complete`,
    );
  }
  const edges = graph.edges.filter(({ from, to }) => !hidden.has(from) && !hidden.has(to))
    .map(({ from, to }) => [from, to] as const);
  const isEdge = (from: string, to: string) => edges.some(([a, b]) => a === from && b === to);
  const absent = !complete
    ? []
    : seen.flatMap((from) => seen.filter((to) => to !== from && !isEdge(from, to)).map((to) => [from, to] as const));
  return { ...known, required: [...known.required, ...edges], forbidden: [...known.forbidden, ...absent] };
}

const storedPairs = z.array(z.tuple([name, name]));

/** The same as sessions and campaigns store it. */
export const storedRules = {
  batch: z.int().min(1).optional(),
  limits: z.array(z.strictObject({ variable: name, ...bounded, probability: z.number().gt(0).lt(1) })).optional(),
  constraints: z.array(z.strictObject({
    sum: z.array(z.strictObject({ variable: name, weight: z.number() })),
    ...bounded,
  })).optional(),
  known: z.strictObject({
    required: storedPairs,
    forbidden: storedPairs,
    roots: z.array(name),
    tiers: z.array(z.array(name)),
  }).optional(),
  budget: z.number().positive().optional(),
  worth: z.number().positive().optional(),
};
