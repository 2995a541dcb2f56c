export { gemm, transpose } from "./gemm";
export { addBias, addInto, multiplyEntries, reluGradient, scaleInto, spreadRows, sumRows } from "./dense";
export { activate } from "./activation";
export { adam, sumOfSquares } from "./adam";
export { pairMessages, pairMessagesGradient, poolVariables, poolVariablesGradient } from "./messages";
export { attention, attentionGradient } from "./attention";
export { layerNorm, layerNormGradient } from "./norm";
export { logSoftmax, logSoftmaxGradient } from "./softmax";
