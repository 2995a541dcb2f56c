/** An SCM from its YAML form. */

import { ConfigError, parseYaml, validate, type YamlSource } from "../../input/mod.ts";
import { createScm, STANDARD_NOISE, type VariableDefinition } from "../create.ts";
import { ScmError } from "../error.ts";
import type { ReadMechanism } from "../mechanisms/kind.ts";
import { type Mechanism, mechanismKind, mechanismKinds } from "../mechanisms/registry.ts";
import { noiseKinds } from "../noise_kinds.ts";
import type { Domain, Noise, NoiseDistribution, Scm } from "../types.ts";
import { scmSchema, type VariableEntry } from "./scm_schema.ts";

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
 * `mlp: {parents, hidden, biases, outputs}`, each with an `intercept`; or a `formula`, in which a name that is no word stands
 * in backquotes. Noise: a standard deviation, `{kind, scale}`, or `{kind: uniform, low, high}`. A domain is `[low, high]` or
 * `{values: […]}`; `observed: false` hides a variable.
 *
 * @param text YAML
 * @param file name of the file, for messages
 * @throws ScmError with a line for each problem: the file, line and column, the path and the nearest known key
 */
export function parseScm(text: string, file: string): Scm {
  try {
    const source = parseYaml(text, file);
    checkCutFormulas(source);
    const entry = validate(scmSchema(), source.data, source.locate);
    const names = source.keys(["variables"]);
    const variables = names.map((name) => {
      return at(source, name, () => define(name, entry.variables[name] ?? {}, source));
    });
    return at(source, null, () => createScm({ ...entry, variables }));
  } catch (error) {
    throw error instanceof ConfigError ? new ScmError(error.message) : error;
  }
}

/** Puts the place in the file before the message of an error. */
function at<T>({ locate }: YamlSource, variable: string | null, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    const name = error.variable ?? variable;
    const place = name === null ? locate([]) : locate(["variables", name]);
    throw new ScmError(`${place}: ${error.message}`, name ?? undefined);
  }
}

/** In `{ formula: max(X, 0) }` YAML ends the formula at the comma: says so, before the rest is met as an unknown key. */
function checkCutFormulas({ data, locate }: YamlSource): void {
  const variables = section(section(data)?.["variables"]);
  for (const [name, entry] of Object.entries(variables ?? {})) {
    const variable = section(entry);
    const formula = variable?.["formula"];
    if (variable === undefined || typeof formula !== "string") continue;
    const open = formula.split("(").length > formula.split(")").length;
    const rest = Object.keys(variable).find((key) => variable[key] === null && key.includes(")"));
    if (!open || rest === undefined) continue;
    throw new ScmError(
      `${
        locate(["variables", name, "formula"])
      }: variables.${name}.formula: within { } YAML ends the text at the comma, ` +
        `after "${formula}"; write the formula in quotes: formula: "${formula}, ${rest}"`,
    );
  }
}

function section(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : undefined;
}

function define(name: string, entry: VariableEntry, source: YamlSource): VariableDefinition {
  const { parents, mechanism } = readMechanism(name, entry, source);
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

function readMechanism(name: string, entry: VariableEntry, source: YamlSource): ReadMechanism<Mechanism> {
  const given = mechanismKinds().filter(({ key }) => entry[key] !== undefined);
  if (given.length > 1) {
    throw new ScmError(`variable ${name}: it has two mechanisms, ${given[0].key} and ${given[1].key}`);
  }
  const kind = given[0] ?? mechanismKind("linear");
  return kind.read(entry[kind.key] ?? {}, {
    where: `variable ${name}`,
    intercept: entry.intercept,
    variables: source.keys(["variables"]),
    keys: source.keys(["variables", name, kind.key]),
  });
}

function readNoise(name: string, entry: VariableEntry["noise"]): Noise {
  if (entry === undefined) return STANDARD_NOISE;
  if (typeof entry === "number") return { ...STANDARD_NOISE, scale: entry };
  const { kind, scale, combination = "additive", ...rest } = entry;
  const given: Readonly<Record<string, unknown>> = rest;
  const parameters = Object.keys(given).filter((key) => given[key] !== undefined);
  const own = noiseKinds().filter((candidate) => candidate.name === kind);
  const known = own.flatMap(({ parameters }) => Object.keys(parameters));
  const foreign = parameters.find((key) => !known.includes(key));
  if (foreign !== undefined) {
    const owner = noiseKinds().find((candidate) => Object.hasOwn(candidate.parameters, foreign));
    throw new ScmError(`variable ${name}: ${kind} noise has no ${foreign}; only ${owner?.name} has`);
  }
  const absolute = kind === "uniform" && parameters.length > 0;
  const chosen = own.find((candidate) => (candidate.kind === "between") === absolute) ?? own[0];
  const missing = Object.keys(chosen.parameters).find((key) => !parameters.includes(key));
  if (missing !== undefined) {
    throw new ScmError(`variable ${name}: ${kind} noise needs ${missing}${HINTS[missing] ?? ""}`);
  }
  if (absolute === (scale !== undefined)) {
    throw new ScmError(
      absolute
        ? `variable ${name}: uniform noise has a scale or two ends, low and high, not both`
        : `variable ${name}: ${kind} noise needs a scale, its standard deviation`,
    );
  }
  const fields = Object.entries(chosen.parameters).map(([key, field]) => [field, given[key]]);
  const distribution = { kind: chosen.kind, ...Object.fromEntries(fields) } as NoiseDistribution;
  return { distribution, scale: scale ?? 1, combination };
}

const HINTS: Readonly<Record<string, string>> = { degrees_of_freedom: ", more than 2" };

function readDomain(entry: VariableEntry["domain"]): Domain | null {
  if (entry === undefined) return null;
  return Array.isArray(entry) ? { kind: "interval", low: entry[0], high: entry[1] } : { kind: "values", ...entry };
}
