/**
 * Tensors: the choice of the backend, the layers of the networks, the optimiser, and the safetensors format.
 *
 * @module
 */

export { type BackendName, BACKENDS, useBackend } from "./backend.ts";
export type { Activation, DenseLayer, GaussianSpread, Product } from "./contracts.ts";
export { dense, denseSum, poolVariables } from "./layers.ts";
export {
  type AlternatingOptions,
  alternatingShapes,
  type CellTable,
  checkAlternating,
  encodeTable,
} from "./alternating.ts";
export {
  gatherColumns,
  jointCategorical,
  jointGaussian,
  jointLogProb,
  maskedLogSoftmax,
  type Scored,
} from "./distributions.ts";
export { type AdamOptions, type AdamState, type AdamStep, adamStepInto, initialAdam } from "./adam.ts";
export {
  createHostAdam,
  createNamedAdam,
  createVariableAdam,
  type NamedAdam,
  type VariableAdam,
} from "./variable_adam.ts";
export { computeNow } from "./reading.ts";
export { lossGradients, type PlainLoss } from "./plain_loss.ts";
export { dropoutScales } from "./dropout.ts";
export { decodeSafetensors, encodeSafetensors, type TensorData } from "./safetensors.ts";
export { createParameters, namedParameters, type Parameters, type ParameterShape } from "./parameters.ts";
export {
  layerOf,
  layerShapes,
  type MessageOptions,
  messageShapes,
  messageStates,
  type MessageTables,
  pooledLayer,
  poolingShapes,
} from "./message_passing.ts";
export {
  type Algebra,
  createSystemNetwork,
  type NamedProduct,
  type NetworkFunction,
  PLANNED_MULTIPLE,
  type SumLayer,
  type SystemBatch,
  type SystemNetwork,
  type SystemTable,
} from "./planned/mod.ts";
export { gatherRows, sumSegments } from "./segments.ts";
