export { gemm, transpose } from "./gemm";
export { addBias, addInto, reluGradient, scaleInto, sumRows } from "./dense";
export { pairMessages, pairMessagesGradient, poolVariables, poolVariablesGradient } from "./messages";
