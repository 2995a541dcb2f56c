/** Sessions as they are stored: what is written is checked when it is read, to the last digit. */

import { z } from "zod";
import { sha256 } from "../runs/mod.ts";
import { DataError } from "./error.ts";
import type { ExperimentProblem } from "./problem.ts";
import { storedRules } from "./rules/keys.ts";
import { isEncoding } from "./tables/text.ts";

/** A session as it is stored. Reading it back gives the same answers. */
export interface StoredSession {
  readonly format: "causal-grpo session";
  readonly version: 2;
  readonly checkpoint: string;
  /** SHA-256 of the policy's weights: another policy in the same place is noticed. */
  readonly weights: string;
  readonly problem: ExperimentProblem;
  /** `[rows][variables]` */
  readonly observational: readonly (readonly number[])[];
  readonly interventions: readonly {
    readonly set: string | readonly string[];
    readonly rows: readonly (readonly number[])[];
  }[];
  /** SHA-256 of everything else: rows that were altered are noticed. */
  readonly digest: string;
}

const number = z.number();
const name = z.string().min(1);
const domain = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("interval"), low: number, high: number }),
  z.strictObject({
    kind: z.literal("values"),
    values: z.array(number).min(2).refine((values) => values.every((value, k) => k === 0 || values[k - 1] < value), {
      error: "expected each value once, the lowest first",
    }),
  }),
]);
/** A problem as sessions and campaigns store it. */
export const storedProblem = z.strictObject({
  name,
  variables: z.array(z.strictObject({
    name,
    unit: z.string().min(1).optional(),
    domain: domain.nullable(),
    tolerance: number.min(0).optional(),
    cost: number.min(0).optional(),
  })).min(2),
  target: name,
  objective: z.enum(["minimize", "maximize"]),
  interventions: z.int().min(1),
  rowsPerIntervention: z.union([z.int().min(1), z.literal("all")]),
  settingColumn: name.nullable(),
  duplicates: z.enum(["keep", "drop"]),
  tolerance: number.min(0).max(0.5),
  missing: z.array(z.string()),
  encoding: z.string().refine(isEncoding, { error: "no such encoding" }).nullable(),
  setAtOnce: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }).optional(),
  exclusive: z.array(z.tuple([name, name])).optional(),
  ...storedRules,
});
const rows = z.array(z.array(number));
const stored = z.strictObject({
  format: z.literal("causal-grpo session"),
  version: z.literal(2),
  checkpoint: name,
  weights: name,
  problem: storedProblem,
  observational: rows,
  interventions: z.array(z.strictObject({ set: z.union([name, z.array(name).min(2)]), rows: rows.min(1) })),
  digest: name,
});

/** The digest of a session. */
export function digestOf(session: Omit<StoredSession, "digest">): string {
  const { digest: _, ...rest } = session as StoredSession;
  return sha256(canonical(rest));
}

/**
 * What `JSON.parse` made of a session's JSON, if it is one and nothing in it was altered.
 * @throws {DataError} with the place of what is wrong
 */
export function checkStored(value: unknown): StoredSession {
  const result = stored.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    const place = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
    throw new DataError(`the stored session cannot be used: ${place}${message}`);
  }
  const session = result.data as StoredSession;
  const width = session.problem.variables.length;
  const groups = [session.observational, ...session.interventions.map((made) => made.rows)];
  groups.forEach((group, g) => {
    const row = group.findIndex((values) => values.length !== width);
    if (row < 0) return;
    const place = g === 0 ? `observational.${row}` : `interventions.${g - 1}.rows.${row}`;
    throw new DataError(
      `the stored session cannot be used: ${place}: ${group[row].length} values of ${width} variables`,
    );
  });
  if (digestOf(session) !== session.digest) {
    throw new DataError("the stored session cannot be used: it was altered after it was written");
  }
  return session;
}

/** JSON in which the order of keys does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
