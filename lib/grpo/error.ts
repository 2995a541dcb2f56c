/** A non-finite reward, loss, gradient or step: training stops at once. */
export class TrainingError extends Error {
  override name = "TrainingError";
}
