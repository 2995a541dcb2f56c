// deno-lint-ignore-file no-console
/**
 * A family of graphs of one's own: a `ladder`, two chains side by side with rungs. `registerFamily` makes it known; from then on
 * distributions and track files may draw it, and policies are played, trained and compared on it as on any other.
 *
 *     deno run -A examples/family.ts
 *
 * @module
 */

import { baselineGrid, baselinePolicy, evaluate, heldOutProblems } from "../lib/evaluation/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION, registerFamily, type SampleGraph, type ScmDistribution } from "../lib/scm/mod.ts";

// What the type system is told; `registerFamily` tells the program.
declare module "../lib/scm/random/families.ts" {
  interface ForeignFamilies {
    ladder: true;
  }
}

/** Variable v has the one before it on its side, and, as a rung, its neighbour on the other side, if that came before. */
export const ladder: SampleGraph = (n) =>
  Array.from({ length: n }, (_, v) => [v - 2, ...(v % 2 === 1 ? [v - 1] : [])].filter((parent) => parent >= 0));

registerFamily("ladder", ladder);

/** Linear systems on ladders of 4 to 8 variables. */
export const LADDERS: ScmDistribution = {
  ...LINEAR_DISTRIBUTION,
  families: { ladder: 1 },
  sizes: { min: 4, max: 8 },
};

if (import.meta.main) {
  const stream = createStream(0);
  const problems = heldOutProblems(LADDERS, "test", 64, stream);
  for (const name of ["random", "blr-obs-ucb"]) {
    const { normalised } = evaluate(baselinePolicy(name, baselineGrid(name)[0]), problems, {
      method: name,
      mode: "mode",
      episode: { observationalRows: 20, interventionalRows: 0, horizon: 20, rowsPerIntervention: 1 },
      stream: stream.child("episodes"),
    });
    const mean = normalised.reduce((sum, value) => sum + value, 0) / normalised.length;
    console.log(`${name} on ladders: mean normalised value ${mean.toFixed(3)}`);
  }
}
