/** An SCM as equations for people. */

import { formatDomain } from "../create.ts";
import type { Noise, Scm, Variable } from "../types.ts";

/** A number with at most five significant digits. */
export function formatValue(x: number): string {
  return String(Number(x.toPrecision(5))).replace(/^-/, "−");
}

/**
 * One variable's equation, e.g. `X1 = 0.5 + 1.5·X0 + ε, ε ~ N(0, 0.8²)`. A network is named with its size; its weights are
 * in the YAML form.
 */
export function formatEquation(scm: Scm, variable: number): string {
  const found = scm.variables[variable];
  const value = joinTerms(mechanismTerms(found, found.parents.map((p) => scm.variables[p].name)));
  const { noise } = found;
  if (noise.scale === 0) return `${found.name} = ${value}`;
  if (noise.combination === "multiplicative") {
    return `${found.name} = (${value})·(1 + ε), ${noiseText(noise)}`;
  }
  return `${found.name} = ${value === "0" ? "ε" : `${value} + ε`}, ${noiseText(noise)}`;
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

/** The terms of a mechanism, without zeros. */
function mechanismTerms({ mechanism }: Variable, parents: readonly string[]): string[] {
  if (mechanism.kind === "expression") return [mechanism.formula];
  const constant = mechanism.intercept === 0 ? [] : [formatValue(mechanism.intercept)];
  switch (mechanism.kind) {
    case "linear":
      return [...constant, ...mechanism.weights.map((w, i) => product(w, parents[i]))];
    case "polynomial":
      return [
        ...constant,
        ...mechanism.coefficients.flatMap((list, i) =>
          list.flatMap((c, k) => c === 0 ? [] : [product(c, k === 0 ? parents[i] : `${parents[i]}^${k + 1}`)])
        ),
      ];
    case "sigmoid":
    case "tanh": {
      const { kind, scales, slopes, shifts } = mechanism;
      const inner = (i: number) =>
        joinTerms([product(slopes[i], parents[i]), ...(shifts[i] === 0 ? [] : [formatValue(shifts[i])])]);
      return [...constant, ...scales.map((scale, i) => product(scale, `${kind}(${inner(i)})`))];
    }
    case "mlp":
      return [...constant, `MLP(${parents.join(", ")}; ${mechanism.outputWeights.length} tanh units)`];
  }
}

function product(factor: number, what: string): string {
  if (factor === 1) return what;
  return factor === -1 ? `−${what}` : `${formatValue(factor)}·${what}`;
}

/** `a + b − c`; `0` for nothing. */
function joinTerms(terms: readonly string[]): string {
  return terms.length === 0 ? "0" : terms.join(" + ").replaceAll("+ −", "− ");
}

function noiseText({ distribution, scale }: Noise): string {
  const deviation = formatValue(scale);
  switch (distribution.kind) {
    case "gaussian":
      return `ε ~ N(0, ${scale === 1 ? "1" : `${deviation}²`})`;
    case "uniform": {
      const reach = formatValue(Math.sqrt(3) * scale);
      return `ε ~ U(−${reach}, ${reach})`;
    }
    case "student-t":
      return `ε ~ t(${formatValue(distribution.degreesOfFreedom)}) of deviation ${deviation}`;
    default:
      return `ε ~ ${distribution.kind === "laplace" ? "Laplace" : "Gumbel"} of mean 0 and deviation ${deviation}`;
  }
}
