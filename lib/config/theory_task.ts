/** The task of a theory run: one of T0 to T6, or one of one's own, inline or in a file. */

import { z } from "zod";
import {
  DIALECTS,
  FACTORS,
  OWN_GOALS,
  type OwnGoalName,
  ownTask,
  type Task,
  TASK_NAMES,
  theoryTask,
} from "../theory/mod.ts";
import { isPath, parseYaml } from "../input/mod.ts";
import type { Value } from "./overrides/types.ts";
import { type ConfigSource, readConfigText } from "./load.ts";
import { count, fraction, section } from "./fields.ts";

const ratio = () => z.union([z.number(), z.string().min(1)], { error: "expected a fraction such as 1/6, -2/3 or 0.5" });

const factorNames = FACTORS.map(({ factor }) => factor.name);
const abelianNames = FACTORS.flatMap(({ factor }) => factor.kind === "U1" ? [factor.name] : []);
const fieldList = () => z.array(z.string().min(1)).default([]);

const groupSection = section({
  factors: z.array(z.enum(factorNames)).min(1).describe(`gauge factors: ${factorNames.join(", ")}`),
  electric: section(
    Object.fromEntries(factorNames.map((name) => [
      name,
      z.union([ratio(), z.array(ratio()).min(1)]).optional().describe(
        abelianNames.includes(name)
          ? "how many times this charge counts in the electric charge"
          : "electric charge of each axis of the fundamental representation; they sum to 0",
      ),
    ])),
  ).default({}).describe("electric charge; what is left out is silent"),
  colour: z.enum(factorNames).optional().describe("the factor whose first three axes are colour"),
  vacuum: fieldList().describe("scalars that take a vacuum value, e.g. (1,2)_1/2"),
  max_charge: ratio().optional().describe("largest electric charge of a component of a field"),
});

const promptSection = section({
  name: z.string().min(1).describe("name of the prompt in reports"),
  fields: fieldList().describe(
    "given fermions, e.g. 3×(3b,1)_-2/3: copies, representations of the SU factors, charges of the U(1)s; ? is chosen by the policy",
  ),
  add: count(0).max(12).default(0).describe("most fields that the policy may add; 0 where it chooses charges"),
  scalars: z.boolean().default(false).describe("whether it may add scalars beside fermions"),
  charges: section(
    Object.fromEntries(
      abelianNames.map((name) => [name, ratio().optional().describe(`largest ${name} charge of a ?`)]),
    ),
  ).default({}).describe("how large a charge ? can be"),
});

const OWN_NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;

const ownTaskSection = section({
  name: z.string().regex(OWN_NAME, "expected letters, digits, dots and dashes").refine(
    (name) => !(TASK_NAMES as readonly string[]).includes(name),
    { error: "this name is taken" },
  ).describe("name of the task in tables and reports"),
  title: z.string().min(1).describe("what is asked, in a sentence"),
  group: z.union([z.enum(DIALECTS.map(({ name }) => name)), groupSection], {
    error: `expected a section, or one of ${DIALECTS.map(({ name }) => name).join(", ")}`,
  }).describe("gauge group with its electric charge: a name, or a section"),
  prompts: z.array(promptSection).min(1).describe("what the policy starts from"),
  held_out: z.array(promptSection).default([]).describe("prompts that training never sees"),
  goals: z.array(z.enum(Object.keys(OWN_GOALS) as [OwnGoalName, ...OwnGoalName[]])).default([]).describe(
    "what is asked beyond vanishing anomalies",
  ),
  contains: fieldList().describe("fermions that a theory must have"),
  count_exotics: z.boolean().default(true).describe("whether massless charged states count against a theory"),
  cancellation: fraction().default(0.5).describe(
    "share of an anomaly's score that is relative to its largest possible value",
  ),
});

/** A task by its name, or written out. A file of one's own is read before this is checked. */
export const taskSchema = z.union([z.enum(TASK_NAMES), ownTaskSection], {
  error: `expected one of ${TASK_NAMES.join(", ")}, a YAML file, or a section`,
});

/** The task that a config names or holds. @throws OwnTaskError naming the key of a task that cannot be */
export function taskOf(task: z.output<typeof taskSchema>): Task {
  return typeof task === "string" ? theoryTask(task) : ownTask(task);
}

/**
 * The config with the task of a file in the place of the file's path: a run keeps what it was asked, whatever becomes of
 * the file.
 * @throws ConfigError if there is no such file
 */
export function readTaskFile({ data, locate }: ConfigSource): ConfigSource {
  const file = typeof data === "object" && data !== null && "task" in data ? data.task : undefined;
  if (typeof file !== "string" || !isPath(file)) return { data, locate };
  const own = parseYaml(readConfigText(file), file);
  return {
    data: { ...data as { readonly [key: string]: Value }, task: own.data as Value },
    locate: (path) => path[0] === "task" ? own.locate(path.slice(1)) : locate(path),
  };
}
