/** Long computations in steps, so that whoever runs one may do something else in between: look at a signal, draw a picture. */

/** A computation that stops after each of its steps and returns its result at the end. */
export type Steps<T> = Generator<void, T, void>;

/** Runs a computation to its end without a break. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs a computation to its end with a pause after each step; the result is that of {@linkcode runSteps}.
 * @param pause e.g. gives the event loop a turn; what it throws ends the computation
 */
export async function runStepsWithPauses<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await pause();
  }
}
