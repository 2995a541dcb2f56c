/** What may be set, and interventions as flat arrays for the samplers. */

import { formatDomain } from "./create.ts";
import { ScmError } from "./error.ts";
import type { Domain, Intervention, Scm } from "./types.ts";

/** How a variable is intervened on, as a number. */
export const FREE = 0, PERFECT = 1, SHIFT = 2;

/** An intervention, or none, on every variable. Both arrays are `[variables]`. */
export interface Settings {
  /** {@linkcode FREE}, {@linkcode PERFECT} or {@linkcode SHIFT}. */
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
}

/** How far a value may lie outside its interval, as a share of the interval: rounding in a caller's own arithmetic. */
const ROUNDING = 1e-9;

/** The settings under which every variable is free. */
export function freeSettings(variables: number): Settings {
  return { kinds: new Uint8Array(variables), values: new Float64Array(variables) };
}

/**
 * Writes an intervention into settings that are free.
 * @throws ScmError for the target, a variable without a domain, a value outside the domain, or a variable set twice
 */
export function applyInto(settings: Settings, scm: Scm, intervention: Intervention): void {
  for (const { variable, value, kind } of intervention) {
    checkSetting(scm, variable, value);
    if (settings.kinds[variable] !== FREE) {
      throw new ScmError(`SCM "${scm.name}": ${scm.variables[variable].name} is set twice in one intervention`);
    }
    settings.kinds[variable] = kind === "perfect" ? PERFECT : SHIFT;
    settings.values[variable] = value;
  }
}

/** Frees the variables of an intervention again. */
export function clearInto(settings: Settings, intervention: Intervention): void {
  for (const { variable } of intervention) settings.kinds[variable] = FREE;
}

/** Whether a domain holds a value. */
export function domainHas(domain: Domain, value: number): boolean {
  if (domain.kind === "values") return domain.values.includes(value);
  const slack = ROUNDING * (domain.high - domain.low);
  return value >= domain.low - slack && value <= domain.high + slack;
}

/**
 * @throws ScmError if `variable` is the target or cannot be set, or if its domain does not hold `value`
 */
export function checkSetting(scm: Scm, variable: number, value: number): void {
  const found = scm.variables[variable];
  const settable = scm.variables.filter(({ domain }) => domain !== null).map(({ name }) => name).join(", ");
  if (found === undefined) {
    throw new ScmError(`SCM "${scm.name}" has no variable number ${variable}; it can set ${settable}`);
  }
  if (variable === scm.target) {
    throw new ScmError(`SCM "${scm.name}": ${found.name} is the target and can never be set`);
  }
  if (found.domain === null) {
    throw new ScmError(`SCM "${scm.name}": ${found.name} cannot be set; the variables that can are ${settable}`);
  }
  if (!domainHas(found.domain, value)) {
    throw new ScmError(
      `SCM "${scm.name}": ${found.name} = ${value} is outside its domain ${formatDomain(found.domain)}`,
    );
  }
}

/**
 * `[variables]` ends of the intervals for a quick test of a value. Where low = ∞ and high = −∞ only
 * {@linkcode checkSetting} can tell: a list of values, or a variable that cannot be set.
 */
export function intervalBounds(scm: Scm): { readonly low: Float64Array; readonly high: Float64Array } {
  const low = new Float64Array(scm.variables.length).fill(Infinity);
  const high = new Float64Array(scm.variables.length).fill(-Infinity);
  scm.variables.forEach(({ domain }, v) => {
    if (domain?.kind === "interval" && v !== scm.target) [low[v], high[v]] = [domain.low, domain.high];
  });
  return { low, high };
}
