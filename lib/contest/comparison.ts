/** One or several trained policies against baselines on the same held-out problems. */

import {
  judgeFamily,
  type Judgement,
  type MethodResults,
  METRIC_NAMES,
  type MetricName,
  METRICS,
  type MetricSummary,
  summariseDifference,
} from "../evaluation/mod.ts";
import type { Say } from "../runs/mod.ts";
import { CLAIM_LEVEL, plannedOpponents } from "./plan.ts";
import { play, ranked } from "./play.ts";
import type { Players } from "./threads/players.ts";
import type { Arena, Contestant, Played } from "./types.ts";

/** The first policy less another method. */
export interface PairedDifference {
  readonly opponent: string;
  /** Paired by problem. */
  readonly difference: MetricSummary;
  /**
   * What each metric's test shows, corrected over the planned opponents (a metric that some problem set has no value of is
   * left out); null for a method that no comparison was planned with.
   */
  readonly judgements: Readonly<Partial<Record<MetricName, Judgement>>> | null;
}

/** Everything that a comparison of policies with baselines found. */
export interface PolicyComparison {
  /** Trained policies, then what is not trained, the best first. */
  readonly methods: readonly Played[];
  /** The first policy less each other method that knows no answer: the planned ones first. */
  readonly differences: readonly PairedDifference[];
  readonly problems: number;
  /** How many SCMs the problems are: fewer where some are repeated with other noise. */
  readonly scms: number;
  /** What a reader must know beside the numbers, in Markdown: how the baselines were tuned, whether the SCMs are known. */
  readonly notes?: readonly string[];
}

/**
 * Plays all and compares the first policy with the planned opponents and every further policy.
 * @param opponents names of baselines; null takes the strong ones that play (see {@linkcode plannedOpponents})
 * @throws ConfigError for an opponent that does not play
 */
export function comparePolicies(
  contestants: readonly Contestant[],
  arena: Arena,
  opponents: readonly string[] | null,
  say?: Say,
): PolicyComparison {
  const planned = plannedOpponents(contestants, opponents);
  const methods = ranked(play(contestants, arena, say));
  const [first, ...others] = methods.filter(({ role }) => role === "policy");
  const isPlanned = (method: Played) => others.includes(method) || planned.includes(method.name);
  const competitors = methods.filter(({ role }) => role !== "bound" && role !== "untrained")
    .filter((method) => method !== first)
    .toSorted((a, b) => Number(isPlanned(b)) - Number(isPlanned(a)));
  return {
    methods,
    differences: first === undefined ? [] : judged(first.results, competitors, isPlanned),
    problems: arena.problems.length,
    scms: new Set(arena.problems.map(({ scm }) => scm)).size,
  };
}

/**
 * {@linkcode comparePolicies} on several threads.
 * @throws ConfigError for an opponent that does not play, before anything is played
 */
export async function comparePoliciesOn(
  players: Players,
  contestants: readonly Contestant[],
  arena: Arena,
  opponents: readonly string[] | null,
  say: Say,
): Promise<PolicyComparison> {
  plannedOpponents(contestants, opponents);
  return comparePolicies(await players.ahead(contestants, arena, say), arena, opponents);
}

/** Each metric is a family of its own: the planned comparisons by it are corrected together. */
function judged(
  policy: MethodResults,
  competitors: readonly Played[],
  isPlanned: (method: Played) => boolean,
): PairedDifference[] {
  const differences = competitors.map((method) => ({
    method,
    difference: summariseDifference(policy, method.results),
  }));
  const family = differences.filter(({ method }) => isPlanned(method));
  const judgements = new Map(
    METRIC_NAMES.filter((name) => family.every(({ difference }) => !Number.isNaN(difference[name].standardError)))
      .map((name) => {
        const own = family.map(({ difference }) => difference[name]);
        return [name, judgeFamily(own, METRICS[name].better, CLAIM_LEVEL)] as const;
      }),
  );
  return differences.map(({ method, difference }, i) => ({
    opponent: method.name,
    difference,
    judgements: isPlanned(method) ? Object.fromEntries(Array.from(judgements, ([name, all]) => [name, all[i]])) : null,
  }));
}
