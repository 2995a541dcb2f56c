/**
 * The language model as a policy of the trainer. A view is a string, a decision is one of its tokens after BOS; decisions
 * with one legal token are masked out of the loss. Sampling, log-probabilities, entropy and KL all use the same
 * distribution: the logits over the temperature, restricted to the legal tokens.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ActionScores, TrainablePolicy } from "../../grpo/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { namedParameters, type Parameters } from "../../tensor/mod.ts";
import {
  createGpt,
  gptHidden,
  type GptOptions,
  gptParameters,
  type GptWeights,
  legalLogProbabilities,
  prefixTree,
  scoreChoices,
  takeRows,
  tensorsAreOnHost,
} from "../network/mod.ts";
import { VOCABULARY_SIZE } from "../language/mod.ts";

/** A batch of strings, padded to `length` tokens. */
export interface TheoryViews {
  readonly count: number;
  readonly length: number;
  /** `[count, length]` */
  readonly tokens: Int32Array;
  /** `[count, length − 1, VOCABULARY_SIZE]` 1 for the tokens that were legal at positions 1 … length − 1. */
  readonly legal: Uint8Array;
}

/** The tokens written at positions 1 … length − 1. */
export interface TheoryActions {
  /** `[count, length − 1]` */
  readonly tokens: Int32Array;
  /** The key of the channels that were dropped while they were written; null if none were. */
  readonly dropout: number | null;
}

/** The language model and the temperature that it writes at. */
export class TheoryPolicy implements TrainablePolicy<TheoryViews, TheoryActions> {
  readonly options: GptOptions;
  readonly temperature: number;
  readonly weights: GptWeights;
  readonly named: Parameters;
  readonly parameters: readonly tf.Variable[];
  readonly discrete = true;

  /** @throws RangeError for a temperature that is not positive or a network that makes no sense */
  constructor(options: GptOptions, temperature: number, stream: Stream) {
    if (!(temperature > 0)) throw new RangeError(`temperature must be positive, got ${temperature}`);
    this.options = options;
    this.temperature = temperature;
    this.weights = createGpt(options, stream);
    this.named = namedParameters(new Map(gptParameters(this.weights)));
    this.parameters = this.named.list;
  }

  /** Takes over the weights of a network of the same size. */
  copyFrom(other: TheoryPolicy): void {
    this.parameters.forEach((variable, p) => variable.assign(other.parameters[p]));
  }

  #logits(views: TheoryViews, dropout: number | null): tf.Tensor2D {
    const { count, length } = views;
    // The last token predicts nothing.
    const inputs = new Int32Array(count * (length - 1));
    for (let s = 0; s < count; s++) {
      inputs.set(views.tokens.subarray(s * length, (s + 1) * length - 1), s * (length - 1));
    }
    const tree = prefixTree(inputs, count, length - 1, tensorsAreOnHost());
    const hidden = gptHidden(this.weights, this.options, tree, dropout);
    // The head is tied to the embedding.
    const head = this.weights.embedding as unknown as tf.Tensor2D;
    return takeRows(tf.matMul(hidden, head, false, true) as tf.Tensor2D, tree.rowOf);
  }

  /** `[count · (length − 1), VOCABULARY_SIZE]` log-probabilities, −1e9 where illegal. Differentiable. */
  logProbabilities(views: TheoryViews, dropout: number | null): tf.Tensor2D {
    return legalLogProbabilities(this.#logits(views, dropout), views.legal, this.temperature);
  }

  /**
   * Log-probability and entropy of each token, `[count, length − 1]`, 0 for forced ones; with a reference, KL(π ‖ reference)
   * over the legal tokens of each position as well.
   */
  score(
    views: TheoryViews,
    actions: TheoryActions,
    reference?: TrainablePolicy<TheoryViews, TheoryActions>,
  ): ActionScores {
    const shape: [number, number] = [views.count, views.length - 1];
    const logits = this.#logits(views, actions.dropout);
    const { logProb, entropy } = scoreChoices(logits, views.legal, actions.tokens, this.temperature);
    const scores: ActionScores = { logProb: tf.reshape(logProb, shape), entropy: tf.reshape(entropy, shape) };
    if (reference === undefined) return scores;
    if (!(reference instanceof TheoryPolicy)) {
      throw new RangeError("the reference of a theory policy must be one as well");
    }
    const own = legalLogProbabilities(logits, views.legal, this.temperature);
    const other = reference.logProbabilities(views, actions.dropout);
    return { ...scores, exactKl: tf.reshape(tf.sum(tf.mul(tf.exp(own), tf.sub(own, other)), 1), shape) };
  }

  /** The given strings of a batch. */
  gather(
    views: TheoryViews,
    actions: TheoryActions,
    indices: Int32Array,
  ): { readonly views: TheoryViews; readonly actions: TheoryActions } {
    const { length } = views;
    const rows = <T extends Int32Array | Uint8Array>(data: T, width: number, into: T): T => {
      indices.forEach((index, i) => into.set(data.subarray(index * width, (index + 1) * width), i * width));
      return into;
    };
    const count = indices.length;
    const legalWidth = (length - 1) * VOCABULARY_SIZE;
    return {
      views: {
        count,
        length,
        tokens: rows(views.tokens, length, new Int32Array(count * length)),
        legal: rows(views.legal, legalWidth, new Uint8Array(count * legalWidth)),
      },
      actions: {
        tokens: rows(actions.tokens, length - 1, new Int32Array(count * (length - 1))),
        dropout: actions.dropout,
      },
    };
  }
}
