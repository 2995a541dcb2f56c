/**
 * The two ways in which a policy distributes the value of an intervention on the domain scaled to [−1, 1]. A head turns the
 * network's outputs of each variable into `log π(i, v) = log softmax(ℓ)ᵢ + log p(v | i)` and its entropy.
 */

import { categorical } from "./categorical.ts";
import { gaussian } from "./gaussian.ts";
import type { ValueHead, ValueHeadOptions } from "./types.ts";

/**
 * The head that gives the joint distribution over a variable and its value.
 * @throws RangeError for fewer than 2 levels or a standard deviation that is not positive
 */
export function createValueHead(options: ValueHeadOptions): ValueHead {
  return options.kind === "categorical" ? categorical(options.levels) : gaussian(options.std);
}
