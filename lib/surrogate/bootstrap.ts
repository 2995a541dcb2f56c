/**
 * Structure-aware static features (the two-phase document's phase 1): parent probabilities read off the true graph, the same
 * at every step. Privileged: a policy may be trained with them, and every result that they touch is marked.
 */

import { observedVariables, type Problem } from "../environment/mod.ts";
import { binaryEntropy } from "./entropy.ts";
import type { PrivilegedSurrogate } from "./types.ts";
import { z } from "zod";
import type { SurrogateKind } from "./kind.ts";

/** The parent probability of a variable from which no path leads to the target. */
const UNRELATED = 0.05;

/**
 * A variable at distance d from the target along the arrows has probability `(1 − ε) / (d + ½) + ε/2`; one that is no
 * ancestor, `(1 − ε) · 0.05 + ε/2`. Parents alone are above ½.
 * @param noise ε, how far the features are mixed with ignorance
 * @throws RangeError unless 0 ≤ ε < ½: beyond that parents fall below ½
 */
export function createBootstrapSurrogate(noise = 0.1): PrivilegedSurrogate {
  if (!(noise >= 0 && noise < 0.5)) {
    throw new RangeError(`Cannot mix features with noise = ${noise}: at least 0 and less than 0.5 was expected`);
  }
  return {
    name: "bootstrap",
    privileged: true,
    create: (problems) => ({
      name: "bootstrap",
      privileged: true,
      track({ episodes, width }) {
        const parent = new Float64Array(episodes * width);
        const entropy = new Float64Array(episodes);
        problems.forEach((problem, e) => {
          const distance = distances(problem);
          observedVariables(problem).forEach((index, v) => {
            if (index === problem.scm.target) return;
            const structural = distance[index] < Infinity ? 1 / (distance[index] + 0.5) : UNRELATED;
            const p = (1 - noise) * structural + noise / 2;
            parent[e * width + v] = p;
            entropy[e] += binaryEntropy(p);
          });
        });
        return { update: () => ({ parent: parent.slice(), entropy: entropy.slice() }) };
      },
    }),
  };
}

/** `[variables]` edges on the shortest directed path from each variable to the target; ∞ where there is none. */
function distances({ scm }: Problem): Float64Array {
  const distance = new Float64Array(scm.variables.length).fill(Infinity);
  distance[scm.target] = 0;
  const waiting = [scm.target];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const parent of scm.variables[next].parents) {
      if (distance[parent] < Infinity) continue;
      distance[parent] = distance[next] + 1;
      waiting.push(parent);
    }
  }
  return distance;
}

/** Schema of ε. */
export const noise = z.number().min(0).lt(0.5).default(0.1).describe(
  "how far the static features are mixed with ignorance",
);

const bootstrapOptions = { noise };

/** The static features as configs know them. */
export const bootstrap: SurrogateKind<"bootstrap", typeof bootstrapOptions> = {
  name: "bootstrap",
  summary: "static features of the true graph (privileged)",
  options: bootstrapOptions,
  privileged: true,
  knowsEffects: false,
  create: (options) => createBootstrapSurrogate(options.noise),
};
