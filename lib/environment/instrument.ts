/** Draws rows of a batch of models as an experimenter measures them; see {@linkcode Problem} for kinds of intervention and drift. */

import type { Stream } from "../random/mod.ts";
import { compileSampler, type Sampler } from "../scm/mod.ts";
import { assignmentsOf, type ProblemBatch, type Setting } from "./settings.ts";
import type { Problem } from "./types.ts";

/**
 * One row of episode e with these variables set, at a step of the episode: the values of all `scm.variables`, in an array that
 * the next row overwrites.
 */
export type Instrument = (e: number, settings: readonly Setting[], stream: Stream, step: number) => Float64Array;

/** The instrument of a batch. Problems that are the same object share one compiled sampler. */
export function createInstrument(batch: ProblemBatch): Instrument {
  const { problems, seen } = batch;
  const samplers = compileOnce(problems);
  const row = new Float64Array(Math.max(...problems.map(({ scm }) => scm.variables.length)));
  return (e, settings, stream, step) => {
    const { scm, intervention, drift = 0 } = problems[e];
    if (settings.length === 0) samplers[e].rowInto(row, stream, -1, 0);
    else if (settings.length === 1 && intervention !== "shift") {
      samplers[e].rowInto(row, stream, seen[e][settings[0].variable], settings[0].value);
    } else samplers[e].rowsInto(row, 1, assignmentsOf(batch, e, settings), stream);
    if (drift !== 0) row[scm.target] += drift * step;
    return row;
  };
}

function compileOnce(problems: readonly Problem[]): Sampler[] {
  const compiled = new Map<Problem, Sampler>();
  return problems.map((problem) => {
    const known = compiled.get(problem) ?? compileSampler(problem.scm);
    compiled.set(problem, known);
    return known;
  });
}
