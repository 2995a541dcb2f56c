/** The run index: an SQLite file that is a cache of the run folders and is rebuilt from them whenever it is in doubt. */

import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { reason, removeIfThere } from "../files/atomic.ts";
import type { Row } from "../files/json_lines.ts";
import { isLocked } from "../files/lock.ts";
import { type RunState, runState } from "../run.ts";
import { type Filter, type Order, orderSql, whereSql } from "./query.ts";
import { findRuns, fingerprint, readRun, type RunRecord } from "./scan.ts";

const FILE = ".index.sqlite";
/** Part of the file; another number means that the file is rebuilt. */
const VERSION = 1;

/** All runs below a results folder. Dispose of it to close the file. */
export class RunIndex implements Disposable {
  readonly results: string;
  readonly #database: DatabaseSync;

  private constructor(results: string, database: DatabaseSync) {
    this.results = results;
    this.#database = database;
  }

  /**
   * Opens the index and brings it up to date with the folders. A file that is damaged or of another version is replaced; where
   * it cannot be written, e.g. on a full disk, the index lives in memory.
   * @param report is told when the file was replaced or could not be used, and why
   */
  static open(results: string, report: (message: string) => void): RunIndex {
    Deno.mkdirSync(results, { recursive: true });
    const path = join(results, FILE);
    try {
      return RunIndex.#openFile(results, path);
    } catch (error) {
      if (!isDamage(error)) {
        report(`${path}: ${reason(error)}; listed without it`);
        return RunIndex.#openFile(results, ":memory:");
      }
      report(`${path}: ${reason(error)}; rebuilt from the run folders`);
      removeIfThere(path);
      removeIfThere(`${path}-journal`);
      return RunIndex.#openFile(results, path);
    }
  }

  static #openFile(results: string, path: string): RunIndex {
    const database = new DatabaseSync(path);
    try {
      database.exec("PRAGMA busy_timeout = 10000");
      const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
      if (version !== VERSION) createTable(database);
      const index = new RunIndex(results, database);
      index.refresh();
      return index;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Takes in new and changed runs, forgets those whose folders are gone. */
  refresh(): void {
    const folders = new Map(findRuns(this.results).map((folder) => [folder, fingerprint(folder)]));
    const database = this.#database;
    database.exec("BEGIN IMMEDIATE");
    try {
      const known = new Map(
        database.prepare("SELECT folder, fingerprint FROM runs").all().map((
          row,
        ) => [row["folder"], row["fingerprint"]]),
      );
      for (const [folder, print] of folders) {
        if (known.get(folder) !== print) this.#store(folder, print, readRun(this.results, folder));
        else this.#updateState(folder, runState(folder, isLocked(folder)));
      }
      const forget = database.prepare("DELETE FROM runs WHERE folder = ?");
      for (const folder of known.keys()) if (!folders.has(String(folder))) forget.run(folder ?? null);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }

  #store(folder: string, print: string, run: RunRecord): void {
    this.#database.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      folder,
      print,
      run.path,
      run.name,
      run.id,
      run.state,
      run.update,
      JSON.stringify(run.config),
      JSON.stringify(run.metrics),
      run.summary === null ? null : JSON.stringify(run.summary),
      run.problem,
    );
  }

  #updateState(folder: string, state: RunState): void {
    this.#database.prepare("UPDATE runs SET state = ? WHERE folder = ? AND state <> ?").run(state, folder, state);
  }

  /** The runs that pass every filter, in the order asked for, otherwise by path. */
  list(filters: readonly Filter[] = [], order?: Order): readonly RunRecord[] {
    const where = whereSql(filters);
    const sort = orderSql(order);
    const rows = this.#database.prepare(`SELECT * FROM runs ${where.sql} ${sort.sql}`).all(
      ...where.values,
      ...sort.values,
    );
    return rows.map(toRecord);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Whether SQLite says that the file is not a sound database (SQLITE_CORRUPT, SQLITE_NOTADB). */
function isDamage(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && [11, 26].includes(Number(error.errcode) & 0xff);
}

function createTable(database: DatabaseSync): void {
  database.exec(`
    DROP TABLE IF EXISTS runs;
    CREATE TABLE runs (
      folder TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL,
      state TEXT NOT NULL, "update" INTEGER NOT NULL, config TEXT NOT NULL, metrics TEXT NOT NULL, summary TEXT, problem TEXT
    ) STRICT;
    PRAGMA user_version = ${VERSION};
  `);
}

function toRecord(row: Record<string, SQLOutputValue>): RunRecord {
  const text = (key: string) => String(row[key]);
  return {
    path: text("path"),
    name: text("name"),
    id: text("id"),
    state: text("state") as RunState,
    update: Number(row["update"]),
    config: JSON.parse(text("config")) as Row,
    metrics: JSON.parse(text("metrics")) as Row,
    summary: row["summary"] === null ? null : JSON.parse(text("summary")) as Row,
    problem: row["problem"] === null ? null : text("problem"),
  };
}
