/** Makes a checked {@linkcode Scm} from a definition in names. */

import { ScmError } from "./error.ts";
import { ancestorsOf, findCycle, topologicalOrder } from "./graph.ts";
import { checkMechanism, type Mechanism } from "./mechanisms/registry.ts";
import { checkNoise } from "./noise.ts";
import type { Domain, Noise, Objective, Scm, Variable } from "./types.ts";

/** A variable as its author writes it: parents by name, and defaults for what is left out. */
export interface VariableDefinition {
  readonly name: string;
  /** Default: none. The mechanism's lists are aligned with it. */
  readonly parents?: readonly string[];
  readonly mechanism: Mechanism;
  /** Default: {@linkcode STANDARD_NOISE}. */
  readonly noise?: Noise;
  /** Default: `null`, cannot be set. */
  readonly domain?: Domain | null;
  readonly unit?: string;
  /** Default: true. */
  readonly observed?: boolean;
}

/** A structural causal model as its author writes it. */
export interface ScmDefinition {
  readonly name: string;
  readonly variables: readonly VariableDefinition[];
  /** Name of the target. */
  readonly target: string;
  readonly objective: Objective;
}

/** Additive Gaussian noise of standard deviation 1. */
export const STANDARD_NOISE: Noise = { distribution: { kind: "gaussian" }, scale: 1, combination: "additive" };

/**
 * What a name may not hold: line breaks and other controls, and the backquote that encloses it in formulas. `__proto__` is none
 * either: objects by name cannot hold it.
 */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Co}`]/u;

/**
 * Checks a definition and orders its variables.
 *
 * @throws ScmError for a bad or repeated name, an unknown parent, a cycle (named), a mechanism or noise with wrong or
 * non-finite numbers, an empty domain, a hidden variable that can be set, or a target that no settable variable causes
 */
export function createScm(definition: ScmDefinition): Scm {
  const indices = checkNames(definition);
  const variables = definition.variables.map((variable) => {
    try {
      return resolve(definition.name, variable, indices);
    } catch (error) {
      throw error instanceof ScmError ? new ScmError(error.message, variable.name) : error;
    }
  });
  const parents = variables.map((variable) => variable.parents);
  const order = topologicalOrder(parents);
  if (order === null) {
    const cycle = findCycle(parents) ?? [];
    const names = [...cycle, cycle[0]].map((v) => variables[v].name);
    throw new ScmError(`SCM "${definition.name}" has a cycle: ${names.join(" → ")}`);
  }
  const target = indices.get(definition.target);
  if (target === undefined) {
    throw new ScmError(
      `SCM "${definition.name}": the target "${definition.target}" is none of ${[...indices.keys()].join(", ")}`,
    );
  }
  const scm: Scm = { name: definition.name, variables, order, target, objective: definition.objective };
  checkTarget(scm);
  return scm;
}

/** The variables that can be set: those with a domain, never the target. */
export function settableVariables(scm: Scm): number[] {
  return scm.variables.flatMap(({ domain }, v) => domain !== null && v !== scm.target ? [v] : []);
}

/** A domain in words: `[-5, 5]` or `{0, 1, 2}`. */
export function formatDomain(domain: Domain): string {
  return domain.kind === "interval" ? `[${domain.low}, ${domain.high}]` : `{${domain.values.join(", ")}}`;
}

/** Lowest and highest value of a domain. */
export function domainEnds(domain: Domain): readonly [low: number, high: number] {
  return domain.kind === "interval"
    ? [domain.low, domain.high]
    : [Math.min(...domain.values), Math.max(...domain.values)];
}

function checkNames(definition: ScmDefinition): Map<string, number> {
  const indices = new Map<string, number>();
  definition.variables.forEach(({ name }, v) => {
    if (name !== name.trim() || name === "" || name === "__proto__" || FORBIDDEN.test(name)) {
      throw new ScmError(
        `SCM "${definition.name}": ${
          JSON.stringify(name)
        } is no variable name: it must not be empty, begin or end with a ` +
          "space, hold a line break or a backquote, or be __proto__",
      );
    }
    if (indices.has(name)) throw new ScmError(`SCM "${definition.name}": two variables are named "${name}"`);
    indices.set(name, v);
  });
  return indices;
}

function resolve(scm: string, definition: VariableDefinition, indices: ReadonlyMap<string, number>): Variable {
  const { name, parents: names = [], mechanism, noise = STANDARD_NOISE, domain = null, unit, observed = true } =
    definition;
  const where = `SCM "${scm}", variable ${name}`;
  const parents = names.map((parent) => {
    const index = indices.get(parent);
    if (index === undefined) {
      throw new ScmError(`${where}: its parent "${parent}" is none of ${[...indices.keys()].join(", ")}`);
    }
    return index;
  });
  if (new Set(parents).size < parents.length) {
    throw new ScmError(`${where}: a parent is listed twice: ${names.join(", ")}`);
  }
  checkMechanism(mechanism, { where, parents: names, variables: [...indices.keys()] });
  checkNoise(noise, where);
  if (domain !== null) checkDomain(domain, where);
  if (!observed && domain !== null) throw new ScmError(`${where}: it is hidden, so it cannot have a domain`);
  return { name, parents, mechanism, noise, domain, observed, ...(unit === undefined ? {} : { unit }) };
}

function checkDomain(domain: Domain, where: string): void {
  if (domain.kind === "interval") {
    if (!Number.isFinite(domain.low) || !Number.isFinite(domain.high) || domain.low >= domain.high) {
      throw new ScmError(
        `${where}: its domain ${formatDomain(domain)} is empty: the low end must be below the high one`,
      );
    }
  } else if (domain.values.length === 0) {
    throw new ScmError(`${where}: its domain is empty: give at least one value`);
  } else if (!domain.values.every(Number.isFinite)) {
    throw new ScmError(`${where}: its domain ${formatDomain(domain)} holds a value that is not finite`);
  }
}

function checkTarget(scm: Scm): void {
  const target = scm.variables[scm.target];
  const where = `SCM "${scm.name}"`;
  if (!target.observed) throw new ScmError(`${where}: the target ${target.name} is hidden, so it cannot be optimised`);
  if (target.domain !== null) {
    throw new ScmError(`${where}: the target ${target.name} has a domain, but a target can never be set`);
  }
  const causes = ancestorsOf(scm.variables.map((variable) => variable.parents), scm.target);
  if (!settableVariables(scm).some((v) => causes[v] === 1)) {
    throw new ScmError(`${where}: the target ${target.name} has no cause that can be set`);
  }
}
