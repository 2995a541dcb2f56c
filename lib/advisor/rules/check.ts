/** Whether what a problem says beside its variables can be kept at all. */

import { configError, suggestion } from "../../input/mod.ts";
import { type Domain, domainEnds } from "../../scm/mod.ts";
import type { ProblemRules } from "./keys.ts";
import { contradiction } from "./known.ts";

/** What rules speak of. */
interface Ruled extends ProblemRules {
  readonly variables: readonly { readonly name: string; readonly domain: Domain | null }[];
}

type Place = (...path: string[]) => readonly [string, string];

/** @throws {ConfigError} for names that are no variables, empty limits, or a graph that contradicts itself */
export function checkRules(problem: Ruled, at: Place): void {
  checkLimits(problem, at);
  checkConstraints(problem, at);
  const { known, variables } = problem;
  if (known === undefined) return;
  const names = variables.map(({ name }) => name);
  const all = [
    ...known.required.flat().map((name) => ["required", name]),
    ...known.forbidden.flat().map((name) => ["forbidden", name]),
    ...known.roots.map((name) => ["roots", name]),
    ...known.tiers.flat().map((name) => ["tiers", name]),
  ];
  for (const [key, name] of all) {
    if (names.includes(name)) continue;
    throw configError(...at("known", key), `no variable is named "${name}"${suggestion(name, names)}`);
  }
  const twice = known.tiers.flat().find((name, k, tiered) => tiered.indexOf(name) < k);
  if (twice !== undefined) throw configError(...at("known", "tiers"), `${twice} is in two tiers`);
  const wrong = contradiction(names, known);
  if (wrong !== null) throw configError(...at("known"), wrong);
}

function checkLimits({ limits = [], variables }: Ruled, at: Place): void {
  const measured = variables.filter(({ domain }) => domain === null).map(({ name }) => name);
  for (const { variable, min = -Infinity, max = Infinity } of limits) {
    const where = at("limits", variable);
    if (!measured.includes(variable)) {
      const settable = variables.some(({ name }) => name === variable);
      throw configError(
        ...where,
        settable
          ? `${variable} can be set: its domain is its limit`
          : `no measured variable is named "${variable}"${suggestion(variable, measured)}`,
      );
    }
    checkEnds(min, max, where);
  }
}

function checkConstraints({ constraints = [], variables }: Ruled, at: Place): void {
  const settable = variables.filter(({ domain }) => domain !== null);
  constraints.forEach(({ sum, min = -Infinity, max = Infinity }, k) => {
    const where = at("constraints", String(k));
    for (const { variable } of sum) {
      if (settable.some(({ name }) => name === variable)) continue;
      const names = settable.map(({ name }) => name);
      throw configError(...where, `"${variable}" is no variable that can be set${suggestion(variable, names)}`);
    }
    if (sum.every(({ weight }) => weight === 0)) throw configError(...where, "a sum of nothing has no limits");
    checkEnds(min, max, where);
    const ends = sum.map(({ variable, weight }) => {
      const domain = settable.find(({ name }) => name === variable)?.domain ?? null;
      return domain === null ? [0] : domainEnds(domain).map((end) => weight * end);
    });
    const least = ends.reduce((total, each) => total + Math.min(...each), 0);
    const most = ends.reduce((total, each) => total + Math.max(...each), 0);
    if (least > max || most < min) {
      throw configError(...where, `the sum is between ${least} and ${most} in the domains: it cannot be kept`);
    }
  });
}

function checkEnds(min: number, max: number, where: readonly [string, string]): void {
  if (min === -Infinity && max === Infinity) throw configError(...where, "give a min, a max or both");
  if (!(min < max)) throw configError(...where, `expected min below max, got ${min} and ${max}`);
}
