/** The format of checkpoints. */

import { decodeSafetensors, encodeSafetensors } from "../tensor/mod.ts";
import type { TensorFormat } from "../runs/mod.ts";

export const SAFETENSORS: TensorFormat = { encode: encodeSafetensors, decode: decodeSafetensors };
