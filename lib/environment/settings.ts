/** From the actions of a policy to what is set in each model: variables and values in their own units, checked. */

import type { Stream } from "../random/mod.ts";
import type { Assignment } from "../scm/mod.ts";
import { nearestValue, unscale } from "./domain.ts";
import { chosenOf, openInto } from "./sets.ts";
import type { Actions, Problem, PublicProblems } from "./types.ts";

/** A variable, by its index among the observed ones, and the value that it is set to in its own unit. */
export interface Setting {
  readonly variable: number;
  readonly value: number;
}

/** Problems with what is public about them. */
export interface ProblemBatch {
  readonly problems: readonly Problem[];
  readonly shown: PublicProblems;
  /** Indices into `scm.variables` of each problem's observed variables. */
  readonly seen: readonly Int32Array[];
}

/**
 * Slots of each action of a batch of `count`.
 * @throws RangeError if the arrays do not divide into so many interventions
 */
export function slotsOfActions({ variable, value }: Actions, count: number): number {
  const slots = variable.length / count;
  if (Number.isInteger(slots) && slots >= 1 && value.length === variable.length) return slots;
  throw new RangeError(`Cannot read ${variable.length} variables and ${value.length} values as ${count} interventions`);
}

/**
 * What action k of a batch sets in episode e.
 * @throws RangeError for a variable that cannot be set, a value that is not finite, or a set that is not allowed
 */
export function settingsOf(batch: ProblemBatch, e: number, actions: Actions, k: number, slots: number): Setting[] {
  if (slots === 1 && batch.shown.sets === undefined) {
    return [settingOf(batch, e, actions.variable[k], actions.value[k])];
  }
  const chosen = chosenOf(actions.variable, k, slots);
  checkSet(batch, e, chosen);
  return Array.from(chosen, (variable, slot) => settingOf(batch, e, variable, actions.value[k * slots + slot]));
}

/** A random intervention: as many variables as are allowed, each anywhere in its domain. */
export function randomSettings(batch: ProblemBatch, e: number, stream: Stream): Setting[] {
  const { sets, sizes, width } = batch.shown;
  const count = sets === undefined || sets.most[e] === 1
    ? 1
    : sets.least[e] + stream.integer(sets.most[e] - sets.least[e] + 1);
  const settings: Setting[] = [];
  const open = new Float32Array(width);
  while (settings.length < count && openInto(open, 0, batch.shown, e, settings.map((each) => each.variable)) > 0) {
    const variable = stream.choice([...Array(sizes[e]).keys()].filter((v) => open[v] === 1));
    settings.push(settingOf(batch, e, variable, stream.uniformIn(-1, 1)));
  }
  return settings;
}

/** The same settings as assignments to `scm.variables`, of the problem's own kind of intervention. */
export function assignmentsOf({ problems, seen }: ProblemBatch, e: number, settings: readonly Setting[]): Assignment[] {
  const kind = problems[e].intervention ?? "perfect";
  return settings.map(({ variable, value }) => ({ variable: seen[e][variable], value, kind }));
}

/** The setting of one variable to a value on the domain scaled to [−1, 1], checked. */
function settingOf({ problems, shown, seen }: ProblemBatch, e: number, variable: number, scaled: number): Setting {
  const { scm } = problems[e];
  const index = e * shown.width + variable;
  if (!(variable >= 0 && variable < shown.sizes[e]) || shown.settable[index] === 0) {
    const name = scm.variables[seen[e][variable]]?.name ?? `number ${variable}`;
    throw new RangeError(`Cannot intervene on variable ${name} of ${scm.name}: it cannot be set`);
  }
  if (!Number.isFinite(scaled)) {
    throw new RangeError(`Cannot intervene with value ${scaled} on ${scm.name}: it is not finite`);
  }
  const value = unscale(scaled, shown.low[index], shown.high[index]);
  const domain = scm.variables[seen[e][variable]].domain;
  return { variable, value: domain?.kind === "values" ? nearestValue(value, domain.values) : value };
}

/** @throws RangeError for too few or too many variables, one that is set twice, or two that exclude each other */
function checkSet({ problems, shown, seen }: ProblemBatch, e: number, chosen: Int32Array): void {
  const { scm } = problems[e];
  const { sets, width } = shown;
  const [least, most] = sets === undefined ? [1, 1] : [sets.least[e], sets.most[e]];
  // Variables that exclude each other can leave fewer to set than asked for.
  const tooFew = chosen.length < Math.max(1, least) &&
    (chosen.length === 0 || openInto(new Float32Array(width), 0, shown, e, chosen) > 0);
  if (tooFew || chosen.length > most) {
    const count = least === most ? `${most}` : `${least} to ${most}`;
    throw new RangeError(`Cannot set ${chosen.length} variables of ${scm.name} at once: it takes ${count}`);
  }
  const name = (v: number) => scm.variables[seen[e][v]]?.name ?? `number ${v}`;
  chosen.forEach((variable, slot) => {
    for (const other of chosen.subarray(0, slot)) {
      if (other === variable) {
        throw new RangeError(`Cannot set ${name(variable)} of ${scm.name} twice in one intervention`);
      }
      if (sets?.exclusive[(e * width + other) * width + variable] === 1) {
        throw new RangeError(`Cannot set ${name(other)} and ${name(variable)} of ${scm.name}: they exclude each other`);
      }
    }
  });
}
