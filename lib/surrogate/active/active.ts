/**
 * The two-phase document's learner as a {@linkcode Surrogate}: scores of parent sets from the rows alone, refined by a
 * gradient step after each intervention.
 */

import type { Beliefs } from "../../environment/mod.ts";
import type { Surrogate } from "../types.ts";
import { ACTIVE_DEFAULTS, type ActiveOptions, type Hypotheses, hypothesesOf } from "./hypotheses.ts";
import { createParentLearner } from "./learner.ts";
import { z } from "zod";
import type { SurrogateKind } from "../kind.ts";

/**
 * Parent-set scores that move one gradient step after each intervention.
 * @throws RangeError for a learning rate that is not positive, or numbers of parents and candidates that leave nothing to
 * choose or do not fit
 */
export function createActiveSurrogate(changes: Partial<ActiveOptions> = {}): Surrogate {
  const options = { ...ACTIVE_DEFAULTS, ...changes };
  checkOptions(options);
  const known = new Map<number, Hypotheses>();
  const hypothesesFor = (candidates: number): Hypotheses => {
    const hypotheses = known.get(candidates) ?? hypothesesOf(candidates, options);
    known.set(candidates, hypotheses);
    return hypotheses;
  };
  return {
    name: "active",
    privileged: false,
    track(problems) {
      const { episodes, width, sizes, targets } = problems;
      const learners = Array.from(sizes, (size, e) => createParentLearner(size, targets[e], hypothesesFor, options));
      return {
        update(observation): Beliefs {
          const parent = new Float64Array(episodes * width);
          const entropy = new Float64Array(episodes);
          learners.forEach((learner, e) => {
            learner.update(observation, e);
            entropy[e] = learner.beliefInto(parent, e * width);
          });
          return { parent, entropy };
        },
      };
    },
  };
}

function checkOptions({ learningRate, maximumSets, maximumCandidates, expectedParents }: ActiveOptions): void {
  const refuse = (name: string, value: number, what: string) => {
    throw new RangeError(`Cannot learn with ${name} = ${value}: ${what}`);
  };
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    refuse("learningRate", learningRate, "a finite rate above 0 was expected");
  }
  if (!(Number.isInteger(maximumSets) && maximumSets >= 1)) {
    refuse("maximumSets", maximumSets, "a whole number ≥ 1 was expected");
  }
  if (!(Number.isInteger(maximumCandidates) && maximumCandidates >= 1 && maximumCandidates <= 20)) {
    refuse("maximumCandidates", maximumCandidates, "a whole number from 1 to 20 was expected");
  }
  if (!(expectedParents > 0)) refuse("expectedParents", expectedParents, "a number above 0 was expected");
}

/** Schema of the learning rate of the active learner. */
export const learningRate = z.number().positive().default(ACTIVE_DEFAULTS.learningRate).describe(
  "of the gradient step after each intervention; 1 is Bayes' rule",
);

const activeOptions = { learning_rate: learningRate };

/** The active learner as configs know it. */
export const active: SurrogateKind<"active", typeof activeOptions> = {
  name: "active",
  summary: "learned by a gradient step after each intervention",
  options: activeOptions,
  privileged: false,
  knowsEffects: false,
  create: ({ learning_rate }) => createActiveSurrogate({ learningRate: learning_rate }),
};
