/** The description of a real experiment: what is measured, what can be set, and what is wanted. No equations. */

import { z } from "zod";
import type { PublicProblems } from "../environment/mod.ts";
import { type Domain, domainEnds, type Objective, type Scm } from "../scm/mod.ts";
import { configError, count, parseConfigText, resolveWith, section, suggestion } from "../config/mod.ts";

/** One measured variable. */
export interface ExperimentVariable {
  readonly name: string;
  readonly unit?: string;
  /** The values that it can be set to; `null`: it cannot be set. */
  readonly domain: Domain | null;
}

/** What a session needs to know about an experiment. */
export interface ExperimentProblem {
  readonly name: string;
  /** In label order, the target among them. */
  readonly variables: readonly ExperimentVariable[];
  readonly target: string;
  readonly objective: Objective;
  /** The budget: interventions that there will be, those already made included. */
  readonly interventions: number;
  /** Rows that one intervention yields in a data file; `all`: consecutive rows with the same setting are one intervention. */
  readonly rowsPerIntervention: number | "all";
  /** The column of a data file that names the variable that was set; without one, nothing was. */
  readonly settingColumn: string | null;
  /** What is done with a row that repeats an earlier one in every value. */
  readonly duplicates: "keep" | "drop";
}

const domainSchema = z.union([
  z.tuple([z.number(), z.number()]),
  z.strictObject({ values: z.array(z.number()).min(1) }),
], { error: "expected [low, high] or { values: [...] }" });

const variableSchema = section({
  unit: z.string().min(1).optional().describe("shown beside every value"),
  domain: domainSchema.optional().describe("[low, high] or { values: [...] }; left out: it cannot be set"),
});

const problemSchema = section({
  name: z.string().min(1).describe("name of the experiment"),
  objective: z.enum(["minimize", "maximize"]).describe("whether the target is to be small or large"),
  target: z.string().describe("the variable that counts"),
  interventions: count(1).describe("the budget: interventions in all, those already made included"),
  rows_per_intervention: z.union([count(1), z.literal("all")]).default(1).describe(
    "rows that one intervention yields in a data file; all: consecutive rows with the same setting",
  ),
  setting: z.string().min(1).optional().describe("column that names the variable that was set; empty: nothing was"),
  duplicates: z.enum(["keep", "drop"]).default("keep").describe("what is done with rows that repeat another"),
  variables: z.record(z.string().min(1), variableSchema.nullable()).describe("every measured variable by its column"),
});

/**
 * Reads a problem file:
 *
 * ```yaml
 * name: bioreactor
 * objective: maximize
 * target: yield
 * interventions: 20
 * setting: set
 * variables:
 *   temperature: { unit: °C, domain: [20, 40] }
 *   pH: { domain: { values: [6, 6.5, 7] } }
 *   biomass: { unit: g/L }
 *   yield: { unit: "%" }
 * ```
 *
 * @param text YAML
 * @param file its name, for messages
 * @throws {ConfigError} with the line of everything that is wrong, and the nearest key or name
 */
export function parseProblem(text: string, file: string): ExperimentProblem {
  const source = parseConfigText(text, file);
  const entry = resolveWith(problemSchema, source, []);
  const problem: ExperimentProblem = {
    name: entry.name,
    variables: Object.entries(entry.variables).map(([name, variable]) => ({
      name,
      ...(variable?.unit === undefined ? {} : { unit: variable.unit }),
      domain: readDomain(variable?.domain),
    })),
    target: entry.target,
    objective: entry.objective,
    interventions: entry.interventions,
    rowsPerIntervention: entry.rows_per_intervention,
    settingColumn: entry.setting ?? null,
    duplicates: entry.duplicates,
  };
  return checkProblem(problem, (path) => source.locate(path));
}

function readDomain(entry: z.output<typeof domainSchema> | undefined): Domain | null {
  if (entry === undefined) return null;
  if (Array.isArray(entry)) return { kind: "interval", low: entry[0], high: entry[1] };
  return { kind: "values", values: entry.values.toSorted((a, b) => a - b) };
}

/**
 * The problem itself, if it can be worked on.
 * @param locate where a path of the problem file stands
 * @throws {ConfigError} for a target that is not measured or can be set, an empty domain, or nothing that can be set
 */
export function checkProblem(
  problem: ExperimentProblem,
  locate: (path: readonly PropertyKey[]) => string = () => problem.name,
): ExperimentProblem {
  const { variables, target, settingColumn } = problem;
  const names = variables.map(({ name }) => name);
  const at = (...path: string[]) => [locate(path), path.join(".")] as const;
  if (!names.includes(target)) {
    throw configError(...at("target"), `no variable is named "${target}"${suggestion(target, names)}`);
  }
  if (settingColumn !== null && names.includes(settingColumn)) {
    throw configError(...at("setting"), `column "${settingColumn}" is a variable: it cannot say what was set as well`);
  }
  for (const { name, domain } of variables) {
    if (domain === null) continue;
    const where = at("variables", name, "domain");
    if (name === target) throw configError(...where, "the target cannot be set: leave its domain out");
    const [low, high] = domainEnds(domain);
    if (!(low < high)) throw configError(...where, `expected at least two values, lowest first, got ${low} to ${high}`);
  }
  if (variables.every(({ domain }) => domain === null)) {
    throw configError(...at("variables"), "no variable can be set: give at least one a domain");
  }
  return problem;
}

/** The problem as a policy sees it: one episode, variables in order. */
export function publicProblem({ variables, target, objective }: ExperimentProblem): PublicProblems {
  const ends = variables.map(({ domain }) => domain === null ? [0, 0] : domainEnds(domain));
  return {
    episodes: 1,
    width: variables.length,
    sizes: Int32Array.of(variables.length),
    targets: Int32Array.of(variables.findIndex(({ name }) => name === target)),
    signs: Float64Array.of(objective === "maximize" ? 1 : -1),
    low: Float64Array.from(ends, ([low]) => low),
    high: Float64Array.from(ends, ([, high]) => high),
    settable: Uint8Array.from(variables, ({ domain }) => domain === null ? 0 : 1),
  };
}

/** What an experimenter can know about an SCM: its observed variables, their domains and the target. */
export function problemOfScm(scm: Scm, interventions: number): ExperimentProblem {
  return {
    name: scm.name,
    variables: scm.variables.filter(({ observed }) => observed)
      .map(({ name, unit, domain }) => ({ name, ...(unit === undefined ? {} : { unit }), domain })),
    target: scm.variables[scm.target].name,
    objective: scm.objective,
    interventions,
    rowsPerIntervention: 1,
    settingColumn: null,
    duplicates: "keep",
  };
}
