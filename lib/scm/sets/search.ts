/** The best sets of interventions of every size: all of them where they can be counted, searched for from many starts otherwise. */

import type { Stream } from "../../random/mod.ts";
import type { Intervention, ValuedSet } from "../types.ts";

/** What is searched: the expected target, and the best values of given members. */
export interface SetObjective {
  expected(intervention: Intervention): number;
  /** Values of the members that are best for `sign · target`: exact, or a local optimum near those of `near`, on all of them. */
  bestValues(members: readonly number[], sign: number, near?: Intervention): ValuedSet;
  /** The best set of `rest` and one more variable: the values of `rest` may stay as they are. */
  bestAddition(rest: Intervention, variable: number, sign: number): ValuedSet;
}

/** Which sets there are. */
export interface SetSpace {
  readonly settable: readonly number[];
  /** Whether two variables may be set in one intervention. */
  together(a: number, b: number): boolean;
}

/** The best sets of exactly one, two, … variables, and how they were found. */
export interface SizedSets {
  /** `[sizes]`; shorter than asked for where no set of a size is allowed. */
  readonly best: readonly ValuedSet[];
  readonly isExhaustive: boolean;
  /** Starts of the local search at each size; 0 where every set was looked at. */
  readonly starts: number;
}

/** So many sets are looked at one by one; there are 255 of 8 variables. */
const MOST_SETS = 4096;

/**
 * The best set of each size up to `most` by {@linkcode SetObjective.bestValues} of every allowed set.
 * @returns `null` if there are more than {@linkcode MOST_SETS}
 */
export function enumerateSets(objective: SetObjective, space: SetSpace, most: number, sign: number): SizedSets | null {
  const best: (ValuedSet | null)[] = Array.from({ length: most }, () => null);
  let count = 0;
  const visit = (members: readonly number[], from: number): boolean => {
    for (let k = from; k < space.settable.length; k++) {
      const next = space.settable[k];
      if (!members.every((v) => space.together(v, next))) continue;
      if (++count > MOST_SETS) return false;
      const grown = [...members, next];
      const found = objective.bestValues(grown, sign);
      const known = best[grown.length - 1];
      if (known === null || sign * found.outcome > sign * known.outcome) best[grown.length - 1] = found;
      if (grown.length < most && !visit(grown, k + 1)) return false;
    }
    return true;
  };
  return visit([], 0) ? { best: best.filter((found) => found !== null), isExhaustive: true, starts: 0 } : null;
}

/**
 * Coordinate ascent over members: one member after another is exchanged for whatever other variable is best beside the rest,
 * until nothing improves. It starts from the best set of one variable less, with the best addition, and from random sets.
 * @param random starts at each size, and where they are drawn from
 */
export function climbSets(
  objective: SetObjective,
  space: SetSpace,
  most: number,
  sign: number,
  random: { readonly starts: number; readonly stream: Stream },
): SizedSets {
  const { starts, stream } = random;
  const better = (a: ValuedSet, b: ValuedSet | null) => b === null || sign * a.outcome > sign * b.outcome;
  /** The best of the sets that hold `rest` and one more variable. */
  const extend = (rest: Intervention): ValuedSet | null => {
    const members = rest.map(({ variable }) => variable);
    let best: ValuedSet | null = null;
    for (const next of space.settable) {
      if (members.includes(next) || !members.every((v) => space.together(v, next))) continue;
      const found = objective.bestAddition(rest, next, sign);
      if (better(found, best)) best = found;
    }
    return best;
  };
  const polish = (found: ValuedSet): ValuedSet =>
    objective.bestValues(found.intervention.map(({ variable }) => variable), sign, found.intervention);
  const climb = (start: ValuedSet): ValuedSet => {
    let current = start;
    for (let since = 0, slot = 0; since < current.intervention.length; slot++) {
      const place = slot % current.intervention.length;
      const found = extend(current.intervention.filter((_, k) => k !== place));
      if (found !== null && better(found, current)) [current, since] = [polish(found), 0];
      else since++;
    }
    return current;
  };
  const best: ValuedSet[] = [];
  for (let size = 1; size <= most; size++) {
    const grown = extend(best[size - 2]?.intervention ?? []);
    let found = grown === null ? null : climb(polish(grown));
    for (let start = 0; size > 1 && start < starts; start++) {
      const members = randomSet(space, size, stream.child(size).child(start));
      if (members === null) continue;
      const reached = climb(objective.bestValues(members, sign));
      if (better(reached, found)) found = reached;
    }
    if (found === null) break;
    best.push(found);
  }
  return { best, isExhaustive: false, starts: starts + 1 };
}

/** A random allowed set of this size; `null` if random additions lead to none. */
function randomSet(space: SetSpace, size: number, stream: Stream): number[] | null {
  const members: number[] = [];
  while (members.length < size) {
    const open = space.settable.filter((v) => !members.includes(v) && members.every((m) => space.together(m, v)));
    if (open.length === 0) return null;
    members.push(stream.choice(open));
  }
  return members;
}
