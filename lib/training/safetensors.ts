/** The format of checkpoints. */

import { decodeSafetensors, encodeSafetensors } from "../tensor/mod.ts";
import type { TensorFormat } from "../runs/mod.ts";

/** Tensors of a checkpoint in the safetensors format. */
export const SAFETENSORS: TensorFormat = { encode: encodeSafetensors, decode: decodeSafetensors };
