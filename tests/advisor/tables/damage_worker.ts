/** Reads damaged copies of a file one after another, and says how each one ended. */

import { parentPort, workerData } from "node:worker_threads";
import { DataError } from "../../../lib/advisor/error.ts";
import { type BinaryFormat, openBinary } from "../../../lib/advisor/tables/binary.ts";

/** Damage to a file: one bit turned over, or everything behind a byte cut off. */
export interface DamageJob {
  readonly file: string;
  readonly format: BinaryFormat;
  readonly kind: "flip" | "cut";
  /** The first bit or byte, and the step to the next. */
  readonly first: number;
  readonly step: number;
}

/** A case that was read: how many rows came out, or what was wrong. */
export interface DamageResult {
  readonly case: number;
  readonly rows: number | null;
  /** Set if something else than a {@linkcode DataError} came out. */
  readonly raw: string | null;
}

const { file, format, kind, first, step } = workerData as DamageJob;
const whole = Deno.readFileSync(file);
const say = (result: DamageResult | "done") => parentPort?.postMessage(result);
for (let k = first; k < (kind === "flip" ? 8 * whole.length : whole.length); k += step) {
  const bytes = kind === "flip" ? whole.slice() : whole.slice(0, k);
  if (kind === "flip") bytes[k >> 3] ^= 1 << (k & 7);
  try {
    const table = await openBinary(bytes, "damaged", format, []);
    const { rows } = await table.read(
      table.columns.map((name, column) => ({ column, as: name === "set" ? "words" : "numbers" })),
    );
    say({ case: k, rows, raw: null });
  } catch (error) {
    const named = error instanceof DataError && error.message.startsWith("damaged: ");
    say({ case: k, rows: null, raw: named ? null : String(error) });
  }
}
say("done");
