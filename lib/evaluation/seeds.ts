/**
 * No model may be judged on problems that it was trained on. Two guards: the streams that problems were drawn from, and the
 * problems themselves, for those that were named by hand.
 */

import type { Scm } from "../scm/mod.ts";

/** Problems number `first` … `first + count − 1`, drawn from `createStream(seed)` → `path` → number. */
export interface ProblemSource {
  readonly seed: number;
  readonly path: readonly (string | number)[];
  readonly first: number;
  readonly count: number;
}

/** The problems that two sources share. */
export interface SourceOverlap {
  readonly training: ProblemSource;
  readonly test: ProblemSource;
  /** Numbers of the shared problems: `first` … `first + count − 1`. */
  readonly first: number;
  readonly count: number;
}

/** A model would be judged on problems that it was trained on. */
export class SeedOverlapError extends Error {
  constructor(readonly overlaps: readonly SourceOverlap[], model: string) {
    const [{ test, first, count }] = overlaps;
    const path = test.path.join("/");
    super(
      `${model} was trained on ${count} of the test problems: numbers ${first} to ${first + count - 1} of seed ` +
        `${test.seed}, stream ${path}. Evaluate with another seed or another split`,
    );
    this.name = "SeedOverlapError";
  }
}

/** Every overlap of the sources of training with those of a test: the same seed, the same path, a common number. */
export function findSeedOverlap(
  training: readonly ProblemSource[],
  test: readonly ProblemSource[],
): readonly SourceOverlap[] {
  return training.flatMap((own) =>
    test.flatMap((other) => {
      if (own.seed !== other.seed || !samePath(own.path, other.path)) return [];
      const first = Math.max(own.first, other.first);
      const count = Math.min(own.first + own.count, other.first + other.count) - first;
      return count > 0 ? [{ training: own, test: other, first, count }] : [];
    })
  );
}

/**
 * Refuses to judge a model on problems that it was trained on.
 * @throws SeedOverlapError naming the first shared problems
 */
export function checkSeedsDisjoint(
  model: string,
  training: readonly ProblemSource[],
  test: readonly ProblemSource[],
): void {
  const overlaps = findSeedOverlap(training, test);
  if (overlaps.length > 0) throw new SeedOverlapError(overlaps, model);
}

/**
 * Indices of the test SCMs that equal one of training: the same graph, mechanisms, noise, domains, target and objective in
 * the same order of variables. Names and units do not count.
 */
export function findSharedScms(training: Iterable<Scm>, test: readonly Scm[]): readonly number[] {
  const known = new Set<string>();
  for (const scm of training) known.add(scmFingerprint(scm));
  return test.flatMap((scm, i) => known.has(scmFingerprint(scm)) ? [i] : []);
}

/** A text that is equal for equal SCMs (see {@linkcode findSharedScms}). */
export function scmFingerprint({ variables, target, objective }: Scm): string {
  const own = variables.map(({ parents, mechanism, noise, domain, observed }) => ({
    parents,
    mechanism,
    noise,
    domain,
    observed,
  }));
  return JSON.stringify({ variables: own, target, objective }, (_, value: unknown) => sortedKeys(value));
}

/** 1 and "1" name different streams, so that paths are compared with their types. */
function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}
