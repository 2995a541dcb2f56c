/** Checks that several kinds of mechanisms share. */

import { ScmError } from "../error.ts";
import type { CheckContext } from "./kind.ts";

/** @throws ScmError for an intercept that is not finite */
export function checkIntercept(intercept: number, { where }: CheckContext): void {
  if (!Number.isFinite(intercept)) throw new ScmError(`${where}: its intercept is ${intercept}, not a finite number`);
}

/** @throws ScmError for a list of another length than the parents */
export function checkAligned(list: readonly unknown[], what: string, { where, parents }: CheckContext): void {
  if (list.length !== parents.length) {
    throw new ScmError(`${where}: ${list.length} ${what} for ${parents.length} parents (${parents.join(", ")})`);
  }
}

/** @throws ScmError for a number that is not finite, with its parent */
export function checkFinite(numbers: readonly number[], what: string, { where, parents }: CheckContext): void {
  numbers.forEach((x, i) => {
    if (!Number.isFinite(x)) throw new ScmError(`${where}: ${what} ${parents[i] ?? i} is ${x}, not a finite number`);
  });
}
