/** An SCM from its YAML form. */

import { createScm, STANDARD_NOISE, type VariableDefinition } from "../create.ts";
import { ScmError } from "../error.ts";
import { formulaNames, parseFormula } from "../mechanisms/formula.ts";
import type { Domain, Mechanism, Noise, NoiseDistribution, Scm } from "../types.ts";
import { readYaml } from "./read.ts";
import { scmSchema, type VariableEntry } from "./scm_schema.ts";

const MECHANISM_KEYS = ["linear", "polynomial", "sigmoid", "tanh", "mlp", "formula"] as const;

/**
 * Reads an SCM. Parents are named where the mechanism uses them:
 *
 * ```yaml
 * name: chain-3
 * objective: minimize
 * target: X2
 * variables:
 *   X0: { domain: [-5, 5] }                              # intercept 0 and Gaussian noise of deviation 1 by default
 *   X1: { linear: { X0: 1.5 }, noise: 1, domain: [-5, 5] }
 *   X2: { formula: 1.5*X1, noise: { kind: laplace, scale: 1 } }
 * ```
 *
 * Mechanisms: `linear: {X: w}`, `polynomial: {X: [c1, c2, …]}`, `sigmoid` and `tanh: {X: {scale, slope, shift}}`,
 * `mlp: {parents, hidden, biases, outputs}`, each with an `intercept`; or a `formula`. A domain is `[low, high]` or
 * `{values: […]}`; `observed: false` hides a variable.
 *
 * @param text YAML
 * @param file name of the file, for messages
 * @throws ScmError with the file, the path and the nearest known key
 */
export function parseScm(text: string, file: string): Scm {
  const entry = readYaml(scmSchema, text, file);
  try {
    const variables = Object.entries(entry.variables).map(([name, variable]) => define(name, variable ?? {}));
    return createScm({ name: entry.name, objective: entry.objective, target: entry.target, variables });
  } catch (error) {
    throw error instanceof ScmError ? new ScmError(`${file}: ${error.message}`) : error;
  }
}

function define(name: string, entry: VariableEntry): VariableDefinition {
  const { parents, mechanism } = readMechanism(name, entry);
  return {
    name,
    parents,
    mechanism,
    noise: readNoise(name, entry.noise),
    domain: readDomain(entry.domain),
    observed: entry.observed ?? true,
    ...(entry.unit === undefined ? {} : { unit: entry.unit }),
  };
}

interface ReadMechanism {
  readonly parents: readonly string[];
  readonly mechanism: Mechanism;
}

function readMechanism(name: string, entry: VariableEntry): ReadMechanism {
  const given = MECHANISM_KEYS.filter((key) => entry[key] !== undefined);
  if (given.length > 1) throw new ScmError(`variable ${name}: it has two mechanisms, ${given[0]} and ${given[1]}`);
  const intercept = entry.intercept ?? 0;
  if (entry.formula !== undefined) return readFormula(name, entry.formula, entry.intercept);
  if (entry.mlp !== undefined) {
    const { parents, hidden, biases, outputs } = entry.mlp;
    const network = { hiddenWeights: hidden, hiddenBiases: biases, outputWeights: outputs };
    return { parents, mechanism: { kind: "mlp", intercept, ...network } };
  }
  if (entry.polynomial !== undefined) {
    const coefficients = Object.values(entry.polynomial);
    return { parents: Object.keys(entry.polynomial), mechanism: { kind: "polynomial", intercept, coefficients } };
  }
  for (const kind of ["sigmoid", "tanh"] as const) {
    const terms = entry[kind];
    if (terms === undefined) continue;
    const list = Object.values(terms);
    const scales = list.map(({ scale }) => scale), slopes = list.map(({ slope }) => slope);
    const mechanism: Mechanism = { kind, intercept, scales, slopes, shifts: list.map(({ shift = 0 }) => shift) };
    return { parents: Object.keys(terms), mechanism };
  }
  const linear = entry.linear ?? {};
  return { parents: Object.keys(linear), mechanism: { kind: "linear", intercept, weights: Object.values(linear) } };
}

function readFormula(name: string, formula: string, intercept: number | undefined): ReadMechanism {
  if (intercept !== undefined) {
    throw new ScmError(`variable ${name}: write its intercept ${intercept} into its formula "${formula}"`);
  }
  const parents = formulaNames(parseFormula(formula, null, `variable ${name}`));
  return { parents, mechanism: { kind: "expression", formula } };
}

function readNoise(name: string, entry: VariableEntry["noise"]): Noise {
  if (entry === undefined) return STANDARD_NOISE;
  if (typeof entry === "number") return { ...STANDARD_NOISE, scale: entry };
  const { kind, scale, degrees_of_freedom: degreesOfFreedom, combination = "additive" } = entry;
  return { distribution: readDistribution(name, kind, degreesOfFreedom), scale, combination };
}

function readDistribution(
  name: string,
  kind: NoiseDistribution["kind"],
  degreesOfFreedom: number | undefined,
): NoiseDistribution {
  if (kind === "student-t") {
    if (degreesOfFreedom === undefined) {
      throw new ScmError(`variable ${name}: student-t noise needs degrees_of_freedom, more than 2`);
    }
    return { kind, degreesOfFreedom };
  }
  if (degreesOfFreedom !== undefined) {
    throw new ScmError(`variable ${name}: ${kind} noise has no degrees_of_freedom; only student-t has`);
  }
  return { kind };
}

function readDomain(entry: VariableEntry["domain"]): Domain | null {
  if (entry === undefined) return null;
  return Array.isArray(entry) ? { kind: "interval", low: entry[0], high: entry[1] } : { kind: "values", ...entry };
}
