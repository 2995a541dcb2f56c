/**
 * The language model: a small transformer on the prefix tree of a batch of strings, with hand-written gradients, and its
 * cached decoder.
 * @module
 */

export { legalLogProbabilities, scoreChoices } from "./choices.ts";
export { Decoder } from "./decoder.ts";
export { createGpt, gptHidden, type GptOptions, gptParameters, type GptWeights, SMALL_GPT } from "./gpt.ts";
export { takeRows, tensorsAreOnHost } from "./layers.ts";
export { prefixTree } from "./prefix_tree.ts";
