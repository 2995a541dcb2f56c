/** What a checkpoint holds, as files. */

import type { Json, Row } from "../files/json_lines.ts";
import { reason } from "../files/atomic.ts";
import { CorruptCheckpointError } from "./sealed_folder.ts";
import type { NamedTensors, TensorFormat } from "./tensors.ts";

/** The best checkpoint so far: the higher score is the better one. */
export interface Best {
  readonly update: number;
  readonly score: number;
}

/** Everything that training needs to go on exactly as if it had not stopped. */
export interface CheckpointContents {
  /** Updates done. */
  readonly update: number;
  readonly policy: NamedTensors;
  readonly optimizer: NamedTensors;
  readonly value?: NamedTensors;
  readonly reference?: NamedTensors;
  /** A surrogate that is trained beside the policy, with its optimiser. */
  readonly surrogate?: NamedTensors;
  /** Streams, curriculum and whatever else the trainer keeps. */
  readonly state: Row;
  /** The metrics at this update. */
  readonly metrics: Row;
  /** The update is still to be validated and recorded: the training was stopped in between. */
  readonly pending?: boolean;
}

/** A checkpoint as it is on the disk. */
export interface Checkpoint extends CheckpointContents {
  readonly folder: string;
  /** The resolved config as YAML. */
  readonly config: string;
  /** Length of `metrics.jsonl` when the checkpoint was written. */
  readonly metricsBytes: number;
  readonly best: Best | null;
}

const TENSOR_FILES = ["policy", "optimizer", "value", "reference", "surrogate"] as const;

/** The files of a checkpoint by name. */
export function encodeCheckpoint(
  checkpoint: Omit<Checkpoint, "folder">,
  format: TensorFormat,
): ReadonlyMap<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>();
  for (const name of TENSOR_FILES) {
    const tensors = checkpoint[name];
    if (tensors !== undefined) files.set(`${name}.safetensors`, format.encode(tensors));
  }
  const { update, metricsBytes, best, state, pending = false } = checkpoint;
  const stateJson = {
    update,
    metrics_bytes: metricsBytes,
    best: best === null ? null : { ...best },
    ...(pending ? { pending } : {}),
    state,
  };
  files.set("state.json", formatJson(stateJson));
  files.set("metrics.json", formatJson(checkpoint.metrics));
  files.set("config.yaml", checkpoint.config);
  return files;
}

/** JSON with a line end, in which NaN and infinities are errors instead of null. */
export function formatJson(value: Json): string {
  const text = JSON.stringify(value, (key, item: unknown) => {
    if (typeof item === "number" && !Number.isFinite(item)) {
      throw new TypeError(`"${key}" is ${item}, not a finite number`);
    }
    return item;
  }, 2);
  return `${text}\n`;
}

/**
 * The inverse of {@linkcode encodeCheckpoint}.
 * @throws {CorruptCheckpointError} naming the file that is missing or cannot be read
 */
export function decodeCheckpoint(
  files: ReadonlyMap<string, Uint8Array>,
  format: TensorFormat,
  folder: string,
): Checkpoint {
  const need = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new CorruptCheckpointError(`${folder}/${name}: missing`);
    return bytes;
  };
  const read = <T>(name: string, decode: (bytes: Uint8Array) => T): T => {
    const bytes = need(name);
    try {
      return decode(bytes);
    } catch (error) {
      throw new CorruptCheckpointError(`${folder}/${name}: ${reason(error)}`, { cause: error });
    }
  };
  const optional = (name: "value" | "reference" | "surrogate") =>
    files.has(`${name}.safetensors`) ? { [name]: read(`${name}.safetensors`, format.decode) } : {};
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const { update, metrics_bytes, best, pending, state } = read("state.json", (bytes) => parseState(text(bytes)));
  return {
    folder,
    update,
    metricsBytes: metrics_bytes,
    best,
    state,
    policy: read("policy.safetensors", format.decode),
    optimizer: read("optimizer.safetensors", format.decode),
    ...optional("value"),
    ...optional("reference"),
    ...optional("surrogate"),
    metrics: read("metrics.json", (bytes) => JSON.parse(text(bytes)) as Row),
    ...(pending ? { pending } : {}),
    config: text(need("config.yaml")),
  };
}

interface StateFile {
  readonly update: number;
  readonly metrics_bytes: number;
  readonly best: Best | null;
  readonly pending: boolean;
  readonly state: Row;
}

function parseState(text: string): StateFile {
  const parsed = JSON.parse(text) as Partial<StateFile> | null;
  const { update, metrics_bytes, best, state, pending = false } = parsed ?? {};
  if (typeof update !== "number" || typeof metrics_bytes !== "number" || best === undefined || state === undefined) {
    throw new TypeError("one of update, metrics_bytes, best, state is missing");
  }
  return { update, metrics_bytes, best, pending, state };
}
