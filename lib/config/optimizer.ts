import { optimizerSection } from "./algorithm.ts";

/** The optimiser of a training on interventions, and of a surrogate's. */
export const optimizerSchema = optimizerSection({ learningRate: 3e-3, schedule: "cosine", finalFraction: 0.05 });
