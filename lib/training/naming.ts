import { configError } from "../input/mod.ts";
import { NoCheckpointError } from "../runs/mod.ts";

/**
 * Opens what a key of a config names.
 * @throws ConfigError naming the key where nothing is there, or the tensors are another network's
 */
export function naming<T>(key: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof NoCheckpointError || error instanceof RangeError)) throw error;
    throw configError("config", key, error.message);
  }
}
