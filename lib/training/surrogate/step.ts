/** One gradient step of a surrogate's network on labelled episodes. */

import { type NamedAdam } from "../../tensor/mod.ts";
import { episodeRows, type LabelledRows, labelsOf, type SurrogateForm, surrogateLoss } from "../../surrogate/mod.ts";
import { labelledStep } from "../labelled_step.ts";

/** Losses of the batch before the step, and the gradient's norm. */
export interface SurrogateStep {
  readonly total: number;
  readonly parents: number;
  readonly effects: number;
  readonly gradientNorm: number;
}

/**
 * @throws TrainingError if the loss or its gradient is not finite; the parameters are then those of before
 */
export function surrogateStep(
  form: SurrogateForm,
  episodes: readonly LabelledRows[],
  optimizer: NamedAdam,
  learningRate: number,
  clipNorm: number,
): Promise<SurrogateStep> {
  const width = Math.max(...episodes.map(({ size }) => size));
  const batch = form.prepare(episodes.map(episodeRows), width);
  const labels = labelsOf(episodes, batch.views);
  const losses = () => surrogateLoss(batch.forward(), batch.views, labels);
  return labelledStep(form.parameters, losses, optimizer, { learningRate, clipNorm, owner: "the surrogate's" });
}
