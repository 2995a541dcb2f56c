/** Mutations of the components of the reward. */

import type { Mutation } from "./mutation.ts";

const OPTIMISATION = "lib/reward/optimisation.ts";
const STRUCTURE = "lib/reward/structure.ts";
const EXPLORATION = "lib/reward/exploration.ts";
const ofOptimisation = ["tests/reward/optimisation_test.ts"];
const ofComponents = ["tests/reward/components_test.ts"];
const ofReward = ["tests/reward/reward_test.ts"];

export const REWARD: readonly Mutation[] = [
  {
    name: "objective-ignored-by-reward",
    breaks: "targets are always minimised",
    edits: [{
      file: OPTIMISATION,
      text: 'objective === "maximize" ? 1 : -1',
      replacement: 'objective === "maximize" ? -1 : -1',
    }],
    tests: ofOptimisation,
  },
  {
    name: "v-shaped-reward",
    breaks: "an outcome beyond the best expected one earns less than the best",
    edits: [{ file: OPTIMISATION, text: "x > 1 ? 1 + MARGIN", replacement: "x > 1 ? 1 - MARGIN" }],
    tests: ofOptimisation,
  },
  {
    name: "reward-unbounded-below",
    breaks: "an outcome worse than the worst costs without bound",
    edits: [{
      file: OPTIMISATION,
      text: "if (x < 0) return MARGIN * Math.tanh(x / MARGIN);",
      replacement: "if (x < 0) return x;",
    }],
    tests: ofOptimisation,
  },
  {
    name: "wide-margin",
    breaks: "the reward leaves [0, 1] further than it says",
    edits: [{ file: OPTIMISATION, text: "const MARGIN = 0.25;", replacement: "const MARGIN = 0.5;" }],
    tests: ofOptimisation,
  },
  {
    name: "doing-nothing-has-no-place",
    breaks: "the line runs from worst to best past doing nothing, which should earn ½",
    edits: [{
      file: OPTIMISATION,
      text: "if (!(idle > worst && idle < best)) return",
      replacement: "if (idle > worst || idle <= worst) return",
    }],
    tests: ofOptimisation,
  },
  {
    name: "adaptive-sign",
    breaks: "the observable reward rises with the target whatever the objective",
    edits: [{
      file: "lib/reward/adaptive.ts",
      text: 'sign * (requireNumber(outcome, "an outcome") - centre)',
      replacement: 'Math.abs(sign) * (requireNumber(outcome, "an outcome") - centre)',
    }],
    tests: ofComponents,
  },
  {
    name: "adaptive-unit-halved",
    breaks: "the unit is the mean absolute deviation itself, not twice it",
    edits: [{
      file: "lib/reward/adaptive.ts",
      text: "Math.abs(y / n - centre / n), 0) * 2",
      replacement: "Math.abs(y / n - centre / n), 0)",
    }],
    tests: ofComponents,
  },
  {
    name: "structure-sign",
    breaks: "losing certainty is rewarded",
    edits: [{
      file: STRUCTURE,
      text: "return to < from ? 1 - to / from : from / to - 1;",
      replacement: "return to < from ? to / from - 1 : 1 - from / to;",
    }],
    tests: ofComponents,
  },
  {
    name: "structure-unbounded",
    breaks: "certainty that is lost costs without bound, so that going back and forth is punished",
    edits: [{ file: STRUCTURE, text: ": from / to - 1;", replacement: ": 1 - to / from;" }],
    tests: ofComponents,
  },
  {
    name: "surprise-at-the-others",
    breaks: "belief in what is no parent is rewarded",
    edits: [{ file: STRUCTURE, text: "isParent(j) ? p : 1 - p", replacement: "isParent(j) ? 1 - p : p" }],
    tests: ofComponents,
  },
  {
    name: "surprise-counts-the-target",
    breaks: "the target counts among the variables that may be its parents",
    edits: [{ file: STRUCTURE, text: "if (j === target) continue;", replacement: "if (j === -1 - target) continue;" }],
    tests: ofComponents,
  },
  {
    name: "parent-membership-swapped",
    breaks: "interventions on what is no parent are rewarded",
    edits: [{
      file: "lib/reward/parent.ts",
      text: "truth.isParent(e, actions.variable[at]) ? 1 : 0",
      replacement: "truth.isParent(e, actions.variable[at]) ? 0 : 1",
    }],
    tests: ofReward,
  },
  {
    name: "parent-unbounded",
    breaks: "a belief outside [0, 1] is paid in full",
    edits: [{
      file: "lib/reward/parent.ts",
      text: 'return clamp(requireNumber(belief, "a belief"), 0, 1);',
      replacement: 'return requireNumber(belief, "a belief");',
    }],
    tests: ofComponents,
  },
  {
    name: "exploration-sign",
    breaks: "repeating an intervention is rewarded",
    edits: [{
      file: EXPLORATION,
      text: "return 1 - 0.5 * share(variable) - 0.5 * share(region);",
      replacement: "return 0.5 * share(variable) + 0.5 * share(region);",
    }],
    tests: ofComponents,
  },
  {
    name: "exploration-without-regions",
    breaks: "a new region of a tried variable earns nothing",
    edits: [{
      file: EXPLORATION,
      text: "return 1 - 0.5 * share(variable) - 0.5 * share(region);",
      replacement: "return 1 - share(variable) - 0 * share(region);",
    }],
    tests: ofComponents,
  },
  {
    name: "regions-rounded",
    breaks: "regions have unequal widths",
    edits: [{ file: EXPLORATION, text: "Math.floor(place * regions)", replacement: "Math.round(place * regions)" }],
    tests: ofComponents,
  },
  {
    name: "unweighted-total",
    breaks: "components add up without their weights",
    edits: [{ file: "lib/reward/reward.ts", text: "total[k] += weight * r", replacement: "total[k] += r" }],
    tests: ofReward,
  },
  {
    name: "audit-misses-harm",
    breaks: "a component that pays for harm is not found",
    edits: [{ file: "lib/reward/audit.ts", text: "const AGAINST = -0.3;", replacement: "const AGAINST = -2;" }],
    tests: ["tests/reward/audit_test.ts"],
  },
  {
    name: "audit-takes-success-for-gaming",
    breaks: "parents and repeated actions are suspicious at a high value, not at a low one",
    edits: [{ file: "lib/reward/audit.ts", text: "value < POOR;", replacement: "value > POOR;" }],
    tests: ["tests/reward/audit_test.ts"],
  },
];
