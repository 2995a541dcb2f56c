/** The expected target of linear SCMs under sets of interventions, and the best value of every member of a set, in closed form. */

import { domainEnds } from "../create.ts";
import { linearMeans } from "../effects.ts";
import { meanArrays } from "../linear.ts";
import type { Assignment, Intervention, Scm, ValuedSet } from "../types.ts";
import type { SetObjective } from "./search.ts";

/**
 * With the edges into the members cut, `E[Y | do(S = v)] = a_S + Σᵢ τᵢ(S) vᵢ`, with τᵢ(S) the sum over all paths from i to the
 * target that meet no other member: the optimum over v lies at ends of the domains, one for each member by itself.
 */
export function linearSets(scm: Scm, kind: Assignment["kind"]): SetObjective {
  const arrays = meanArrays(scm);
  const { order, starts, sources, weights } = arrays;
  const effects = new Float64Array(order.length);
  const isMember = new Uint8Array(order.length);
  const ends = scm.variables.map(({ domain }) => domain === null ? [] : domainEnds(domain));

  function effectsInto(members: readonly number[]): void {
    effects.fill(0);
    isMember.fill(0);
    if (kind === "perfect") { for (const v of members) isMember[v] = 1; }
    effects[scm.target] = 1;
    for (let k = order.length - 1; k >= 0; k--) {
      const v = order[k];
      if (effects[v] === 0 || isMember[v] === 1) continue;
      for (let e = starts[v]; e < starts[v + 1]; e++) effects[sources[e]] += weights[e] * effects[v];
    }
  }

  const expected = (intervention: Intervention) => linearMeans(scm, intervention)[scm.target];
  const bestValues = (members: readonly number[], sign: number): ValuedSet => {
    effectsInto(members);
    const intervention = members.map((variable): Assignment => {
      const [low, high] = ends[variable];
      return { variable, value: sign * effects[variable] > 0 ? high : low, kind };
    });
    return { intervention, outcome: expected(intervention) };
  };
  return {
    expected,
    bestValues,
    bestAddition: (rest, variable, sign) => bestValues([...rest.map((each) => each.variable), variable], sign),
  };
}
