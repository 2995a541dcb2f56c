/** What a batch of problems looks like from outside: the variables that are seen, their domains, and the sets that are allowed. */

import { setsAllowed } from "./sets.ts";
import type { Problem, PublicProblems } from "./types.ts";

/** Indices into `scm.variables` of the variables that an experimenter can see, in label order. */
export function observedVariables(problem: Problem): Int32Array {
  return Int32Array.from(problem.scm.variables.flatMap((variable, i) => variable.observed ? [i] : []));
}

/** The public part of a batch of problems, padded to the largest; see {@linkcode PublicProblems}. */
export function publicProblems(problems: readonly Problem[]): PublicProblems {
  const seen = problems.map(observedVariables);
  const width = Math.max(...seen.map((indices) => indices.length));
  const episodes = problems.length;
  const low = new Float64Array(episodes * width);
  const high = new Float64Array(episodes * width);
  const settable = new Uint8Array(episodes * width);
  problems.forEach(({ scm }, e) =>
    seen[e].forEach((index, v) => {
      const domain = scm.variables[index].domain;
      if (domain === null || index === scm.target) return;
      low[e * width + v] = domain.kind === "interval" ? domain.low : Math.min(...domain.values);
      high[e * width + v] = domain.kind === "interval" ? domain.high : Math.max(...domain.values);
      settable[e * width + v] = 1;
    })
  );
  const sets = setsAllowed(problems, seen, { width, settable });
  return {
    episodes,
    width,
    ...(sets === undefined ? {} : { sets }),
    sizes: Int32Array.from(seen, (indices) => indices.length),
    targets: Int32Array.from(problems, ({ scm }, e) => seen[e].indexOf(scm.target)),
    signs: Float64Array.from(problems, ({ scm }) => scm.objective === "maximize" ? 1 : -1),
    low,
    high,
    settable,
  };
}
