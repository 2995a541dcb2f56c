/** Interventions on several variables at once: how actions, rows and batches of problems say which variables are set. */

import type { History, Problem, PublicProblems, SetsAllowed } from "./types.ts";

/** `History.intervened` of a row in which nothing was set, and of one in which several variables were. */
export const NONE = -1, SEVERAL = -2;

/** Whether variable `v` was set in a row; `row` counts from the start of the batch, `e · capacity + r`. */
export function wasSet({ intervened, set }: History, row: number, v: number, width: number): boolean {
  const code = intervened[row];
  return code === v || (code === SEVERAL && set !== undefined && set[row * width + v] === 1);
}

/** The variables that were set in a row, in label order; `row` counts from the start of the batch. */
export function membersOf(
  { intervened, set }: { readonly intervened: Int32Array; readonly set?: Uint8Array | undefined },
  row: number,
  width: number,
): readonly number[] {
  const code = intervened[row];
  if (code !== SEVERAL) return code === NONE ? [] : [code];
  const members: number[] = [];
  for (let v = 0; v < width; v++) if (set?.[row * width + v] === 1) members.push(v);
  return members;
}

/** Variables that action k of a batch sets: `variable[k · slots …]` up to the first −1. */
export function chosenOf(variable: Int32Array, k: number, slots: number): Int32Array {
  let end = k * slots;
  while (end < (k + 1) * slots && variable[end] >= 0) end++;
  return variable.subarray(k * slots, end);
}

/**
 * What sets a batch of problems allows; undefined where one variable is set at a time in all of them.
 * @param seen indices into `scm.variables` of each problem's observed variables
 */
export function setsAllowed(
  problems: readonly Problem[],
  seen: readonly Int32Array[],
  { width, settable }: Pick<PublicProblems, "width" | "settable">,
): SetsAllowed | undefined {
  if (problems.every(({ setAtOnce }) => setAtOnce === undefined || setAtOnce.max === 1)) return undefined;
  const count = (e: number) => settable.subarray(e * width, (e + 1) * width).reduce((sum, x) => sum + x, 0);
  const at = (pick: "min" | "max") =>
    Int32Array.from(problems, ({ setAtOnce }, e) => Math.min(setAtOnce?.[pick] ?? 1, count(e)));
  const most = at("max");
  const exclusive = new Uint8Array(problems.some((each) => each.exclusive?.length) ? problems.length * width ** 2 : 0);
  problems.forEach((problem, e) => {
    for (const [a, b] of problem.exclusive ?? []) {
      const [i, j] = [seen[e].indexOf(a), seen[e].indexOf(b)];
      if (i < 0 || j < 0) continue;
      exclusive[(e * width + i) * width + j] = 1;
      exclusive[(e * width + j) * width + i] = 1;
    }
  });
  return { slots: most.reduce((a, b) => Math.max(a, b), 1), least: at("min"), most, exclusive };
}

/** `[width]` written: 1 where a variable may be set beside those already chosen. Returns how many there are. */
export function openInto(
  open: Float32Array | Uint8Array,
  offset: number,
  problems: {
    readonly width: number;
    readonly settable: ArrayLike<number>;
    readonly sets?: Pick<SetsAllowed, "exclusive">;
  },
  e: number,
  chosen: ArrayLike<number>,
): number {
  const { width, settable, sets } = problems;
  const exclusive = sets?.exclusive;
  let count = 0;
  for (let v = 0; v < width; v++) {
    let isOpen = settable[e * width + v] === 1;
    for (let c = 0; isOpen && c < chosen.length; c++) {
      isOpen = chosen[c] !== v &&
        (exclusive === undefined || exclusive.length === 0 || exclusive[(e * width + chosen[c]) * width + v] === 0);
    }
    open[offset + v] = isOpen ? 1 : 0;
    if (isOpen) count++;
  }
  return count;
}
