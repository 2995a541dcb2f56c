/** The exact posterior of one episode: structure around the target, and total effects on it. */

import { createEffectScratch, type EffectMoments, type EffectScratch, effectsInto } from "./effects.ts";
import { familiesInto, type FamilyOptions } from "./families.ts";
import type { RegimeSums } from "../../numeric/mod.ts";
import { backwardInto, forwardInto, parentSetsInto, sumFamiliesInto } from "./structures.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** What is believed about the last of `nodes` nodes; standardised units. */
export interface Posterior {
  /** `[nodes − 1]` probability of being a parent. */
  readonly parent: Float64Array;
  /** Entropy of the parent set, nats. */
  readonly entropy: number;
  readonly effects: EffectMoments;
}

/** Computes posteriors over DAGs on one number of nodes, one after the other in the same buffers. */
export interface PosteriorSolver {
  readonly work: Workspace;
  solve(sums: RegimeSums, options: FamilyOptions): Posterior;
}

export function createPosteriorSolver(nodes: number): PosteriorSolver {
  const work = createWorkspace(nodes);
  const scratch: EffectScratch = createEffectScratch(nodes);
  return {
    work,
    solve(sums, options) {
      familiesInto(work, sums, options);
      sumFamiliesInto(work, true);
      forwardInto(work);
      backwardInto(work);
      parentSetsInto(work, nodes - 1);
      const parent = new Float64Array(nodes - 1);
      let entropy = 0;
      for (let set = 0; set < work.half; set++) {
        const p = work.parentSets[set];
        if (p === 0) continue;
        entropy -= p * Math.log(p);
        for (let v = 0; v < nodes - 1; v++) if ((set >> v & 1) === 1) parent[v] += p;
      }
      const values = () => new Float64Array(nodes - 1);
      const effects: EffectMoments = { mean: values(), second: values(), level: values() };
      effectsInto(effects, work, scratch);
      return {
        parent: parent.map((p) => Math.min(1, p)),
        entropy: Math.max(0, entropy),
        effects,
      };
    },
  };
}
