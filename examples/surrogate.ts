// deno-lint-ignore-file no-console
/**
 * A surrogate of one's own: `correlation` believes in a variable as far as it correlates with the target in the rows where
 * neither was set. One record says its options, what it knows and how it is made. Inside the library it would be a file in
 * `lib/surrogate/` and a name in the list of `registry.ts`; from outside it is handed to whatever takes beliefs.
 *
 *     deno run -A examples/surrogate.ts
 *
 * @module
 */

import { z } from "zod";
import { type Beliefs, createEnvironment, type Observation } from "../lib/environment/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION, sampleProblem } from "../lib/scm/mod.ts";
import { createSurrogate, followBeliefs, type SurrogateKind, SURROGATES } from "../lib/surrogate/mod.ts";

const options = { sharpness: z.number().positive().default(2).describe("power of the correlation") };

/** |correlation|^sharpness of each variable with the target. */
export const correlation: SurrogateKind<"correlation", typeof options> = {
  name: "correlation",
  summary: "correlation with the target in rows where neither was set",
  options,
  privileged: false,
  knowsEffects: false,
  create: ({ sharpness }) => ({
    name: "correlation",
    privileged: false,
    track: () => ({ update: (observation) => believed(observation, sharpness) }),
  }),
};

function believed({ problems, history }: Observation, sharpness: number): Beliefs {
  const { episodes, width, sizes, targets } = problems;
  const parent = new Float64Array(episodes * width);
  const entropy = new Float64Array(episodes);
  for (let e = 0; e < episodes; e++) {
    for (let i = 0; i < sizes[e]; i++) {
      if (i === targets[e]) continue;
      const pairs: [number, number][] = [];
      for (let row = e * history.capacity; row < e * history.capacity + history.rows; row++) {
        if (history.intervened[row] === i) continue;
        pairs.push([history.values[row * width + i], history.values[row * width + targets[e]]]);
      }
      const p = Math.abs(correlationOf(pairs)) ** sharpness;
      parent[e * width + i] = p;
      if (p > 0 && p < 1) entropy[e] -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
    }
  }
  return { parent, entropy };
}

function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const mean = (of: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [x, y] = [mean(([x]) => x), mean(([, y]) => y)];
  const [xx, yy] = [mean(([v]) => (v - x) ** 2), mean(([, v]) => (v - y) ** 2)];
  return xx > 0 && yy > 0 ? mean(([a, b]) => (a - x) * (b - y)) / Math.sqrt(xx * yy) : 0;
}

/** Beliefs of a surrogate of any kind, ours included, about one random system after 200 rows. */
export function beliefsOf(kind: string): { readonly beliefs: readonly number[]; readonly parents: readonly boolean[] } {
  const stream = createStream(3);
  const problem = sampleProblem(LINEAR_DISTRIBUTION, stream.child("problem"));
  const environment = createEnvironment([problem], {
    observationalRows: 200,
    interventionalRows: 0,
    horizon: 1,
    rowsPerIntervention: 1,
  });
  environment.reset([stream.child("start")]);
  const surrogate = createSurrogate({ kind }, [...SURROGATES, correlation]);
  const { observation } = environment;
  const believe = followBeliefs(surrogate, [problem], observation.problems, () => [stream.child("beliefs")]);
  const beliefs = believe(observation).beliefs?.parent ?? new Float64Array();
  return { beliefs: [...beliefs], parents: [...beliefs].map((_, i) => environment.isParent(0, i)) };
}

if (import.meta.main) {
  for (const kind of ["correlation", "exact"]) {
    const { beliefs, parents } = beliefsOf(kind);
    console.log(kind.padEnd(12), beliefs.map((p, i) => `${p.toFixed(2)}${parents[i] ? " (parent)" : ""}`).join("  "));
  }
}
