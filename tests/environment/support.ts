/** Small SCMs with known answers. */

import type { Problem } from "../../lib/environment/mod.ts";
import { createScm, type Domain, type Objective, outcomeModel } from "../../lib/scm/mod.ts";

/** An edge by the names of its ends. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

export interface LinearOptions {
  readonly intercept?: number;
  readonly objective?: Objective;
  readonly domains?: Readonly<Record<string, Domain | null>>;
  readonly noise?: number;
}

const WIDE: Domain = { kind: "interval", low: -5, high: 5 };

/** A linear Gaussian problem; every variable but the last, the target, can be set in [−5, 5] unless `domains` says otherwise. */
export function linearProblem(names: readonly string[], edges: readonly Edge[], options: LinearOptions = {}): Problem {
  const { intercept = 0, objective = "minimize", domains = {}, noise = 1 } = options;
  const target = names[names.length - 1];
  const scm = createScm({
    name: `linear ${names.join("")}`,
    variables: names.map((name) => {
      const into = edges.filter(({ to }) => to === name);
      return {
        name,
        parents: into.map(({ from }) => from),
        mechanism: { kind: "linear", intercept, weights: into.map(({ weight }) => weight) },
        noise: { distribution: { kind: "gaussian" }, scale: noise, combination: "additive" },
        domain: name === target ? null : domains[name] === undefined ? WIDE : domains[name],
      };
    }),
    target,
    objective,
  });
  return { scm, outcomes: outcomeModel(scm) };
}

/** X0 → X1 → X2 with weights 1.5: the best intervention is X0 = −5 with −11.25, the best parent's is X1 = −5 with −7.5. */
export function chain(options: LinearOptions = {}): Problem {
  return linearProblem(["X0", "X1", "X2"], [
    { from: "X0", to: "X1", weight: 1.5 },
    { from: "X1", to: "X2", weight: 1.5 },
  ], options);
}
