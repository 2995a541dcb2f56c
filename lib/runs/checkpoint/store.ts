/** The checkpoints of one run: `update-000100/`, …, and the links `latest` and `best`. */

import { basename, join } from "node:path";
import { exists, removeIfThere, TEMPORARY_PREFIX } from "../files/atomic.ts";
import { type Best, type Checkpoint, type CheckpointContents, decodeCheckpoint, encodeCheckpoint } from "./contents.ts";
import { CorruptCheckpointError, readSealedFolder, writeSealedFolder } from "./sealed_folder.ts";
import type { TensorFormat } from "./tensors.ts";

const FOLDER = /^update-(\d{6,})$/;

/** There is no checkpoint where one was asked for. */
export class NoCheckpointError extends Error {
  override readonly name = "NoCheckpointError";
}

/** How a store keeps its checkpoints. */
export interface StoreOptions {
  /** Newest checkpoints that are kept, besides the best one. */
  readonly keep: number;
  readonly format: TensorFormat;
}

/** Writes, reads and prunes the checkpoints under one folder, which must exist. */
export class CheckpointStore {
  readonly folder: string;
  readonly #options: StoreOptions;
  #best: Best | null = null;

  constructor(folder: string, options: StoreOptions) {
    this.folder = folder;
    this.#options = options;
  }

  /** The best checkpoint that was saved, or restored by {@linkcode readLatest}. */
  get best(): Best | null {
    return this.#best;
  }

  /** Updates of the checkpoints on the disk, ascending. */
  list(): readonly number[] {
    const updates: number[] = [];
    for (const entry of Deno.readDirSync(this.folder)) {
      const update = FOLDER.exec(entry.name)?.[1];
      if (entry.isDirectory && update !== undefined) updates.push(Number(update));
    }
    return updates.sort((a, b) => a - b);
  }

  /**
   * Writes a checkpoint, moves `latest` (and `best`, if the score is above every earlier one), and removes old ones.
   * @param score what `best` is judged by; none if this checkpoint was not evaluated
   * @param run the config as YAML and the length of `metrics.jsonl`
   * @returns the checkpoint's folder
   */
  save(
    contents: CheckpointContents,
    run: { readonly config: string; readonly metricsBytes: number },
    score?: number,
  ): string {
    if (score !== undefined && (this.#best === null || score > this.#best.score)) {
      this.#best = { update: contents.update, score };
    }
    const folder = this.#folderOf(contents.update);
    writeSealedFolder(folder, encodeCheckpoint({ ...contents, ...run, best: this.#best }, this.#options.format));
    this.#link("latest", contents.update);
    if (this.#best !== null && exists(this.#folderOf(this.#best.update))) this.#link("best", this.#best.update);
    this.#prune();
    return folder;
  }

  /**
   * Reads one checkpoint.
   * @throws {CorruptCheckpointError} naming the file that is damaged
   */
  read(update: number): Checkpoint {
    const folder = this.#folderOf(update);
    return decodeCheckpoint(readSealedFolder(folder), this.#options.format, folder);
  }

  /**
   * The newest checkpoint, from which training goes on; undefined if there is none.
   * @param allowOlder go back to the newest one that is whole; damaged ones are renamed to `corrupt-…`
   * @throws {CorruptCheckpointError} if the newest is damaged and `allowOlder` is false, naming the one before it
   */
  readLatest(allowOlder = false): Checkpoint | undefined {
    const updates = this.list();
    for (let index = updates.length - 1; index >= 0; index--) {
      const update = updates[index] ?? 0;
      try {
        const checkpoint = this.read(update);
        this.#best = checkpoint.best;
        return checkpoint;
      } catch (error) {
        if (!(error instanceof CorruptCheckpointError)) throw error;
        if (!allowOlder) throw new CorruptCheckpointError(`${error.message}${this.#advice(updates[index - 1])}`);
        const folder = this.#folderOf(update);
        Deno.renameSync(folder, join(this.folder, `corrupt-${basename(folder)}-${crypto.randomUUID().slice(0, 8)}`));
      }
    }
    return undefined;
  }

  #advice(before: number | undefined): string {
    return before === undefined
      ? "; there is no checkpoint before it (--allow-older starts again)"
      : `; --allow-older goes back to update ${before}`;
  }

  #folderOf(update: number): string {
    return join(this.folder, `update-${String(update).padStart(6, "0")}`);
  }

  #link(name: string, update: number): void {
    const temporary = join(this.folder, `${TEMPORARY_PREFIX}${name}-${crypto.randomUUID()}`);
    Deno.symlinkSync(basename(this.#folderOf(update)), temporary);
    Deno.renameSync(temporary, join(this.folder, name));
  }

  #prune(): void {
    for (const update of this.list().slice(0, -this.#options.keep)) {
      if (update === this.#best?.update) continue;
      const folder = this.#folderOf(update);
      const doomed = join(this.folder, `${TEMPORARY_PREFIX}old-${crypto.randomUUID()}`);
      Deno.renameSync(folder, doomed);
      removeIfThere(doomed);
    }
  }
}
