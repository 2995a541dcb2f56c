/** An SCM as YAML that {@linkcode parseScm} reads back exactly. */

import { Document, isMap } from "yaml";
import type { Domain, Noise, Scm, Variable } from "../types.ts";
import type { ScmEntry, VariableEntry } from "./scm_schema.ts";

/** One line for each variable, numbers with all their digits. */
export function formatScm(scm: Scm): string {
  const names = scm.variables.map(({ name }) => name);
  const entry: ScmEntry = {
    name: scm.name,
    objective: scm.objective,
    target: names[scm.target],
    variables: Object.fromEntries(scm.variables.map((variable) => [variable.name, formatVariable(variable, names)])),
  };
  const document = new Document(entry, { aliasDuplicateObjects: false });
  for (const name of names) {
    const node = document.getIn(["variables", name], true);
    if (isMap(node)) node.flow = true;
  }
  return document.toString({ lineWidth: 0 });
}

function formatVariable(variable: Variable, names: readonly string[]): VariableEntry {
  const parents = variable.parents.map((p) => names[p]);
  return {
    ...formatMechanism(variable, parents),
    noise: formatNoise(variable.noise),
    ...(variable.domain === null ? {} : { domain: formatDomainEntry(variable.domain) }),
    ...(variable.unit === undefined ? {} : { unit: variable.unit }),
    ...(variable.observed ? {} : { observed: false }),
  };
}

function formatMechanism({ mechanism }: Variable, parents: readonly string[]): VariableEntry {
  const byParent = <T>(f: (index: number) => T) => Object.fromEntries(parents.map((name, i) => [name, f(i)]));
  switch (mechanism.kind) {
    case "expression":
      return { formula: mechanism.formula };
    case "linear": {
      const { intercept, weights } = mechanism;
      return { intercept, ...(parents.length > 0 ? { linear: byParent((i) => weights[i]) } : {}) };
    }
    case "polynomial":
      return { intercept: mechanism.intercept, polynomial: byParent((i) => [...mechanism.coefficients[i]]) };
    case "sigmoid":
    case "tanh": {
      const { kind, intercept, scales, slopes, shifts } = mechanism;
      return { intercept, [kind]: byParent((i) => ({ scale: scales[i], slope: slopes[i], shift: shifts[i] })) };
    }
    case "mlp": {
      const { intercept, hiddenWeights, hiddenBiases, outputWeights } = mechanism;
      const hidden = hiddenWeights.map((row) => [...row]);
      return {
        intercept,
        mlp: { parents: [...parents], hidden, biases: [...hiddenBiases], outputs: [...outputWeights] },
      };
    }
  }
}

function formatNoise({ distribution, scale, combination }: Noise): VariableEntry["noise"] {
  if (distribution.kind === "gaussian" && combination === "additive") return scale;
  const freedom = distribution.kind === "student-t" ? { degrees_of_freedom: distribution.degreesOfFreedom } : {};
  return { kind: distribution.kind, scale, ...freedom, ...(combination === "additive" ? {} : { combination }) };
}

function formatDomainEntry(domain: Domain): VariableEntry["domain"] {
  return domain.kind === "interval" ? [domain.low, domain.high] : { values: [...domain.values] };
}
