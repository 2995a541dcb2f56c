/**
 * What a policy and its intervals are worth where their assumptions fail. The same linear SCMs are played as they are, with
 * domains that reach far to one side, with a hidden common cause, with a feedback loop, with weights that drift, with settings
 * that are not what the row says, and with interventions that shift instead of set; SCMs of the nonlinear track beside them.
 * Prints means with 95 % intervals over problems.
 *
 *     deno run -A bench/broken_assumptions.ts [policy] [problems]
 */

import {
  type Observation,
  type PublicProblems,
  publicProblems,
  recordedObservation,
  unscale,
} from "../lib/environment/mod.ts";
import { heldOutProblems } from "../lib/evaluation/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { EFFECT_PRIOR, expectedTarget, recordedRows } from "../lib/advisor/mod.ts";
import { openPolicy, readTrack } from "../lib/training/mod.ts";
import { linePosterior } from "../lib/policy/mod.ts";
import { createStream, type Stream } from "../lib/random/mod.ts";
import { outcomeModel, sampleRows, type Scm, trackStream } from "../lib/scm/mod.ts";
import { createExactSurrogate, unwarpedGain } from "../lib/surrogate/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";

const POLICY = Deno.args[0] ?? "general";
const PROBLEMS = Number(Deno.args[1] ?? 100);
const STEPS = 20;
const ROWS = 20;

/** An experiment that answers as nature would. `variable` −1: nothing is set. */
interface World {
  readonly open: PublicProblems;
  readonly parents: readonly number[];
  row(variable: number, value: number, step: number, stream: Stream): Float64Array;
  expected(variable: number, value: number, step: number): number;
}

/** x = c + Wx + ε, solved for x; setting cuts a row of W. Variables behind the first `open.width` are never seen. */
interface LinearSystem {
  readonly weights: readonly (readonly number[])[];
  readonly constants: readonly number[];
  readonly noise: readonly number[];
  /** Set by shifting the mechanism so that its mean is the value, instead of cutting it. */
  readonly shifts?: boolean;
}

function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce((best, row, r) => Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + r : best, k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let r = 0; r < n; r++) {
      const factor = r === k ? 0 : rows[r][k] / rows[k][k];
      for (let c = k; factor !== 0 && c <= n; c++) rows[r][c] -= factor * rows[k][c];
    }
  }
  return rows.map((row, k) => row[n] / row[k]);
}

function stateOf(system: LinearSystem, variable: number, value: number, noise: readonly number[]): number[] {
  const right = system.constants.map((c, i) => c + noise[i]);
  const cut = system.shifts !== true;
  const matrix = system.weights.map((row, i) => row.map((w, j) => (i === j ? 1 : 0) - (cut && i === variable ? 0 : w)));
  if (variable >= 0 && cut) right[variable] = value;
  if (variable >= 0 && !cut) {
    right[variable] += value - solve(matrix.map((row) => [...row]), [...system.constants])[variable];
  }
  return solve(matrix, right);
}

function linearWorld(
  open: PublicProblems,
  parents: readonly number[],
  systemAt: (step: number) => LinearSystem,
): World {
  const seen = open.width;
  return {
    open,
    parents,
    row(variable, value, step, stream) {
      const system = systemAt(step);
      const noise = system.noise.map((sd) => sd * stream.normal());
      return Float64Array.from(stateOf(system, variable, value, noise).slice(0, seen));
    },
    expected(variable, value, step) {
      const system = systemAt(step);
      return stateOf(system, variable, value, system.noise.map(() => 0))[open.targets[0]];
    },
  };
}

function scmWorld(scm: Scm): World {
  const outcomes = outcomeModel(scm);
  return {
    open: publicProblems([{ scm, outcomes }]),
    parents: scm.variables[scm.target].parents,
    row: (variable, value, _step, stream) =>
      sampleRows(scm, 1, variable < 0 ? [] : [{ variable, value, kind: "perfect" }], stream),
    expected: (variable, value) => variable < 0 ? outcomes.observational : outcomes.expected(variable, value),
  };
}

function systemOf(scm: Scm): LinearSystem {
  const n = scm.variables.length;
  const weights = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const constants = scm.variables.map(({ parents, mechanism }, i) => {
    if (mechanism.kind !== "linear") throw new TypeError(`${scm.name} is not linear`);
    parents.forEach((p, k) => weights[i][p] = mechanism.weights[k]);
    return mechanism.intercept;
  });
  return { weights, constants, noise: scm.variables.map(({ noise }) => noise.scale) };
}

/** A number of either sign with magnitude in [low, high]. */
const signed = (stream: Stream, low: number, high: number) => stream.sign() * stream.uniformIn(low, high);

/** How each assumption is broken. */
const BREAKS: Readonly<Record<string, (scm: Scm, stream: Stream) => World>> = {
  "nothing broken": (scm) => worldOf(scm, () => systemOf(scm)),
  "hidden common cause of a variable and the target": (scm, stream) => {
    const base = systemOf(scm);
    const other = stream.choice([...base.constants.keys()].filter((v) => v !== scm.target));
    const weights = [...base.weights.map((row) => [...row, 0]), new Array<number>(base.constants.length + 1).fill(0)];
    weights[other][base.constants.length] = signed(stream, 1, 2);
    weights[scm.target][base.constants.length] = signed(stream, 1, 2);
    const system = { weights, constants: [...base.constants, 0], noise: [...base.noise, 1] };
    return worldOf(scm, () => system);
  },
  "feedback from the target to a cause, loop gain ±0.5": (scm, stream) => {
    const base = systemOf(scm);
    const zero = base.noise.map(() => 0);
    const effects = base.constants.map((_, v) =>
      v === scm.target ? 0 : stateOf(base, v, 1, zero)[scm.target] - stateOf(base, v, 0, zero)[scm.target]
    );
    const cause = stream.choice([...effects.keys()].filter((v) => Math.abs(effects[v]) > 1e-9));
    const weights = base.weights.map((row) => [...row]);
    weights[cause][scm.target] = stream.sign() * 0.5 / effects[cause];
    const system = { ...base, weights };
    return worldOf(scm, () => system);
  },
  "every weight drifts half-way to another system": (scm, stream) => {
    const base = systemOf(scm);
    const other = base.weights.map((row) => row.map((w) => w === 0 ? 0 : signed(stream, 0.5, 2)));
    return worldOf(scm, (step) => {
      const share = 0.5 * step / (STEPS - 1);
      return {
        ...base,
        weights: base.weights.map((row, i) => row.map((w, j) => (1 - share) * w + share * other[i][j])),
      };
    });
  },
  "interventions shift a variable's mean instead of setting it": (scm) =>
    worldOf(scm, () => ({ ...systemOf(scm), shifts: true })),
  "the row says a setting that is off by a tenth of the domain (sd)": (scm) => {
    const world = worldOf(scm, () => systemOf(scm));
    const { low, high } = world.open;
    return {
      ...world,
      row(variable, value, step, stream) {
        if (variable < 0) return world.row(variable, value, step, stream);
        const real = value + 0.1 * (high[variable] - low[variable]) * stream.child("slip").normal();
        const row = world.row(variable, real, step, stream);
        row[variable] = value;
        return row;
      },
    };
  },
  "domains from 1.4 sd on one side to 9 sd on the other": (scm, stream) => {
    const world = worldOf(scm, () => systemOf(scm));
    const rows = sampleRows(scm, 500, [], stream.child("scale"));
    const { width } = world.open;
    const low = Float64Array.from(world.open.low);
    const high = Float64Array.from(world.open.high);
    for (let v = 0; v < width; v++) {
      const column = Array.from({ length: 500 }, (_, r) => rows[r * width + v]);
      const centre = mean(column);
      const sd = Math.sqrt(mean(column.map((x) => (x - centre) ** 2)));
      const [below, above] = stream.sign() > 0 ? [1.4, 9] : [9, 1.4];
      low[v] = centre - below * sd;
      high[v] = centre + above * sd;
    }
    return { ...world, open: { ...world.open, low, high } };
  },
};

function worldOf(scm: Scm, systemAt: (step: number) => LinearSystem): World {
  const open = publicProblems([{ scm, outcomes: outcomeModel(scm) }]);
  return linearWorld(open, scm.variables[scm.target].parents, systemAt);
}

/** Best expected target over the ends of all domains and 20 points between. */
function bestOf(world: World, step: number): number {
  const { low, high, settable, signs, width } = world.open;
  let best = -Infinity;
  for (let v = 0; v < width; v++) {
    for (let k = 0; settable[v] === 1 && k <= 20; k++) {
      best = Math.max(best, signs[0] * world.expected(v, unscale(k / 10 - 1, low[v], high[v]), step));
    }
  }
  return signs[0] * best;
}

interface Played {
  readonly value: number;
  readonly last: number;
  readonly answer: number;
  readonly covered: number;
  readonly width: number;
  readonly trueParents: number;
  readonly falseParents: number;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

type OpenPolicy = ReturnType<typeof openPolicy>["policy"];

/** 95 % interval of the target's mean: the policy's own where it has beliefs, else a line's. @param scaled in [−1, 1] */
function intervalOf(observation: Observation, policy: OpenPolicy, variable: number, scaled: number) {
  const { problems: { low, high, targets, signs }, statistics } = observation;
  const believed = policy.responses?.(observation);
  if (believed === undefined) {
    const value = unscale(scaled, low[variable], high[variable]);
    return expectedTarget(observation, linePosterior(observation, EFFECT_PRIOR), 0, variable, value);
  }
  const cell = variable * believed.cells + Math.round((scaled + 1) * (believed.cells - 1) / 2);
  const ends = [-1, 1].map((side) =>
    statistics.centre[targets[0]] + signs[0] * statistics.spread[targets[0]] *
      unwarpedGain(believed.mean[cell] + side * believed.halfInterval * believed.sd[cell])
  );
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** The policy's most probable action in every step. */
function play(world: World, policy: OpenPolicy, stream: Stream): Played {
  const { open } = world;
  const observed = Array.from({ length: ROWS }, (_, r) => [...world.row(-1, 0, 0, stream.child("start").child(r))]);
  const made: { variable: number; values: Float64Array }[] = [];
  const observe = () => {
    const rows = { observational: Float64Array.from(observed.flat()), interventions: made };
    return recordedObservation(open, recordedRows(rows, open.width), STEPS);
  };
  const values: number[] = [];
  const covered: number[] = [];
  const widths: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const observation = observe();
    const { variable: [variable], value: [scaled] } = policy.act(observation, [stream], "mode");
    const value = unscale(scaled, open.low[variable], open.high[variable]);
    const truth = world.expected(variable, value, step);
    const nothing = world.expected(-1, 0, step);
    const interval = intervalOf(observation, policy, variable, scaled);
    values.push((truth - nothing) / (bestOf(world, step) - nothing));
    covered.push(truth >= interval.low && truth <= interval.high ? 1 : 0);
    widths.push((interval.high - interval.low) / 2 / observation.statistics.spread[open.targets[0]]);
    const row = world.row(variable, value, step, stream.child("noise").child(step));
    made.push({ variable, values: row });
  }
  const final = observe();
  const { variable: [variable], value: [scaled] } = policy.recommend(final);
  const nothing = world.expected(-1, 0, STEPS - 1);
  const answer = world.expected(variable, unscale(scaled, open.low[variable], open.high[variable]), STEPS - 1);
  const { parent } = createExactSurrogate().track(open, [stream]).update(final);
  const others = [...parent.keys()].filter((v) => v !== open.targets[0]);
  const probability = (wanted: boolean) =>
    mean(others.filter((v) => world.parents.includes(v) === wanted).map((v) => parent[v]));
  return {
    value: mean(values),
    last: mean(values.slice(-5)),
    answer: (answer - nothing) / (bestOf(world, STEPS - 1) - nothing),
    covered: mean(covered),
    width: mean(widths),
    trueParents: probability(true),
    falseParents: probability(false),
  };
}

await useBackend("auto");
const { policy } = openPolicy(`configs/policies/${POLICY}`);
const linear = readTrack("linear");
const nonlinear = readTrack("nonlinear");
const root = createStream(0).child("broken assumptions");
const scmsOf = (track: typeof linear) =>
  heldOutProblems(track.distribution, "test", PROBLEMS, trackStream(track, "test")).map(({ scm }) => scm);
const base = scmsOf(linear);
const settings: readonly (readonly [string, readonly World[]])[] = [
  ...Object.entries(BREAKS).map(([name, create]) =>
    [name, base.map((scm, p) => create(scm, root.child(name).child(p)))] as const
  ),
  ["SCMs of the nonlinear track", scmsOf(nonlinear).map(scmWorld)],
];
const rows = settings.map(([name, worlds]) => {
  const played = worlds.map((world, p) => play(world, policy, root.child("play").child(p)));
  const of = (key: keyof Played) => {
    const all = played.map((one) => one[key]).filter(Number.isFinite);
    const average = mean(all);
    const half = 1.96 * Math.sqrt(mean(all.map((one) => (one - average) ** 2)) / (all.length - 1));
    return `${average.toFixed(3)} ± ${half.toFixed(3)}`;
  };
  return [
    name,
    of("value"),
    of("last"),
    of("answer"),
    of("covered"),
    of("width"),
    of("trueParents"),
    of("falseParents"),
  ];
});
const columns = [
  "broken",
  "normalised value",
  "last 5",
  "answer",
  "coverage",
  "half-width",
  "P(true parents)",
  "P(others)",
];
printLine(formatTable(columns.map((heading) => ({ heading })), rows));
