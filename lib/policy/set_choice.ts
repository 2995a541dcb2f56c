/**
 * The choice of a set, one (variable, value) after another until the policy stops: the sub-decisions of a set are rows of a
 * batch, each the view of a state with what has been chosen so far, so that the network answers all of them in the same way. The
 * log-probability of a set, in the order in which it was chosen, is the sum over its sub-decisions.
 */

import { type Chosen, chosenOf, openInto } from "../environment/mod.ts";
import type { SettableViews, ViewActions } from "./value_head/types.ts";

/** The later sub-decisions of a batch of sets: all but the first variable of each. */
export interface LaterChoices {
  /** `[rows]` the view that each prefix belongs to, and what it has chosen. Sets of one view that begin alike share a row. */
  readonly views: Int32Array;
  readonly chosen: Chosen;
  /** `[choices]` the row of each sub-decision, and the set (`view · perView + k`) that it is part of. */
  readonly row: Int32Array;
  readonly set: Int32Array;
  /** `[choices]` what was chosen next, −1 where the choice stopped, and its value. */
  readonly variable: Int32Array;
  readonly value: Float64Array;
}

/** Most variables of any set of a batch of views. */
export function slotsOf({ sets }: SettableViews): number {
  return sets?.most.reduce((most, count) => Math.max(most, count), 1) ?? 1;
}

/** Collects prefixes of sets, each of a view once. */
interface Prefixes {
  /** The row of a prefix. */
  add(view: number, variable: ArrayLike<number>, value: ArrayLike<number>): number;
  views(): Int32Array;
  chosen(): Chosen;
}

/** Rows for prefixes of sets of at most `slots` variables. */
export function collectPrefixes(slots: number): Prefixes {
  const rows = new Map<string, number>();
  const views: number[] = [];
  const variables: number[] = [];
  const values: number[] = [];
  return {
    add(view, variable, value) {
      const key = `${view} ${Array.from(variable).join(" ")} ${Array.from(value).join(" ")}`;
      const known = rows.get(key);
      if (known !== undefined) return known;
      rows.set(key, views.length);
      views.push(view);
      for (let place = 0; place < slots; place++) {
        variables.push(place < variable.length ? variable[place] : -1);
        values.push(place < variable.length ? value[place] : 0);
      }
      return views.length - 1;
    },
    views: () => Int32Array.from(views),
    chosen: () => ({ slots, variable: Int32Array.from(variables), value: Float64Array.from(values) }),
  };
}

/** Whether another sub-decision follows once these variables of a view are chosen. */
export function mayGoOn(views: SettableViews, view: number, chosen: ArrayLike<number>): boolean {
  const { sets, width, settable } = views;
  if (sets === undefined || chosen.length >= sets.most[view]) return false;
  return openInto(new Uint8Array(width), 0, { width, settable, sets }, view, chosen) > 0;
}

/** The later sub-decisions of the sets of a batch. */
export function laterChoices(views: SettableViews, actions: ViewActions): LaterChoices {
  const { perView, variable, value, slots = 1 } = actions;
  const prefixes = collectPrefixes(slots);
  const later = { row: [] as number[], set: [] as number[], variable: [] as number[], value: [] as number[] };
  for (let k = 0; k < views.count * perView; k++) {
    const view = Math.floor(k / perView);
    const chosen = chosenOf(variable, k, slots);
    for (let length = 1; length <= chosen.length; length++) {
      const prefix = chosen.subarray(0, length);
      if (!mayGoOn(views, view, prefix)) break;
      const at = k * slots + length;
      later.row.push(prefixes.add(view, prefix, value.subarray(k * slots, at)));
      later.set.push(k);
      later.variable.push(length < chosen.length ? chosen[length] : -1);
      later.value.push(length < chosen.length ? value[at] : 0);
    }
  }
  return {
    views: prefixes.views(),
    chosen: prefixes.chosen(),
    row: Int32Array.from(later.row),
    set: Int32Array.from(later.set),
    variable: Int32Array.from(later.variable),
    value: Float64Array.from(later.value),
  };
}
