/** The log of a campaign: lines that are only ever added, each with the digest of the one before. */

import { join } from "node:path";
import { CorruptLineError, JsonLinesWriter, readJsonLines, type Row, sha256, statIfThere } from "../../runs/mod.ts";
import { DataError } from "../error.ts";
import { type CampaignEvent, checkEvent, type NewEvent } from "./events.ts";

/** Name of the log in a campaign's folder. */
export const LOG_FILE = "log.jsonl";
/** The digest that a new log begins with. */
export const EMPTY_LOG = "";
/** Digits of a digest that a line keeps of the one before. */
const DIGITS = 16;

/** A log as it was read. */
export interface ReadLog {
  readonly events: readonly CampaignEvent[];
  /** Digest of the last line. */
  readonly last: string;
  /** What its reader should know: a last line that was not written to its end. */
  readonly notes: readonly string[];
}

/**
 * Reads the log of a folder.
 * @throws {DataError} if there is none, or if a line was altered, left out or put in
 */
export function readLog(folder: string): ReadLog {
  const path = join(folder, LOG_FILE);
  if (statIfThere(path) === undefined) {
    throw new DataError(`${folder}: there is no campaign (${LOG_FILE}); deno task suggest start begins one`);
  }
  const { rows, warning } = readLines(path);
  let last = EMPTY_LOG;
  const events = rows.map((row, k) => {
    const where = `${path}:${k + 1}`;
    const event = checkEvent(row, where);
    if (event.after !== last) {
      throw new DataError(`${where}: the line does not follow from the one before: the log was altered`);
    }
    last = digest(row);
    return event;
  });
  if (events.length === 0) throw new DataError(`${path}: the log is empty`);
  const notes = warning === undefined ? [] : [`${warning}, as a writer leaves it that was killed`];
  return { events, last, notes };
}

function readLines(path: string) {
  try {
    return readJsonLines(path);
  } catch (error) {
    if (error instanceof CorruptLineError) throw new DataError(error.message);
    throw error;
  }
}

/** Adds lines to a log. */
export class LogWriter implements Disposable {
  readonly #writer: JsonLinesWriter;
  readonly #now: () => Date;
  #last: string;

  /**
   * Opens the log of a folder that this process holds the lock of; an incomplete last line is cut off.
   * @param last digest of the last line
   */
  constructor(folder: string, last: string, now: () => Date) {
    this.#writer = new JsonLinesWriter(join(folder, LOG_FILE));
    this.#last = last;
    this.#now = now;
  }

  /** The event as it was written; it is on the disk then. */
  append(event: NewEvent): CampaignEvent {
    const line = { ...event, at: this.#now().toISOString(), after: this.#last } as CampaignEvent;
    const row = JSON.parse(JSON.stringify(line)) as Row;
    this.#writer.append(row);
    this.#writer.sync();
    this.#last = digest(row);
    return line;
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }
}

function digest(row: Row): string {
  return sha256(JSON.stringify(row)).slice(0, DIGITS);
}
