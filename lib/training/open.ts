/** A trained policy from its run or checkpoint. */

import { createStream } from "../random/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import { CorruptCheckpointError, openCheckpoint } from "../runs/mod.ts";
import { type Config, parseConfigText, resolveConfig } from "../config/mod.ts";
import type { Parameters } from "../tensor/mod.ts";
import { naming } from "./naming.ts";
import { surrogateOf } from "./options.ts";
import { createPolicy, type SessionPolicy } from "./policy.ts";
import { SAFETENSORS } from "./safetensors.ts";

/** How a policy is opened, see {@linkcode openPolicy}. */
export interface PolicySource {
  readonly path: string;
  /** Temperature in place of the config's `policy.anneal_from`. */
  readonly annealFrom?: number;
}

/** A trained policy as it is read from its run or checkpoint. */
export interface OpenedPolicy {
  readonly policy: SessionPolicy;
  /** Where the beliefs came from that it was trained with, if there were any. */
  readonly surrogate?: BeliefSource;
  readonly config: Config;
  /** Updates that it was trained for. */
  readonly update: number;
  /** What it was opened with; left out of one that is only in memory. */
  readonly source?: PolicySource;
}

/**
 * Reads a policy.
 * @param name a policy of `configs/policies`, a run's folder (its best checkpoint, or its newest if none was evaluated), or a
 * checkpoint's folder
 * @param annealFrom temperature in place of the config's `policy.anneal_from`
 * @throws NoCheckpointError or CorruptCheckpointError, naming the file; the latter too if the tensors are another network's
 */
export function openPolicy(name: string, annealFrom?: number): OpenedPolicy {
  const checkpoint = openCheckpoint(name, SAFETENSORS, "policies");
  const config = resolveConfig(parseConfigText(checkpoint.config, `${checkpoint.folder}/config.yaml`));
  const policy = createPolicy(config, createStream(config.seed).child("policy"), annealFrom);
  try {
    policy.named.assign(checkpoint.policy);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CorruptCheckpointError(`${checkpoint.folder}/policy.safetensors: ${error.message}`, { cause: error });
  }
  const surrogate = surrogateOf(config, checkpoint.surrogate);
  const source = { path: name, ...(annealFrom === undefined ? {} : { annealFrom }) };
  return { policy, config, update: checkpoint.update, source, ...(surrogate === undefined ? {} : { surrogate }) };
}

/**
 * Takes over another run's policy as parameters to begin with.
 * @param key of the config that names it
 * @throws ConfigError naming the key where nothing is there, or the tensors are another network's
 */
export async function takeOver(key: string, name: string, parameters: Pick<Parameters, "assign">): Promise<void> {
  const opened = naming(key, () => openPolicy(name));
  const values = await opened.policy.named.values();
  naming(key, () => parameters.assign(values));
  opened.policy.dispose();
}
