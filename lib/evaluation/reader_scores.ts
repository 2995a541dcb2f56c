/** How well a belief about the target's parents agrees with the truth. */

/** Scores of one belief. */
export interface ParentSetScore {
  /** F1 of the variables believed with more than ½; 0 where none of them is right. */
  readonly f1: number;
  /** Parents that are not believed and variables wrongly believed. */
  readonly shd: number;
}

/**
 * @param parent probability of each variable
 * @param isParent the truth about it
 * @param target left out
 */
export function parentSetScore(
  parent: ArrayLike<number>,
  isParent: (variable: number) => boolean,
  target: number,
): ParentSetScore {
  let right = 0;
  let wrong = 0;
  let missed = 0;
  for (let v = 0; v < parent.length; v++) {
    if (v === target) continue;
    const believed = parent[v] > 0.5;
    if (believed && isParent(v)) right++;
    else if (believed) wrong++;
    else if (isParent(v)) missed++;
  }
  return { f1: right === 0 ? 0 : 2 * right / (2 * right + wrong + missed), shd: wrong + missed };
}
