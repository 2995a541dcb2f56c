/** An SCM as equations for people. */

import { formatDomain } from "../create.ts";
import { mechanismKind } from "../mechanisms/registry.ts";
import { formatValue, joinTerms } from "../mechanisms/terms.ts";
import { noiseKind } from "../noise_kinds.ts";
import type { Intervention, Scm } from "../types.ts";

/**
 * One variable's equation, e.g. `X1 = 0.5 + 1.5·X0 + ε, ε ~ N(0, 0.8²)`. A network is named with its size; its weights are
 * in the YAML form.
 */
export function formatEquation(scm: Scm, variable: number): string {
  const found = scm.variables[variable];
  const { mechanism, noise } = found;
  const value = joinTerms(
    mechanismKind(mechanism.kind).terms(mechanism, found.parents.map((p) => scm.variables[p].name)),
  );
  const law = noiseKind(noise.distribution).text(noise.distribution, noise.scale);
  if (noise.scale === 0) return `${found.name} = ${value}`;
  if (noise.combination === "multiplicative") {
    return `${found.name} = (${value})·(1 + ε), ${law}`;
  }
  return `${found.name} = ${value === "0" ? "ε" : `${value} + ε`}, ${law}`;
}

/** One line for each variable, in topological order. */
export function formatEquations(scm: Scm): string[] {
  return scm.order.map((v) => formatEquation(scm, v));
}

/** What can be done with a variable: `target`, `hidden`, `observed`, or its domain. */
export function roleText(scm: Scm, variable: number): string {
  const { domain, observed, unit } = scm.variables[variable];
  if (variable === scm.target) return scm.objective === "minimize" ? "target, to minimize" : "target, to maximize";
  if (!observed) return "hidden";
  return domain === null ? "observed" : `${formatDomain(domain)}${unit === undefined ? "" : ` ${unit}`}`;
}

/** An intervention as words after an expectation: `without intervention`, `under do(X = −1, Z + 2)`. */
export function describeIntervention(scm: Scm, intervention: Intervention): string {
  if (intervention.length === 0) return "without intervention";
  const parts = intervention.map(({ variable, value, kind }) => {
    const { name } = scm.variables[variable];
    return kind === "perfect" ? `${name} = ${formatValue(value)}` : `${name} + ${formatValue(value)}`;
  });
  return `under do(${parts.join(", ")})`;
}
