/** A cache of outcome models, so that a Monte Carlo table is computed once for each SCM. */

import { DEFAULT_ACCURACY } from "./monte_carlo.ts";
import { outcomeModel } from "./outcomes.ts";
import type { OutcomeAccuracy, OutcomeModel, Scm } from "./types.ts";

/**
 * {@linkcode outcomeModel} with a memory. Equal SCMs share a model, whether or not they are the same object; the one that
 * was used the longest ago is forgotten first.
 *
 * @param capacity the number of models kept, ≥ 1
 * @throws RangeError for a capacity that is no whole number ≥ 1
 */
export function createOutcomeCache(
  capacity: number,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
): (scm: Scm) => OutcomeModel {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`Cannot keep ${capacity} outcome models: the capacity must be a whole number ≥ 1`);
  }
  const models = new Map<string, OutcomeModel>();
  return (scm) => {
    const key = JSON.stringify(scm);
    const model = models.get(key) ?? outcomeModel(scm, accuracy);
    models.delete(key);
    models.set(key, model);
    for (const oldest of models.keys()) {
      if (models.size <= capacity) break;
      models.delete(oldest);
    }
    return model;
  };
}
