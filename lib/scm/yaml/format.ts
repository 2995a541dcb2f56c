/** An SCM as YAML that {@linkcode parseScm} reads back exactly. */

import { Document, isMap } from "yaml";
import { mechanismKind } from "../mechanisms/registry.ts";
import { noiseKind } from "../noise_kinds.ts";
import type { Domain, Noise, Scm, Variable } from "../types.ts";

/** One line for each variable, numbers with all their digits. */
export function formatScm(scm: Scm): string {
  const names = scm.variables.map(({ name }) => name);
  // Maps keep the order of their keys, which objects lose for names such as `12`.
  const document = new Document({
    name: scm.name,
    objective: scm.objective,
    target: names[scm.target],
    variables: new Map(scm.variables.map((variable) => [variable.name, formatVariable(variable, names)])),
  }, { aliasDuplicateObjects: false });
  for (const name of names) {
    const node = document.getIn(["variables", name], true);
    if (isMap(node)) node.flow = true;
  }
  return document.toString({ lineWidth: 0 });
}

function formatVariable(variable: Variable, names: readonly string[]): Readonly<Record<string, unknown>> {
  const { mechanism, noise, domain, unit, observed } = variable;
  return {
    ...mechanismKind(mechanism.kind).write(mechanism, variable.parents.map((p) => names[p])),
    noise: formatNoise(noise),
    ...(domain === null ? {} : { domain: formatDomainEntry(domain) }),
    ...(unit === undefined ? {} : { unit }),
    ...(observed ? {} : { observed: false }),
  };
}

function formatNoise({ distribution, scale, combination }: Noise): number | Readonly<Record<string, unknown>> {
  if (distribution.kind === "gaussian" && combination === "additive") return scale;
  const { name, parameters } = noiseKind(distribution);
  const fields = Object.entries(parameters).map(([key, field]) => [key, Reflect.get(distribution, field)]);
  return {
    kind: name,
    ...(distribution.kind === "between" ? {} : { scale }),
    ...Object.fromEntries(fields),
    ...(combination === "additive" ? {} : { combination }),
  };
}

function formatDomainEntry(domain: Domain): readonly number[] | { readonly values: readonly number[] } {
  return domain.kind === "interval" ? [domain.low, domain.high] : { values: [...domain.values] };
}
