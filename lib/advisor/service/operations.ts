/** What a service does with a campaign, each with the schema of what is asked: the same over HTTP and over MCP. */

import { z } from "zod";
import type { Campaign } from "../campaign/campaign.ts";
import { campaignCsv } from "../campaign/table.ts";
import { DataError } from "../error.ts";

const count = z.int().min(1);
const settings = z.array(z.strictObject({
  variable: z.string().min(1).describe("a variable of the problem that can be set"),
  value: z.number().describe("in the variable's own unit"),
})).min(1);
const row = z.strictObject({
  values: z.record(z.string(), z.number()).describe(
    "a number for every variable of the problem; what the experiment set may be left out",
  ),
  set: z.array(z.string()).optional().describe("names of what was set, without an experiment; left out: nothing was"),
});

/** One thing that can be asked of a campaign. */
export interface Operation {
  readonly name: string;
  readonly description: string;
  /** Whether the campaign is another one afterwards. */
  readonly changes: boolean;
  /** JSON Schema of its input, an object. */
  readonly input: Readonly<Record<string, unknown>>;
  /**
   * @returns what JSON can hold
   * @throws {DataError} for an input that does not fit the schema or the campaign
   */
  run(campaign: Campaign, input: unknown): unknown;
}

function operation<Shape extends z.core.$ZodLooseShape>(
  name: string,
  description: string,
  changes: boolean,
  shape: Shape,
  run: (campaign: Campaign, input: z.output<z.ZodObject<Shape, z.core.$strict>>) => unknown,
): Operation {
  const schema = z.strictObject(shape);
  return {
    name,
    description,
    changes,
    input: z.toJSONSchema(schema, { io: "input" }),
    run: (campaign, input) => {
      const result = schema.safeParse(input ?? {});
      if (result.success) return run(campaign, result.data);
      const [{ path, message }] = result.error.issues;
      throw new DataError(`${name}: ${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`);
    },
  };
}

/** Everything that can be asked. */
export const OPERATIONS: readonly Operation[] = [
  operation(
    "state",
    "The problem, the experiments that run, and those with a result",
    false,
    {},
    ({ state: { problem, running, finished, rows, checkpoint } }) => ({
      problem,
      checkpoint,
      running,
      finished,
      rows: {
        observational: rows.observational.length / problem.variables.length,
        interventions: rows.interventions.length,
      },
    }),
  ),
  operation(
    "ask",
    "Propose experiments, which run from then on until their rows are told or they are dropped, and say what is known",
    true,
    {
      experiments: count.optional().describe("how many together; the problem's batch unless given"),
      count: count.optional().describe("most suggestions that are listed"),
    },
    (campaign, { experiments, count }) =>
      campaign.ask({
        ...(experiments === undefined ? {} : { experiments }),
        ...(count === undefined ? {} : { count }),
      }),
  ),
  operation(
    "look",
    "What is known, without proposing an experiment",
    false,
    { count: count.optional().describe("most suggestions that are listed") },
    (campaign, { count }) => campaign.ask({ experiments: 0, ...(count === undefined ? {} : { count }) }),
  ),
  operation(
    "tell",
    "Take in the measured rows of one experiment, or rows in which nothing was set",
    true,
    {
      rows: z.array(row).min(1).describe("the rows of one intervention"),
      experiment: count.optional().describe("number of the experiment that they are the result of"),
    },
    (campaign, { rows, experiment }) => ({
      finished: campaign.tell(
        rows.map(({ values, set }) => ({ values, ...(set === undefined ? {} : { set }) })),
        experiment,
      ) ?? null,
    }),
  ),
  operation(
    "run",
    "Say that an experiment runs which was not proposed",
    true,
    { settings },
    (campaign, { settings }) => campaign.run(settings),
  ),
  operation(
    "drop",
    "Say that an experiment will have no result",
    true,
    { experiment: count.describe("its number"), reason: z.string().optional().describe("why, for the log") },
    (campaign, { experiment, reason }) => campaign.drop(experiment, reason),
  ),
  operation(
    "undo",
    "Take back the last rows, proposals, or experiment that was added or dropped",
    true,
    {},
    (campaign) => ({ undone: campaign.undo() }),
  ),
  operation("export", "All rows as CSV, in the order in which they were told", false, {}, ({ state }) => ({
    csv: campaignCsv(state),
  })),
];
