/** The one way to name weights: a name of what ships, a run's folder, or a checkpoint's. */

import { join } from "node:path";
import { nearest, nearestPath, shippedPath } from "../../input/mod.ts";
import { exists, statIfThere } from "../files/atomic.ts";
import { type Checkpoint, decodeCheckpoint } from "./contents.ts";
import { readSealedFolder } from "./sealed_folder.ts";
import { NoCheckpointError } from "./store.ts";
import type { TensorFormat } from "./tensors.ts";

/** What ships, in folders of `configs/`. */
export type Shipped = "policies" | "surrogates";

const ONE: Readonly<Record<Shipped, string>> = { policies: "policy", surrogates: "surrogate" };

/**
 * The checkpoint folder that a name stands for: of what ships, if it has a name without slashes; of a checkpoint's folder or
 * link; of a run's folder (its best checkpoint if there is one, otherwise its newest).
 * @param shipped where names are looked up; without it there are only paths
 * @throws {NoCheckpointError} if there is none, naming the nearest
 */
export function checkpointFolder(name: string, shipped?: Shipped): string {
  const place = placeOf(name, shipped);
  const found = [place, join(place, "checkpoints", "best"), join(place, "checkpoints", "latest")].find(holdsCheckpoint);
  if (found !== undefined) return Deno.realPathSync(found);
  throw new NoCheckpointError(`${name}: ${whatIsMissing(name, place, shipped)}`);
}

/**
 * The folder that a name stands for, before it is looked into: that of what ships under this name, or the path itself.
 */
export function placeOf(name: string, shipped?: Shipped): string {
  if (shipped === undefined || !isBare(name)) return name;
  const own = shippedPath(shipped, name);
  return exists(own) ? own : name;
}

function isBare(name: string): boolean {
  return !/[/\\]/.test(name) && name !== "." && name !== "..";
}

function holdsCheckpoint(folder: string): boolean {
  return ["state.json", "SHA256SUMS"].some((file) => statIfThere(join(folder, file)) !== undefined);
}

function whatIsMissing(name: string, place: string, shipped: Shipped | undefined): string {
  if (exists(place)) {
    return statIfThere(place)?.isFile === true
      ? "a file, where a run's folder or a checkpoint's was expected"
      : "neither a checkpoint nor a run with checkpoints";
  }
  if (shipped === undefined || !isBare(name)) return `no such folder${nearestPath(name)}`;
  const names = [...Deno.readDirSync(shippedPath(shipped))].map((entry) => entry.name).sort();
  const near = nearest(name, names);
  const hint = near === undefined ? `; there are ${names.join(", ")}` : `; did you mean "${near}"?`;
  return `neither a folder nor a ${ONE[shipped]} of configs/${shipped}${hint}`;
}

/**
 * Reads the checkpoint that a name stands for, as {@linkcode checkpointFolder} finds it.
 * @throws {NoCheckpointError} if there is none, naming the nearest
 * @throws {CorruptCheckpointError} if it is damaged
 */
export function openCheckpoint(name: string, format: TensorFormat, shipped?: Shipped): Checkpoint {
  const folder = checkpointFolder(name, shipped);
  return decodeCheckpoint(readSealedFolder(folder), format, folder);
}
