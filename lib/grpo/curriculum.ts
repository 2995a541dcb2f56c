/** A curriculum: stages of growing difficulty that are passed by performance, not by the clock (DESIGN section 9). */

export interface CurriculumRule {
  /** The stage is passed when the moving mean of the normalised value reaches this. */
  readonly threshold: number;
  /** Updates that the moving mean covers; no stage is passed before so many. */
  readonly patience: number;
}

/** Part of the checkpoint. */
export interface CurriculumState {
  readonly stage: number;
  /** The latest normalised values of this stage, oldest first, at most `patience`. */
  readonly recent: readonly number[];
  /** Updates spent in this stage. */
  readonly updates: number;
}

/** A curriculum before its first update. */
export const INITIAL_CURRICULUM: CurriculumState = { stage: 0, recent: [], updates: 0 };

/** The state after one more update, in the next stage if this one has been passed and is not the last. */
export function advanceCurriculum(
  rules: readonly CurriculumRule[],
  state: CurriculumState,
  normalisedValue: number,
): CurriculumState {
  const { threshold, patience } = rules[state.stage];
  const recent = [...state.recent, normalisedValue].slice(-patience);
  const mean = recent.reduce((a, b) => a + b, 0) / recent.length;
  const passed = recent.length >= patience && mean >= threshold && state.stage < rules.length - 1;
  return passed
    ? { stage: state.stage + 1, recent: [], updates: 0 }
    : { stage: state.stage, recent, updates: state.updates + 1 };
}
