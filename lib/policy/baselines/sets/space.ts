/** Sets of settings that a baseline chooses among, and the search for the best of them. */

import { type Actions, type Observation, openInto, type PublicProblems, scale } from "../../../environment/mod.ts";
import type { Stream } from "../../../random/mod.ts";
import { heldBy, type SetPoint } from "../../../surrogate/mod.ts";

/** The sets that episode `e` allows. */
export interface SetSpace {
  readonly width: number;
  readonly least: number;
  readonly most: number;
  /** Variables that may be set beside those held. */
  open(held: readonly number[]): number[];
}

/** The sets that episode `e` allows. */
export function spaceOf(problems: PublicProblems, e: number): SetSpace {
  const { width, sets } = problems;
  const mask = new Uint8Array(width);
  return {
    width,
    least: sets?.least[e] ?? 1,
    most: sets?.most[e] ?? 1,
    open(held) {
      openInto(mask, 0, problems, e, held);
      return [...mask.keys()].filter((v) => mask[v] === 1);
    },
  };
}

/** A random set: a uniform size, then uniform variables beside those chosen, each at a value of `draw`. */
export function randomSet(space: SetSpace, stream: Stream, draw: () => number): SetPoint {
  const point = new Float64Array(space.width).fill(NaN);
  const size = space.least + stream.integer(space.most - space.least + 1);
  for (let k = 0; k < size; k++) {
    const open = space.open(heldBy(point));
    if (open.length === 0) break;
    point[stream.choice(open)] = draw();
  }
  return point;
}

/** What the search asks of a score. */
export interface SetScore {
  of(point: SetPoint): number;
  /** `[width, values]` scores of every set with one setting more; those of variables that the set holds mean nothing. */
  beside(point: SetPoint): Float64Array;
}

/**
 * The allowed set of the greatest score that local search finds: from sets built up one setting after another and from every
 * start, settings are exchanged, added and dropped while that raises the score.
 * @param values candidates of each value, scaled
 * @param starts allowed sets
 */
export function bestSet(
  space: SetSpace,
  values: Float64Array,
  starts: readonly SetPoint[],
  score: SetScore,
): SetPoint {
  let best: SetPoint = new Float64Array(space.width).fill(NaN);
  let greatest = -Infinity;
  const climb = (start: SetPoint): void => {
    let [current, reached] = [start, score.of(start)];
    for (let moves = 0; moves < MOST_MOVES; moves++) {
      const next = bestMove(space, values, current, score);
      if (!(next.score > reached)) break;
      [current, reached] = [next.point, next.score];
    }
    if (reached > greatest) [best, greatest] = [current, reached];
  };
  let built: SetPoint = new Float64Array(space.width).fill(NaN);
  for (let size = 1; size <= space.most; size++) {
    const grown = bestAddition(space, values, built, score);
    if (grown === null) break;
    built = grown.point;
    if (size < space.least && space.open(heldBy(built)).length > 0) continue;
    if (size === space.most || size === space.least) climb(built);
    else if (grown.score > greatest) [best, greatest] = [built, grown.score];
  }
  for (const start of starts) climb(start);
  return best;
}

const MOST_MOVES = 8;

interface Scored {
  readonly point: SetPoint;
  readonly score: number;
}

function bestAddition(space: SetSpace, values: Float64Array, from: SetPoint, score: SetScore): Scored | null {
  const open = space.open(heldBy(from));
  if (open.length === 0) return null;
  const scores = score.beside(from);
  let best = { variable: -1, value: 0, score: -Infinity };
  for (const variable of open) {
    for (let c = 0; c < values.length; c++) {
      const found = scores[variable * values.length + c];
      if (best.variable < 0 || found > best.score) best = { variable, value: values[c], score: found };
    }
  }
  const point = from.slice();
  point[best.variable] = best.value;
  return { point, score: best.score };
}

/** The best of all sets that one exchange, addition or removal away from `from`. */
function bestMove(space: SetSpace, values: Float64Array, from: SetPoint, score: SetScore): Scored {
  const held = heldBy(from);
  let best: Scored = { point: from, score: -Infinity };
  const consider = (found: Scored | null) => {
    if (found !== null && found.score > best.score) best = found;
  };
  for (const variable of held) {
    const rest = from.slice();
    rest[variable] = NaN;
    if (held.length > space.least && held.length > 1) consider({ point: rest, score: score.of(rest) });
    consider(bestAddition(space, values, rest, score));
  }
  if (held.length < space.most) consider(bestAddition(space, values, from, score));
  return best;
}

/** Actions from a set for each episode. */
export function actionsOf(problems: PublicProblems, choose: (episode: number) => SetPoint): Actions {
  const slots = problems.sets?.slots ?? 1;
  const variable = new Int32Array(problems.episodes * slots).fill(-1);
  const value = new Float64Array(problems.episodes * slots);
  for (let e = 0; e < problems.episodes; e++) {
    const point = choose(e);
    heldBy(point).forEach((v, place) => {
      variable[e * slots + place] = v;
      value[e * slots + place] = point[v];
    });
  }
  return { variable, value };
}

/** The set of the best single outcome so far; `null` before the first intervention. */
export function bestSeenSet({ problems, statistics: s }: Observation, e: number): SetPoint | null {
  const { width, low, high } = problems;
  const point = new Float64Array(width).fill(NaN);
  let best = -Infinity;
  for (let v = 0; v < width; v++) best = Math.max(best, s.bestOutcome[e * width + v]);
  if (best === -Infinity) return null;
  for (let v = 0; v < width; v++) {
    const at = e * width + v;
    if (s.bestOutcome[at] === best) point[v] = scale(s.bestValue[at], low[at], high[at]);
  }
  return point;
}
