/** The config of a training that begins with the policy of another run. */

import { join } from "node:path";
import {
  parseConfigText,
  parseOverrides,
  readConfigText,
  resolveTheoryConfig,
  type TheoryConfig,
  type Value,
} from "../../config/mod.ts";
import { openCheckpoint, RUN_FILES } from "../../runs/mod.ts";
import { SAFETENSORS } from "../safetensors.ts";

/**
 * A config that starts from a policy: its network, and everything else from a file.
 * @param file null for what the policy was trained with
 * @param words overrides
 * @throws NoCheckpointError or ConfigError
 */
export function theoryConfigFrom(checkpoint: string, file: string | null, words: readonly string[]): TheoryConfig {
  const own = openCheckpoint(checkpoint, SAFETENSORS);
  const trained = parseConfigText(own.config, join(own.folder, RUN_FILES.config));
  const { data, locate } = file === null ? trained : parseConfigText(readConfigText(file), file);
  const { network } = resolveTheoryConfig(trained);
  const start = { network, start_from: checkpoint };
  return resolveTheoryConfig(
    { data: { ...data as Readonly<Record<string, Value>>, ...start }, locate },
    parseOverrides(words),
  );
}
