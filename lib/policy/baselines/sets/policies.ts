/** Baselines that set several variables at once; where one is set at a time they play single variables. */

import { type Observation, observedVariables, type Problem } from "../../../environment/mod.ts";
import { logImprovement } from "../../../numeric/mod.ts";
import type { Stream } from "../../../random/mod.ts";
import {
  fitSetProcess,
  heldBy,
  type SetBelief,
  type SetPoint,
  type SetProcessOptions,
} from "../../../surrogate/mod.ts";
import type { Policy } from "../../types.ts";
import { type Baseline, baseline, type ParameterPoint, privilegedBaseline, type Tunables } from "../entry.ts";
import { possiblyOptimalSets, projectedGraph } from "./pomis.ts";
import { actionsOf, bestSeenSet, bestSet, randomSet, type SetScore, type SetSpace, spaceOf } from "./space.ts";

/** Sets of random size, variables and values. */
export function randomSetsPolicy(): Policy {
  return setPolicy(
    "random-sets",
    (observation, e, stream) => randomSet(spaceOf(observation.problems, e), stream, () => stream.uniformIn(-1, 1)),
    (observation, e) => bestSeenSet(observation, e) ?? firstSet(spaceOf(observation.problems, e)),
  );
}

/**
 * Coordinate ascent from the best set seen: each step tries one variable at one value beside the rest, or leaves it free, and
 * what is better stays. A set that is full gives up a random other variable.
 * @param values values of each coordinate, from one end of the domain to the other: ≥ 2
 * @param restarts share of the steps that try a random set of ends instead
 */
export function coordinateAscentPolicy(name: string, values: number, restarts: number): Policy {
  if (!Number.isInteger(values) || values < 2) throw new RangeError(`${name}: values must be a whole number ≥ 2`);
  if (!(restarts >= 0 && restarts <= 1)) throw new RangeError(`${name}: restarts is no share in [0, 1]`);
  return setPolicy(
    name,
    (observation, e, stream) => {
      const space = spaceOf(observation.problems, e);
      const incumbent = bestSeenSet(observation, e);
      if (incumbent === null || stream.uniform() < restarts) return randomSet(space, stream, () => stream.sign());
      const all = space.open([]);
      const variable = all[observation.step % all.length];
      const tried = -1 + 2 * ((observation.step / all.length | 0) % values) / (values - 1);
      return moved(space, incumbent, variable, tried, stream);
    },
    (observation, e) => bestSeenSet(observation, e) ?? firstSet(spaceOf(observation.problems, e)),
  );
}

/** The incumbent with one variable at another value; free again where it has that value already and may be left out. */
function moved(space: SetSpace, incumbent: SetPoint, variable: number, value: number, stream: Stream): SetPoint {
  const point = incumbent.slice();
  const held = heldBy(point);
  if (Math.abs(point[variable] - value) < 1e-9 && held.length > Math.max(1, space.least)) {
    point[variable] = NaN;
    return point;
  }
  if (!held.includes(variable)) {
    const others = Array.from(stream.permutation(held.length), (k) => held[k]);
    while (
      others.length > 0 && (heldBy(point).length >= space.most || !space.open(heldBy(point)).includes(variable))
    ) point[others.pop() ?? 0] = NaN;
  }
  point[variable] = value;
  return point;
}

/** How a set is scored that is chosen next, by what is believed of it; the posterior mean alone is the final answer. */
type Acquisition = (belief: SetBelief) => (mean: number, sd: number) => number;

const upperBound = (c: number): Acquisition => () => (mean, sd) => mean + c * sd;

const expectedImprovement = (margin: number): Acquisition => (belief) => {
  const incumbent = belief.trials.points.reduce((best, point) => Math.max(best, belief.mean(point)), 0);
  return (mean, sd) => {
    const gap = mean - incumbent - margin;
    return sd > 0 ? Math.log(sd) + logImprovement(gap / sd) : Math.log(Math.max(0, gap));
  };
};

/** The scores of an acquisition, each set's computed once. */
function scoreOf(belief: SetBelief, acquisition: Acquisition, values: Float64Array): SetScore {
  const score = acquisition(belief);
  const known = new Map<string, Float64Array>();
  return {
    of: (point) => score(belief.mean(point), belief.sd(point)),
    beside(point) {
      const key = point.join(" ");
      const found = known.get(key);
      if (found !== undefined) return found;
      const base = heldBy(point).length === 0 ? 0 : belief.mean(point);
      const { mean, sd } = belief.beside(point, values);
      const scores = mean.map((more, k) => score(base + more, sd[k]));
      known.set(key, scores);
      return scores;
    },
  };
}

/** Where a set is searched. */
type Search = (observation: Observation, e: number, score: SetScore, starts: readonly SetPoint[]) => SetPoint;

/** Plays the set that the acquisition scores highest; recommends the one of greatest posterior mean. */
function processPolicy(
  name: string,
  values: number,
  options: SetProcessOptions,
  acquisition: Acquisition,
  search: Search = (observation, e, score, starts) =>
    bestSet(spaceOf(observation.problems, e), gridOf(values), starts, score),
  adjusted?: (e: number) => (held: readonly number[]) => readonly number[],
): Policy {
  const grid = gridOf(values);
  const choose = (observation: Observation, e: number, how: Acquisition): SetPoint => {
    const belief = fitSetProcess(observation, e, options, adjusted?.(e));
    return search(observation, e, scoreOf(belief, how, grid), startsFrom(belief));
  };
  return setPolicy(
    name,
    (observation, e) => choose(observation, e, acquisition),
    (observation, e) => choose(observation, e, upperBound(0)),
  );
}

const gridOf = (values: number) => Float64Array.from({ length: values }, (_, k) => -1 + 2 * k / (values - 1));

/** The best sets tried, by their posterior means. */
function startsFrom(belief: SetBelief): SetPoint[] {
  return belief.trials.points.map((point) => ({ point, mean: belief.mean(point) }))
    .sort((a, b) => b.mean - a.mean).slice(0, 2).map(({ point }) => point);
}

function firstSet(space: SetSpace): SetPoint {
  const point = new Float64Array(space.width).fill(NaN);
  for (let k = 0; k < space.least; k++) {
    const [variable] = space.open(heldBy(point));
    if (variable !== undefined) point[variable] = -1;
  }
  return point;
}

function setPolicy(
  name: string,
  act: (observation: Observation, e: number, stream: Stream) => SetPoint,
  recommend: (observation: Observation, e: number) => SetPoint,
): Policy {
  return {
    name,
    act: (observation, streams) => ({
      ...actionsOf(observation.problems, (e) => act(observation, e, streams[e])),
      logProb: new Float64Array(observation.problems.episodes),
    }),
    recommend: (observation) => actionsOf(observation.problems, (e) => recommend(observation, e)),
  };
}

/**
 * Causal Bayesian optimisation over the possibly optimal minimal intervention sets of the true graph: the joint process,
 * searched on these sets alone, with a prior from the observational regression that adjusts for the parents of what is set.
 * Where none of at most as many variables as may be set is possibly optimal, every set is searched.
 */
function causalSetsPolicy(
  problems: readonly Problem[],
  name: string,
  point: ParameterPoint,
  acquisition: Acquisition,
): Policy {
  const known = problems.map((problem) => {
    const labels = observedVariables(problem);
    const settable = [...labels].filter((v) => problem.scm.variables[v].domain !== null && v !== problem.scm.target);
    const sets = possiblyOptimalSets(projectedGraph(problem.scm, settable), problem.setAtOnce?.max ?? 1);
    const parents = [...labels].map((v) => problem.scm.variables[v].parents.map((p) => labels.indexOf(p)));
    return { sets: sets.map((set) => set.map((v) => labels.indexOf(v))), parents };
  });
  const grid = gridOf(point.values);
  return processPolicy(
    name,
    point.values,
    { shape: "bend", averaged: point.averaged },
    acquisition,
    (observation, e, score, starts) => {
      if (observation.problems.episodes !== problems.length) {
        throw new RangeError(
          `${name} was made for ${problems.length} problems and cannot play ${observation.problems.episodes}`,
        );
      }
      const space = spaceOf(observation.problems, e);
      const allowed = known[e].sets.filter((set) => set.length >= space.least && isAllowed(space, set));
      if (allowed.length === 0) return bestSet(space, grid, starts, score);
      return bestOfSets(space.width, allowed, grid, score);
    },
    (e) => (held) => [...new Set(held.flatMap((v) => known[e].parents[v]))].filter((v) => v >= 0 && !held.includes(v)),
  );
}

function isAllowed(space: SetSpace, set: readonly number[]): boolean {
  return set.length <= space.most && set.every((v, k) => space.open(set.slice(0, k)).includes(v));
}

/** The best values of each of these sets by coordinate ascent from the middle, and the best of all. */
function bestOfSets(
  width: number,
  sets: readonly (readonly number[])[],
  values: Float64Array,
  score: SetScore,
): SetPoint {
  let best = new Float64Array(width).fill(NaN);
  let greatest = -Infinity;
  for (const set of sets) {
    const point = new Float64Array(width).fill(NaN);
    for (const v of set) point[v] = 0;
    for (let sweep = 0; sweep < 2; sweep++) {
      for (const v of set) {
        point[v] = NaN;
        const scores = score.beside(point).subarray(v * values.length, (v + 1) * values.length);
        let own = 0;
        for (let c = 1; c < scores.length; c++) if (scores[c] > scores[own]) own = c;
        point[v] = values[own];
        if (scores[own] > greatest) [best, greatest] = [point.slice(), scores[own]];
      }
    }
  }
  return best;
}

const EXPLORATION = [0.6, 1, 0.3, 1.5];
/** Kernels that are averaged. */
const AVERAGED = [6, 1];

function processes(
  stem: string,
  model: string,
  shape: SetProcessOptions["shape"],
  tunables: Tunables,
): Baseline[] {
  const options = ({ averaged }: ParameterPoint): SetProcessOptions => ({ shape, averaged });
  return [
    baseline({
      name: `${stem}-ucb`,
      describe: `${model}: posterior mean + c standard deviations`,
      slow: true,
      tunables: { c: EXPLORATION, ...tunables },
      create: (point) => processPolicy(`${stem}-ucb`, point.values, options(point), upperBound(point.c)),
    }),
    baseline({
      name: `${stem}-ei`,
      describe: `${model}: log expected improvement`,
      slow: true,
      tunables: { margin: [0, 0.1], ...tunables },
      create: (point) => processPolicy(`${stem}-ei`, point.values, options(point), expectedImprovement(point.margin)),
    }),
  ];
}

/** The baselines that know what an experimenter knows. They play only where they are asked for by name. */
export const SET_BASELINES: readonly Baseline[] = [
  baseline({ name: "random-sets", describe: "Random sets at random values", slow: true, create: randomSetsPolicy }),
  baseline({
    name: "coordinate-ascent",
    describe: "One variable of the best set seen after another",
    slow: true,
    tunables: { values: [3, 2, 5], restarts: [0.1, 0, 0.3] },
    create: ({ values, restarts }) => coordinateAscentPolicy("coordinate-ascent", values, restarts),
  }),
  ...processes("blr-sets", "Bayesian linear regression on the values set and their products", "line", {
    values: [2],
    averaged: AVERAGED,
  }),
  ...processes("gp-sets", "Gaussian process over sets with an additive kernel and products", "bend", {
    values: [9],
    averaged: AVERAGED,
  }),
];

/** Causal Bayesian optimisation over sets, which knows the graph. */
export const CAUSAL_SETS = [
  privilegedBaseline({
    name: "causal-bo-sets",
    describe: "The joint Gaussian process on the possibly optimal sets of the known graph: posterior mean + c sd",
    slow: true,
    bound: false,
    tunables: { c: EXPLORATION, values: [9], averaged: AVERAGED },
    create: (problems, point) => causalSetsPolicy(problems, "causal-bo-sets", point, upperBound(point.c)),
  }),
];
