/**
 * The exact posterior over linear Gaussian DAGs as a {@linkcode Surrogate}: parents of the target, and the total effect of
 * every variable on it.
 */

import type { Beliefs, Observation, PublicProblems } from "../../environment/mod.ts";
import { createRegimeSums, type RegimeSums } from "../../numeric/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { Surrogate } from "../types.ts";
import { drawEffects } from "./draw.ts";
import type { FamilyMasks, FamilyOptions } from "./families.ts";
import { createPosteriorSolver, type PosteriorSolver } from "./posterior.ts";
import { addRowsInto } from "./scatter.ts";
import { z } from "zod";
import type { SurrogateKind } from "../kind.ts";

/** Most variables: time and memory grow as 3ⁿ and 2ⁿ n³. */
export const EXACT_LIMIT = 10;

/** Everything that can be chosen about the exact posterior. */
export interface ExactOptions extends Omit<FamilyOptions, "masks"> {
  /** Whether one joint draw of all total effects is made after each update, for Thompson sampling. */
  readonly draw: boolean;
  /**
   * `[variables, variables]` from cause to effect: 1 an edge that is known to be there, −1 one that is known not to be, 0 open.
   * Posteriors then speak of problems with as many variables alone.
   */
  readonly known?: Int8Array;
}

/** The defaults: every DAG is equally probable before any data. */
export const EXACT_DEFAULTS: ExactOptions = { score: "bge", edgeOdds: 1, meanRows: 1, freedom: 2, draw: false };

const exactOptions = {
  score: z.enum(["bge", "bic"]).default("bge").describe("of a variable and its parents"),
  edge_odds: z.number().positive().default(1).describe(
    "prior odds of an edge against none; 1: every DAG is equally probable",
  ),
  mean_rows: z.number().positive().default(1).describe("rows that the prior mean counts as"),
  freedom: z.number().gt(1).default(2).describe("degrees of freedom of the prior covariance beyond the variables"),
};

/** The exact posterior as configs know it. */
export const exact: SurrogateKind<"exact", typeof exactOptions> = {
  name: "exact",
  summary: `posterior over all DAGs, up to ${EXACT_LIMIT} variables`,
  options: exactOptions,
  privileged: false,
  knowsEffects: true,
  create: ({ score, edge_odds, mean_rows, freedom }) =>
    createExactSurrogate({ score, edgeOdds: edge_odds, meanRows: mean_rows, freedom }),
};

/**
 * The posterior over all linear Gaussian DAGs (Koivisto & Sood 2004; Tian & He 2009), up to ten variables.
 * @throws RangeError for edge odds or rows of the prior mean that are not positive, or degrees of freedom not above 1; its
 * trackers refuse problems of more than {@linkcode EXACT_LIMIT} variables
 */
export function createExactSurrogate(changes: Partial<ExactOptions> = {}): Surrogate {
  const options = { ...EXACT_DEFAULTS, ...changes };
  checkOptions(options);
  const solvers = new Map<number, PosteriorSolver>();
  const solverFor = (nodes: number): PosteriorSolver => {
    const solver = solvers.get(nodes) ?? createPosteriorSolver(nodes);
    solvers.set(nodes, solver);
    return solver;
  };
  return {
    name: "exact",
    privileged: false,
    track(problems, streams) {
      const widest = problems.sizes.reduce((a, b) => Math.max(a, b), 0);
      if (widest > EXACT_LIMIT) {
        throw new RangeError(
          `The exact posterior over DAGs takes at most ${EXACT_LIMIT} variables, not ${widest}: use neural or active`,
        );
      }
      const tracked = Array.from(problems.sizes, (size, e): TrackedEpisode => {
        const order = targetLast(size, problems.targets[e]);
        return {
          order,
          sums: createRegimeSums(order.length),
          options: { ...options, ...(options.known === undefined ? {} : { masks: masksOf(options.known, order) }) },
          stream: streams[e],
        };
      });
      return {
        update(observation) {
          const beliefs = emptyBeliefs(problems, options.draw);
          tracked.forEach((episode, e) => {
            addRowsInto(episode.sums, observation, e, episode.order);
            believeInto(beliefs, observation, e, episode, solverFor(episode.order.length));
          });
          return beliefs;
        },
      };
    },
  };
}

/** The variables in label order, the target moved to the end. */
function targetLast(size: number, target: number): Int32Array {
  return Int32Array.from([...Array(size).keys()].filter((v) => v !== target).concat(target));
}

/**
 * What is known of a graph's edges as masks of its nodes.
 * @param order the variable of each node
 * @throws RangeError for another number of variables
 */
function masksOf(known: Int8Array, order: Int32Array): FamilyMasks {
  const nodes = order.length;
  if (known.length !== nodes * nodes) {
    throw new RangeError(`Edges between ${Math.sqrt(known.length)} variables are known, of a problem with ${nodes}`);
  }
  const mask = (isIn: (edge: number) => boolean) =>
    Int32Array.from(
      order,
      (child) =>
        order.reduce(
          (set, parent, k) => set | (parent !== child && isIn(known[parent * nodes + child]) ? 1 << k : 0),
          0,
        ),
    );
  return { must: mask((edge) => edge > 0), may: mask((edge) => edge >= 0) };
}

type Writable = Required<Beliefs> & { readonly effect: { readonly offset: Float64Array } };

function emptyBeliefs({ episodes, width }: PublicProblems, draw: boolean): Writable {
  const cells = () => new Float64Array(episodes * width);
  return {
    parent: cells(),
    entropy: new Float64Array(episodes),
    effect: { mean: cells(), sd: cells(), offset: cells(), ...(draw ? { draw: cells() } : {}) },
  };
}

/** One episode of a batch: the variable of each node, its rows so far, and where its draws come from. */
interface TrackedEpisode {
  readonly order: Int32Array;
  readonly sums: RegimeSums;
  readonly options: FamilyOptions;
  readonly stream: Stream;
}

/** Writes the posterior of one episode, in the variables' own units and order. */
function believeInto(
  { parent, entropy, effect }: Writable,
  { problems, statistics }: Observation,
  e: number,
  { order, sums, options, stream }: TrackedEpisode,
  solver: PosteriorSolver,
): void {
  const { effects, ...posterior } = solver.solve(sums, options);
  const vector = e * problems.width;
  const unitOf = (variable: number) =>
    statistics.spread[vector + problems.targets[e]] / statistics.spread[vector + variable];
  entropy[e] = posterior.entropy;
  for (let i = 0; i < order.length - 1; i++) {
    const mean = effects.mean[i];
    const unit = unitOf(order[i]);
    parent[vector + order[i]] = posterior.parent[i];
    effect.mean[vector + order[i]] = mean * unit;
    effect.sd[vector + order[i]] = Math.sqrt(Math.max(0, effects.second[i] - mean * mean)) * unit;
    effect.offset[vector + order[i]] = effects.level[i] * statistics.spread[vector + problems.targets[e]];
  }
  if (effect.draw === undefined) return;
  const drawn = drawEffects(solver.work, sums, options, stream.child(sums.rows));
  for (let i = 0; i < order.length - 1; i++) effect.draw[vector + order[i]] = drawn[i] * unitOf(order[i]);
}

function checkOptions({ edgeOdds, meanRows, freedom }: ExactOptions): void {
  const refuse = (name: string, value: number, what: string) => {
    throw new RangeError(`Cannot believe in DAGs with ${name} = ${value}: ${what}`);
  };
  if (!(edgeOdds > 0 && Number.isFinite(edgeOdds))) refuse("edgeOdds", edgeOdds, "finite odds above 0 were expected");
  if (!(meanRows > 0 && Number.isFinite(meanRows))) {
    refuse("meanRows", meanRows, "a finite number above 0 was expected");
  }
  if (!(freedom > 1 && Number.isFinite(freedom))) refuse("freedom", freedom, "a finite number above 1 was expected");
}
