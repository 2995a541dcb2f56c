/** Which observed variables to adjust for, so that observational data tell the effect of an intervention on the target. */

import { ancestorsOf, areSeparated, descendantsOf } from "./graph.ts";
import type { Scm } from "./types.ts";

/**
 * A set of observed variables that fulfils the back-door criterion (Pearl 2009, definition 3.3.1) for `variable` and the
 * target: `E[Y | do(X = x)] = E_Z E[Y | x, Z]`. Of the candidates the first that is valid: the statistically optimal set,
 * i.e. the parents of the causal paths (Henckel, Perković & Maathuis 2022), the parents of the variable, and all ancestors of
 * both that it does not move, which is valid if any set is (van der Zander, Liśkiewicz & Textor 2014).
 * @returns indices into `scm.variables`; `null` if hidden causes leave no such set
 */
export function backdoorSet(scm: Scm, variable: number): readonly number[] | null {
  const { variables, target } = scm;
  const parents = variables.map((own) => own.parents);
  const causesTarget = ancestorsOf(parents, target);
  const moved = descendantsOf(parents, variable);
  const free = (v: number) => v !== variable && v !== target && moved[v] === 0 && variables[v].observed;
  // Without the edges out of the variable only the paths that confound are left.
  const confounding = parents.map((list) => list.filter((p) => p !== variable));
  const onPath = variables.flatMap((_, v) => moved[v] === 1 && (causesTarget[v] === 1 || v === target) ? [v] : []);
  const ancestors = ancestorsOf(parents, variable);
  const optimal = [...new Set(onPath.flatMap((v) => parents[v]))];
  const common = variables.flatMap((_, v) => ancestors[v] === 1 || causesTarget[v] === 1 ? [v] : []);
  const valid = (set: readonly number[]) => areSeparated(confounding, variable, target, set);
  const candidates = [optimal, parents[variable], common].map((set) => set.filter(free).toSorted((a, b) => a - b));
  return candidates.find(valid) ?? null;
}
