/** Mutations of what sets of interventions are chosen, scored and believed by. */

import type { Mutation } from "./mutation.ts";

const PROCESS = "lib/surrogate/sets/beside.ts";
const POLICY = "lib/policy/sets_policy.ts";
const CHOICE = "lib/policy/set_choice.ts";
const LEARNED = "lib/policy/learned_policy.ts";
const ofProcess = ["tests/surrogate/sets/beliefs_test.ts"];
const ofPolicy = ["tests/policy/sets_policy_test.ts"];
const ofSets = ["tests/policy/sets_test.ts"];

/** Mutations of sets. */
export const SETS: readonly Mutation[] = [
  {
    name: "products-of-a-larger-set-forgotten",
    breaks: "one setting more has no interaction with those held",
    edits: [{ file: PROCESS, text: "sums[k] = 1 + kernel.interactions * sum;", replacement: "sums[k] = 1;" }],
    tests: ofProcess,
  },
  {
    name: "larger-set-as-unsure-as-the-smaller",
    breaks: "the variance of one setting more is not reduced by what its trials say",
    edits: [{ file: PROCESS, text: "left -= 2 * change * sum;", replacement: "left -= 0 * change * sum;" }],
    tests: ofProcess,
  },
  {
    name: "observation-promises-the-whole-set",
    breaks: "one setting more is promised what the whole larger set is",
    edits: [{ file: PROCESS, text: "= prior(larger) - own;", replacement: "= prior(larger);" }],
    tests: ofProcess,
  },
  {
    name: "answers-with-bounds",
    breaks: "the final answer explores",
    edits: [{ file: POLICY, text: "const learned = made(0);", replacement: "const learned = made(exploration);" }],
    tests: ofPolicy,
  },
  {
    name: "stopping-counted-twice",
    breaks: "stopping is worth as much as all other choices together",
    edits: [{
      file: POLICY,
      text: "= -Math.log(open * levels);",
      replacement: "= 0;",
    }],
    tests: ofPolicy,
  },
  {
    name: "last-variable-not-sure",
    breaks: "a full set is asked once more whether it stops",
    edits: [{
      file: CHOICE,
      text: "chosen.length >= sets.most[view]",
      replacement: "chosen.length > sets.most[view]",
    }],
    tests: ofSets,
  },
  {
    name: "log-probability-of-the-first-variable-alone",
    breaks: "the later choices of a set do not count in its ratio",
    edits: [{
      file: LEARNED,
      text: "logProb: tf.add(start.logProb, total(logProb)),",
      replacement: "logProb: tf.add(start.logProb, tf.mul(0, total(logProb))),",
    }],
    tests: ofSets,
  },
  {
    name: "drawn-stop-is-free",
    breaks: "the log-probability of a drawn set leaves its later choices out",
    edits: [{
      file: LEARNED,
      text: "logProb[k] += drawn.logProb[c];",
      replacement: "logProb[k] += 0 * drawn.logProb[c];",
    }],
    tests: ofSets,
  },
  {
    name: "sets-ignore-exclusions",
    breaks: "variables that exclude each other are set together",
    edits: [{
      file: "lib/environment/sets.ts",
      text: "exclusive[(e * width + j) * width + i] = 1;",
      replacement: "exclusive[(e * width + j) * width + i] = 0;",
    }],
    tests: ofSets,
  },
  {
    name: "best-set-of-one",
    breaks: "the best set counts as met when one of its variables is set",
    edits: [{
      file: "lib/evaluation/protocol.ts",
      text: "chosen.length === variables.length && chosen.every(",
      replacement: "chosen.some(",
    }],
    tests: ["tests/evaluation/sets_test.ts"],
  },
  {
    name: "every-set-possibly-optimal",
    breaks: "sets that no model makes optimal are intervened on",
    edits: [{
      file: "lib/policy/baselines/sets/pomis.ts",
      text: "border.length === held.length && border.every((v, k) => v === held[k])",
      replacement: "border.length > 0",
    }],
    tests: ["tests/policy/set_baselines_test.ts"],
  },
];
