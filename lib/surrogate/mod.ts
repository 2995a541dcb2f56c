/**
 * Beliefs about the target's parents (DESIGN section 6): a {@linkcode Surrogate} follows a batch of episodes and says after
 * every row how probable each variable is a direct cause of the target, and how sure it is.
 *
 * @module
 */

export type { BeliefTracker, Surrogate } from "./types.ts";
