/** What happens in a campaign, one event a line of its log. */

import { z } from "zod";
import { DataError } from "../error.ts";
import { storedProblem } from "../stored.ts";

const name = z.string().min(1);
const count = z.int().min(1);
const estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const settings = z.array(z.strictObject({ variable: name, value: z.number() })).min(1);
/** Time in ISO 8601, and the digest of the line before. */
const every = { at: z.iso.datetime(), after: z.string() };

const event = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("start"),
    format: z.literal("causal-grpo campaign"),
    version: z.literal(1),
    checkpoint: name,
    weights: name,
    problem: storedProblem,
    ...every,
  }),
  z.strictObject({
    kind: z.literal("tell"),
    groups: z.array(z.strictObject({
      set: z.array(name),
      rows: z.array(z.array(z.number())).min(1),
      experiment: count.optional(),
    })).min(1),
    ...every,
  }),
  z.strictObject({
    kind: z.literal("ask"),
    weights: name,
    proposals: z.array(z.strictObject({ experiment: count, settings, expected: estimate, probability: z.number() })),
    recommendation: z.strictObject({ settings: settings.nullable(), expected: estimate }),
    ...every,
  }),
  z.strictObject({ kind: z.literal("run"), experiment: count, settings, ...every }),
  z.strictObject({ kind: z.literal("drop"), experiment: count, reason: z.string().optional(), ...every }),
  z.strictObject({ kind: z.literal("undo"), event: count, ...every }),
]);

/**
 * One line of a log:
 * - `start`: the problem, and the policy that is asked;
 * - `tell`: rows that came in, `[rows][variables]` of each intervention, or of none (`set` is empty);
 * - `ask`: what was answered, by which weights; every proposal is an experiment that runs from then on; without proposals
 *   somebody only looked;
 * - `run`: an experiment that runs although it was not proposed; `drop`: one that will have no result;
 * - `undo`: a line (counted from 1) that no longer counts.
 */
export type CampaignEvent = z.output<typeof event>;

/** An event without what the log adds to it. */
export type NewEvent = CampaignEvent extends infer E ? E extends CampaignEvent ? Omit<E, "at" | "after"> : never
  : never;

/**
 * @param where file and line, for messages
 * @throws {DataError} for a line that is no event
 */
export function checkEvent(line: unknown, where: string): CampaignEvent {
  const result = event.safeParse(line);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new DataError(`${where}: no line of a campaign: ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`);
}
