/** A trained neural surrogate from its run or checkpoint. */

import { createStream } from "../../random/mod.ts";
import { createNeuralSurrogate, createSurrogateForm, type Surrogate, type SurrogateForm } from "../../surrogate/mod.ts";
import { CorruptCheckpointError, openCheckpoint } from "../../runs/mod.ts";
import { parseConfigText, resolveWith, type SurrogateConfig, surrogateConfigSchema } from "../../config/mod.ts";
import { SAFETENSORS } from "../safetensors.ts";

/** The weights that come with the project. */
const SHIPPED = "neural";

/** A neural surrogate as it is read from its run or checkpoint. */
export interface OpenedSurrogate {
  readonly surrogate: Surrogate;
  readonly form: SurrogateForm;
  readonly config: SurrogateConfig;
  /** Updates that it was trained for. */
  readonly update: number;
}

/**
 * Reads a surrogate. The tensor backend must be chosen before.
 * @param name one of `configs/surrogates`, a run's folder (its best checkpoint, or its newest if none was evaluated), or a
 * checkpoint's folder; null for the weights that ship
 * @throws NoCheckpointError or CorruptCheckpointError, naming the file; the latter too if the tensors are another network's
 */
export function openNeuralSurrogate(name: string | null): OpenedSurrogate {
  const checkpoint = openCheckpoint(name ?? SHIPPED, SAFETENSORS, "surrogates");
  const source = parseConfigText(checkpoint.config, `${checkpoint.folder}/config.yaml`);
  const config = resolveWith(surrogateConfigSchema, source, []);
  const form = createSurrogateForm(config.network, createStream(config.seed).child("surrogate"));
  try {
    form.parameters.assign(checkpoint.policy);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CorruptCheckpointError(`${checkpoint.folder}/policy.safetensors: ${error.message}`, { cause: error });
  }
  return { surrogate: createNeuralSurrogate(form), form, config, update: checkpoint.update };
}
