/** The run index: an SQLite file that is a cache of the run folders and is rebuilt from them whenever it is in doubt. */

import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { nearest } from "../../input/mod.ts";
import { reason, removeIfThere } from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";
import { leafPaths } from "./compare.ts";
import { type Field, fieldOf, fieldSql, type Filter, type Order, orderSql, whereSql } from "./query.ts";
import { findRuns, fingerprint, listedState, readRun, type RunRecord } from "./scan.ts";

const FILE = ".index.sqlite";
/** Part of the file; another number means that the file is rebuilt. */
const VERSION = 2;
/** SQLite's codes for a file that cannot be written or opened now: such a file is not in doubt. */
const NOT_NOW: ReadonlySet<number> = new Set([3, 5, 6, 8, 10, 13, 14, 23]);

/** The file does not hold what was written into it. */
class DamagedIndexError extends Error {}

/** All runs below a results folder. Dispose of it to close the file. */
export class RunIndex implements Disposable {
  readonly results: string;
  readonly #report: (message: string) => void;
  #database: DatabaseSync;

  private constructor(results: string, report: (message: string) => void) {
    this.results = results;
    this.#report = report;
    Deno.mkdirSync(results, { recursive: true });
    this.#database = openSoundly(join(results, FILE), report);
  }

  /**
   * Opens the index and brings it up to date with the folders. A file that is damaged in any place or of another version is made
   * again; where it cannot be written, e.g. on a full disk, the index lives in memory.
   * @param report is told when the file was replaced or could not be used, and why
   */
  static open(results: string, report: (message: string) => void): RunIndex {
    const index = new RunIndex(results, report);
    index.refresh();
    return index;
  }

  /** Takes in new and changed runs, forgets those whose folders are gone. */
  refresh(): void {
    this.#heal((database) => this.#takeIn(database));
  }

  #takeIn(database: DatabaseSync): void {
    const folders = new Map(findRuns(this.results).map((folder) => [folder, fingerprint(folder)]));
    execute(database, "BEGIN IMMEDIATE");
    try {
      this.#storeChanges(database, folders);
      execute(database, "COMMIT");
    } catch (error) {
      if (database.isTransaction) execute(database, "ROLLBACK");
      throw error;
    }
  }

  #storeChanges(database: DatabaseSync, folders: ReadonlyMap<string, string>): void {
    const known = new Map(database.prepare("SELECT * FROM runs").all().map((row) => [row["folder"], row]));
    const store = database.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)");
    for (const [folder, print] of folders) {
      const row = known.get(folder);
      const kept = row?.["fingerprint"] === print ? withState(toRecord(row), folder) : undefined;
      if (kept !== null) {
        const record = JSON.stringify(kept ?? readRun(this.results, folder));
        store.run(folder, print, record, digestOf(folder, print, record));
      }
    }
    const forget = database.prepare("DELETE FROM runs WHERE folder = ?");
    for (const folder of known.keys()) if (!folders.has(String(folder))) forget.run(folder ?? null);
  }

  /** Where the values stand that a word of a filter, an order or a column names. */
  field(word: string): Field {
    return this.#heal((database) =>
      fieldOf(word, (metric) => isAnywhere(database, { kind: "metric", path: ["metrics", metric] }))
    );
  }

  /** One note for each word that names nothing that any of the runs has, with the nearest word that does. */
  unknownWords(words: readonly string[]): readonly string[] {
    return words.map((word) => [word, this.field(word)] as const)
      .filter(([, field]) => field.kind !== "column" && !this.#heal((database) => isAnywhere(database, field)))
      .map(([word]) => {
        const known = this.list().flatMap(({ metrics, config }) => [...Object.keys(metrics), ...leafPaths(config)]);
        const near = nearest(word, known);
        return `no run has ${word}${near === undefined ? "" : `; did you mean "${near}"?`}`;
      });
  }

  /** The runs that pass every filter, in the order asked for, otherwise by path. */
  list(filters: readonly Filter[] = [], order?: Order): readonly RunRecord[] {
    const where = whereSql(filters.map((filter) => ({ ...filter, field: this.field(filter.key) })));
    const sort = orderSql(order === undefined ? undefined : { ...order, field: this.field(order.key) });
    return this.#heal((database) =>
      database.prepare(`SELECT * FROM runs ${where.sql} ${sort.sql}`).all(...where.values, ...sort.values).map(toRecord)
    );
  }

  /** Uses the database, and once more after making it again if it turns out to be damaged. */
  #heal<T>(use: (database: DatabaseSync) => T): T {
    try {
      return use(this.#database);
    } catch (error) {
      const path = join(this.results, FILE);
      this.#report(
        `${path}: ${reason(error)}; ${isDoubtful(error) ? "rebuilt from the run folders" : "listed without it"}`,
      );
      this.#database.close();
      this.#database = isDoubtful(error) ? openAnew(path, this.#report) : createDatabase(":memory:");
      this.#takeIn(this.#database);
      return use(this.#database);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Opens a file, made again if anything in it is not as it was written; a database in memory where the file cannot be used. */
function openSoundly(path: string, report: (message: string) => void): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA busy_timeout = 10000");
    if (database.prepare("PRAGMA user_version").get()?.["user_version"] !== VERSION) createTable(database);
    checkContents(database);
    return database;
  } catch (error) {
    database?.close();
    report(`${path}: ${reason(error)}; ${isDoubtful(error) ? "rebuilt from the run folders" : "listed without it"}`);
    return isDoubtful(error) ? openAnew(path, report) : createDatabase(":memory:");
  }
}

function openAnew(path: string, report: (message: string) => void): DatabaseSync {
  try {
    for (const file of [path, `${path}-journal`, `${path}-wal`, `${path}-shm`]) removeIfThere(file);
    return createDatabase(path);
  } catch (error) {
    report(`${path}: ${reason(error)}; listed without it`);
    return createDatabase(":memory:");
  }
}

function createDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 10000");
    createTable(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createTable(database: DatabaseSync): void {
  execute(database, "DROP TABLE IF EXISTS runs");
  execute(
    database,
    "CREATE TABLE runs (folder TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, record TEXT NOT NULL, digest TEXT NOT NULL) STRICT",
  );
  execute(database, `PRAGMA user_version = ${VERSION}`);
}

/** One statement; unlike those of `exec`, its errors carry SQLite's code. */
function execute(database: DatabaseSync, sql: string): void {
  database.prepare(sql).run();
}

/**
 * SQLite's own check sees damage of its structure, the digests see damage of what is stored.
 * @throws DamagedIndexError
 */
function checkContents(database: DatabaseSync): void {
  const verdict = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  if (verdict !== "ok") throw new DamagedIndexError(String(verdict).split("\n")[0]);
  for (const row of database.prepare("SELECT * FROM runs").all()) toRecord(row);
}

function digestOf(folder: string, fingerprint: string, record: string): string {
  return sha256(JSON.stringify([folder, fingerprint, record]));
}

/** @throws DamagedIndexError if the row is not what was stored */
function toRecord({ folder, fingerprint, record, digest }: Record<string, SQLOutputValue>): RunRecord {
  if (digest !== digestOf(String(folder), String(fingerprint), String(record))) {
    throw new DamagedIndexError("a row is not what was stored");
  }
  return JSON.parse(String(record)) as RunRecord;
}

/** The record with the state that the run has now; null if nothing changed. A run that cannot be read has no other state. */
function withState(record: RunRecord, folder: string): RunRecord | null {
  if (record.state === "unreadable") return null;
  const state = listedState(folder);
  return state === record.state ? null : { ...record, state };
}

/** Whether some run has a value there. */
function isAnywhere(database: DatabaseSync, field: Field): boolean {
  const { sql, values } = fieldSql(field);
  return database.prepare(`SELECT 1 FROM runs WHERE ${sql} IS NOT NULL LIMIT 1`).get(...values) !== undefined;
}

/** Whether an error says that the file may hold something else than was written, in contrast to a disk that is full. */
function isDoubtful(error: unknown): boolean {
  return !(error instanceof Error && "errcode" in error && NOT_NOW.has(Number(error.errcode) & 0xff));
}
