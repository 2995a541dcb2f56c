/** Simulated episodes with known parents, for training and evaluating surrogates. */

import { membersOf, wasSet } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { compileSampler, hasLinearTarget, type Scm, settableVariables, totalEffects } from "../../scm/mod.ts";
import { addEpisodeRowInto, createEpisodeSums, type EpisodeRows } from "./episodes.ts";

/** How the rows of an episode come about; every number is drawn for each episode on its own. */
export interface RowsDistribution {
  /** Number of rows, drawn log-uniformly. */
  readonly rows: { readonly min: number; readonly max: number };
  /** Share of the rows in which a variable was set, drawn uniformly. */
  readonly interventional: { readonly min: number; readonly max: number };
  /** Chance that an episode has no interventions at all, whatever the share. */
  readonly observational: number;
  /**
   * Chance that an episode's interventions are like those of a policy: some variables are set much more often than others,
   * and values lie at the ends of the domains. Otherwise variables and values are uniform.
   */
  readonly focused: number;
}

/** Rows of one episode and the truth about its target. */
export interface LabelledRows {
  /** n, the number of observed variables; they come first among the SCM's. */
  readonly size: number;
  readonly target: number;
  /** `[rows, n]` */
  readonly values: Float64Array;
  /** `[rows]` index of the variable that was set, −1 for none. */
  readonly intervened: Int32Array;
  /** `[rows, size]` 1 where a variable was set; left out if no row sets several. */
  readonly set?: Uint8Array;
  /** `[n]` 1 for a parent of the target. */
  readonly parents: Uint8Array;
  /** `[n]` total effects on the target; null where the target is not linear in its causes. */
  readonly effects: Float64Array | null;
}

/**
 * Refuses a distribution of rows without a meaning.
 * @throws RangeError for a number of rows below 1, or a share outside [0, 1]
 */
export function checkRows({ rows, interventional, observational, focused }: RowsDistribution): void {
  if (!(Number.isInteger(rows.min) && Number.isInteger(rows.max) && rows.min >= 1 && rows.min <= rows.max)) {
    throw new RangeError(`Cannot draw episodes of [${rows.min}, ${rows.max}] rows: whole numbers ≥ 1 in order`);
  }
  const shares = [interventional.min, interventional.max, observational, focused];
  if (shares.some((share) => !(share >= 0 && share <= 1)) || interventional.min > interventional.max) {
    throw new RangeError(
      `Cannot draw episodes with shares ${shares.join(", ")}: they must be within 0 and 1, in order`,
    );
  }
}

/** Draws the rows of one episode. */
export function simulateRows(scm: Scm, distribution: RowsDistribution, stream: Stream): LabelledRows {
  const { rows, interventional, observational, focused } = distribution;
  const total = Math.round(rows.min * (rows.max / rows.min) ** stream.uniform());
  const settable = settableVariables(scm);
  const drawn = stream.uniformIn(interventional.min, interventional.max);
  const share = stream.uniform() < observational ? 0 : drawn;
  const isFocused = stream.uniform() < focused;
  const weights = settable.map(() => isFocused ? Math.exp(2 * stream.normal()) : 1);
  const sum = weights.reduce((a, b) => a + b, 0);
  const draw = (): number => {
    let rest = stream.uniform() * sum;
    for (let k = 0; k < settable.length - 1; k++) {
      rest -= weights[k];
      if (rest < 0) return settable[k];
    }
    return settable[settable.length - 1];
  };
  const n = scm.variables.filter(({ observed }) => observed).length;
  const sampler = compileSampler(scm);
  const width = scm.variables.length;
  const scratch = new Float64Array(width);
  const values = new Float64Array(total * n);
  const intervened = new Int32Array(total).fill(-1);
  const set = settable.length === 0 ? 0 : Math.round(share * total);
  const free = total - set;
  const observed = new Float64Array(free * width);
  sampler.rowsInto(observed, free, [], stream);
  for (let row = 0; row < free; row++) {
    for (let v = 0; v < n; v++) values[row * n + v] = observed[row * width + v];
  }
  for (let row = free; row < total; row++) {
    const variable = draw();
    intervened[row] = variable;
    sampler.rowInto(scratch, stream, variable, drawValue(scm, variable, isFocused, stream));
    for (let v = 0; v < n; v++) values[row * n + v] = scratch[v];
  }
  const parents = new Uint8Array(n);
  for (const parent of scm.variables[scm.target].parents) if (parent < n) parents[parent] = 1;
  const effects = hasLinearTarget(scm) ? totalEffects(scm).slice(0, n) : null;
  return { size: n, target: scm.target, values, intervened, parents, effects };
}

function drawValue(scm: Scm, variable: number, atEnds: boolean, stream: Stream): number {
  const { domain } = scm.variables[variable];
  if (domain === null) throw new RangeError(`${scm.variables[variable].name} of ${scm.name} cannot be set`);
  if (domain.kind === "values") return stream.choice(domain.values);
  if (atEnds) return stream.sign() === 1 ? domain.high : domain.low;
  return stream.uniformIn(domain.low, domain.high);
}

/** The rows as a network is given them. */
export function episodeRows({ size, target, values, intervened, set }: LabelledRows): EpisodeRows {
  const sums = createEpisodeSums(size);
  const masked = set === undefined ? {} : { set };
  const history = { rows: intervened.length, values, intervened, capacity: intervened.length, ...masked };
  intervened.forEach((_, row) => addEpisodeRowInto(sums, values, row * size, membersOf(history, row, size)));
  return { sums, target, values, stride: size, wasSet: (row, v) => wasSet(history, row, v, size) };
}
