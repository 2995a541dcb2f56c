/** The description of a real experiment: what is measured, what can be set, and what is wanted. No equations. */

import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { PublicProblems } from "../environment/mod.ts";
import {
  type Domain,
  domainEnds,
  type Network,
  type Objective,
  readNetwork,
  type Scm,
  type SetSizes,
} from "../scm/mod.ts";
import { count, parseConfigText, readConfigText, resolveWith, section } from "../config/mod.ts";
import { configError, type ConfigKey, listKeys, type Locate, suggestion } from "../input/mod.ts";
import { normalName } from "./names.ts";
import { checkRules } from "./rules/check.ts";
import { type ProblemRules, readRules, ruleKeys } from "./rules/keys.ts";
import { isEncoding } from "./tables/text.ts";

/** One measured variable. */
export interface ExperimentVariable {
  readonly name: string;
  readonly unit?: string;
  /** The values that it can be set to; `null`: it cannot be set. */
  readonly domain: Domain | null;
  /** How far a setting may lie from what is allowed, in the variable's unit; left out: that of the problem. */
  readonly tolerance?: number;
  /** What setting it costs, once for each experiment; left out: 1. */
  readonly cost?: number;
}

/** What a session needs to know about an experiment. */
export interface ExperimentProblem extends ProblemRules {
  readonly name: string;
  /** In label order, the target among them. */
  readonly variables: readonly ExperimentVariable[];
  readonly target: string;
  readonly objective: Objective;
  /** The budget: interventions that there will be, those already made included. */
  readonly interventions: number;
  /** Rows that one intervention yields in a data file; `all`: consecutive rows with the same setting are one intervention. */
  readonly rowsPerIntervention: number | "all";
  /**
   * The column of a data file that names the variables that were set; without one, nothing was. `*` is no column: every variable
   * with a domain is set in every row.
   */
  readonly settingColumn: string | null;
  /** What is done with a row that repeats an earlier one in every value. */
  readonly duplicates: "keep" | "drop";
  /** How far settings may lie from what is allowed, as a share of the domain's width: real ones scatter. */
  readonly tolerance: number;
  /** Words for a missing value in data files, beside the usual ones. */
  readonly missing: readonly string[];
  /** Encoding of text files without a byte-order mark, a label of the WHATWG Encoding Standard; `null`: UTF-8. */
  readonly encoding: string | null;
  /** How many variables one intervention sets; left out: one. */
  readonly setAtOnce?: SetSizes;
  /** Pairs of variables that are never set together. */
  readonly exclusive?: readonly (readonly [string, string])[];
}

/** What a problem has unless it says otherwise. */
export const PROBLEM_DEFAULTS = {
  rowsPerIntervention: 1,
  settingColumn: null,
  duplicates: "keep",
  tolerance: 0.01,
  missing: [],
  encoding: null,
} as const satisfies Partial<ExperimentProblem>;

const domainSchema = z.union([
  z.tuple([z.number(), z.number()]),
  z.strictObject({ values: z.array(z.number()).min(1) }),
  z.strictObject({ low: z.number(), high: z.number(), step: z.number().positive() }),
], { error: "expected [low, high], { values: [...] } or { low: …, high: …, step: … }" });

/** Most values that a domain with a step has. */
const MOST_STEPS = 1000;

const variableSchema = section({
  unit: z.string().min(1).optional().describe("shown beside every value"),
  domain: domainSchema.optional().describe(
    "[low, high], { values: [...] } or { low, high, step }; left out: it cannot be set",
  ),
  tolerance: z.number().min(0).optional().describe(
    "how far a setting may lie from what is allowed, in the variable's unit; that of the problem unless given",
  ),
  cost: z.number().min(0).optional().describe("what setting it costs, once for each experiment; 1 unless given"),
});

const problemSchema = section({
  name: z.string().min(1).describe("name of the experiment"),
  objective: z.enum(["minimize", "maximize"]).describe("whether the target is to be small or large"),
  target: z.string().describe("the variable that counts"),
  interventions: count(1).describe("the budget: interventions in all, those already made included"),
  rows_per_intervention: z.union([count(1), z.literal("all")]).default(
    PROBLEM_DEFAULTS.rowsPerIntervention,
  ).describe(
    "rows that one intervention yields in a data file; all: consecutive rows with the same setting",
  ),
  setting: z.string().min(1).optional().describe(
    "column that names what was set, as heat, heat;feed or heat = 30; empty: nothing was. *: every variable with a domain is " +
      "set in every row",
  ),
  set_at_once: section({ min: count(1).default(1), max: count(1) }).optional().describe(
    "how many variables one intervention sets; one unless given",
  ),
  exclusive: z.array(z.tuple([z.string().min(1), z.string().min(1)])).optional().describe(
    "pairs of variables that are never set together",
  ),
  duplicates: z.enum(["keep", "drop"]).default(PROBLEM_DEFAULTS.duplicates).describe(
    "what is done with rows that repeat another",
  ),
  tolerance: z.number().min(0).max(0.5).default(PROBLEM_DEFAULTS.tolerance).describe(
    "how far a measured setting may lie from what is allowed, as a share of the domain's width",
  ),
  missing: z.array(z.union([z.string().min(1), z.number()])).default([]).describe(
    "further words for a missing value in data files, e.g. [-999, n.d.]",
  ),
  encoding: z.string().refine(isEncoding, { error: "no such encoding; e.g. utf-8, windows-1252, utf-16le" }).optional()
    .describe("encoding of text files without a byte-order mark; UTF-8 unless given"),
  ...ruleKeys,
  variables: z.record(z.string().min(1), variableSchema.nullable()).describe("every measured variable by its column"),
});

/** Every key of a problem file. */
export const PROBLEM_KEYS: readonly ConfigKey[] = listKeys(problemSchema);

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
  if (entry.known?.file !== undefined) {
    const place = source.locate(["known", "file"]);
    throw configError(place, "known.file", "a text alone names no folder: readProblem reads the file with its graph");
  }
  return problemOf(entry, source.locate, null);
}

/**
 * Reads a problem file by its path, and the graph that its `known.file` names.
 * @throws {ConfigError} as {@linkcode parseProblem} does, and {@linkcode ScmError} for a graph that cannot be read
 */
export async function readProblem(file: string): Promise<ExperimentProblem> {
  const source = parseConfigText(readConfigText(file), file);
  const entry = resolveWith(problemSchema, source, []);
  const graph = entry.known?.file;
  if (graph === undefined) return problemOf(entry, source.locate, null);
  const path = resolve(dirname(file), graph);
  return problemOf(entry, source.locate, await readNetwork(readConfigText(path), path));
}

function problemOf(
  entry: z.output<typeof problemSchema>,
  locate: Locate,
  graph: Network | null,
): ExperimentProblem {
  const problem: ExperimentProblem = {
    name: entry.name,
    variables: Object.entries(entry.variables).map(([name, variable]) => ({
      name,
      ...(variable?.unit === undefined ? {} : { unit: variable.unit }),
      domain: readDomain(variable?.domain),
      ...(variable?.tolerance === undefined ? {} : { tolerance: variable.tolerance }),
      ...(variable?.cost === undefined ? {} : { cost: variable.cost }),
    })),
    target: entry.target,
    objective: entry.objective,
    interventions: entry.interventions,
    rowsPerIntervention: entry.rows_per_intervention,
    settingColumn: entry.setting ?? PROBLEM_DEFAULTS.settingColumn,
    duplicates: entry.duplicates,
    tolerance: entry.tolerance,
    missing: entry.missing.map(String),
    encoding: entry.encoding ?? PROBLEM_DEFAULTS.encoding,
    ...(entry.set_at_once === undefined ? {} : { setAtOnce: entry.set_at_once }),
    ...(entry.exclusive === undefined ? {} : { exclusive: entry.exclusive }),
    ...readRules(entry, graph, (message) => configError(locate(["known", "file"]), "known.file", message)),
  };
  return checkProblem(problem, locate);
}

function readDomain(entry: z.output<typeof domainSchema> | undefined): Domain | null {
  if (entry === undefined) return null;
  if (Array.isArray(entry)) return { kind: "interval", low: entry[0], high: entry[1] };
  return { kind: "values", values: "values" in entry ? entry.values.toSorted((a, b) => a - b) : stepped(entry) };
}

/** The values from the low end of a domain on, a step apart, without the digits that adding leaves behind. */
function stepped(
  { low, high, step }: { readonly low: number; readonly high: number; readonly step: number },
): number[] {
  const count = Math.min(MOST_STEPS, Math.floor((high - low) / step * (1 + 1e-9))) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, k) => Number((low + k * step).toPrecision(12)));
}

/**
 * The problem with its names in one form, if it can be worked on.
 * @param locate where a path of the problem file stands
 * @throws {ConfigError} for a target that is not measured or can be set, an empty domain, or nothing that can be set
 */
export function checkProblem(
  given: ExperimentProblem,
  locate: (path: readonly PropertyKey[]) => string = () => given.name,
): ExperimentProblem {
  const problem: ExperimentProblem = {
    ...given,
    variables: given.variables.map((variable) => ({ ...variable, name: normalName(variable.name) })),
    target: normalName(given.target),
    settingColumn: given.settingColumn === null ? null : normalName(given.settingColumn),
    ...(given.exclusive === undefined
      ? {}
      : { exclusive: given.exclusive.map(([a, b]) => [normalName(a), normalName(b)] as const) }),
  };
  const { variables, target, settingColumn } = problem;
  const names = variables.map(({ name }) => name);
  const at = (...path: string[]) => [locate(path), path.join(".")] as const;
  const twice = names.find((name, v) => names.indexOf(name) < v);
  if (twice !== undefined) throw configError(...at("variables", twice), "there are two variables of this name");
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
  checkSets(problem, at);
  checkRules(problem, at);
  return problem;
}

function checkSets(
  { variables, settingColumn, setAtOnce, exclusive = [] }: ExperimentProblem,
  at: (...path: string[]) => readonly [string, string],
): void {
  const settable = variables.filter(({ domain }) => domain !== null).map(({ name }) => name);
  for (const name of exclusive.flat()) {
    if (settable.includes(name)) continue;
    throw configError(...at("exclusive"), `"${name}" is no variable that can be set${suggestion(name, settable)}`);
  }
  const { min, max } = setAtOnce ?? { min: 1, max: 1 };
  if (max < min) {
    throw configError(...at("set_at_once"), `sets of ${min} to ${max} variables: the first is the smaller`);
  }
  if (min > settable.length) {
    throw configError(...at("set_at_once"), `${min} variables at once of ${settable.length} that can be set`);
  }
  if (settingColumn === EVERY_KNOB && Math.min(max, settable.length) < settable.length) {
    throw configError(
      ...at("set_at_once"),
      `setting "*" sets all ${settable.length} variables with a domain in every row: give set_at_once a max of that`,
    );
  }
}

/** The `setting` of files in which every variable with a domain is set in every row. */
export const EVERY_KNOB = "*";

/** Indices of the variables that can be set. */
export function knobs({ variables }: ExperimentProblem): number[] {
  return variables.flatMap(({ domain }, v) => domain === null ? [] : [v]);
}

/** The problem as a policy sees it: one episode, variables in order. */
export function publicProblem(problem: ExperimentProblem): PublicProblems {
  const { variables, target, objective, setAtOnce = { min: 1, max: 1 }, exclusive = [] } = problem;
  const most = Math.min(setAtOnce.max, knobs(problem).length);
  const width = variables.length;
  const pairs = new Uint8Array(exclusive.length > 0 ? width * width : 0);
  for (const [a, b] of exclusive) {
    const [i, j] = [a, b].map((name) => variables.findIndex((variable) => variable.name === name));
    pairs[i * width + j] = pairs[j * width + i] = 1;
  }
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
    ...(most === 1
      ? {}
      : { sets: { slots: most, least: Int32Array.of(setAtOnce.min), most: Int32Array.of(most), exclusive: pairs } }),
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
    ...PROBLEM_DEFAULTS,
  };
}
