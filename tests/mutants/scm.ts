/** Mutations of the optimum of an SCM. */

import type { Mutation } from "./mutation.ts";

const EFFECTS = "lib/scm/effects.ts";
const OUTCOMES = "lib/scm/outcomes.ts";
const EXTREMES = "lib/scm/extremes.ts";
const MONTE_CARLO = "lib/scm/monte_carlo.ts";
const CHEBYSHEV = "lib/scm/chebyshev.ts";
const SIMULATION = "lib/scm/simulation.ts";
const ofOutcomes = ["tests/scm/outcomes_test.ts"];
const ofOptimum = ["tests/scm/optimum_test.ts"];
const ofMonteCarlo = ["tests/scm/monte_carlo_test.ts"];

/** The closed form. */
const LINEAR: readonly Mutation[] = [
  {
    name: "direct-edges-for-total-effects",
    breaks: "only the target's own parents have an effect on it",
    edits: [{ file: EFFECTS, text: "if (effects[v] === 0) continue;", replacement: "if (v !== scm.target) continue;" }],
    tests: ofOutcomes,
  },
  {
    name: "one-path-for-all-paths",
    breaks: "of several paths to the target one counts",
    edits: [{
      file: EFFECTS,
      text: "effects[sources[e]] += weights[e] * effects[v]",
      replacement: "effects[sources[e]] = weights[e] * effects[v]",
    }],
    tests: ofOutcomes,
  },
  {
    name: "means-without-causes",
    breaks: "a variable's mean is its intercept alone",
    edits: [{ file: EFFECTS, text: "means[v] = mean;", replacement: "means[v] = intercepts[v];" }],
    tests: ofOutcomes,
  },
  {
    name: "effects-from-zero",
    breaks: "an intervention is counted from 0, not from the variable's own mean",
    edits: [{ file: OUTCOMES, text: "(value - origins[variable])", replacement: "value" }],
    tests: ofOutcomes,
  },
  {
    name: "effect-sign",
    breaks: "setting a variable high does what setting it low should",
    edits: [{
      file: OUTCOMES,
      text: "observational + effects[variable] * (value",
      replacement: "observational - effects[variable] * (value",
    }],
    tests: ofOutcomes,
  },
  {
    name: "shift-counted-from-the-mean",
    breaks: "a shift replaces the variable instead of moving it",
    edits: [{
      file: OUTCOMES,
      text: 'kind === "perfect" ? means : new Float64Array(means.length)',
      replacement: 'kind === "perfect" ? means : means',
    }],
    tests: ofMonteCarlo,
  },
  {
    name: "causes-of-a-set-variable-still-act",
    breaks: "a perfect intervention adds to the variable instead of cutting its causes off",
    edits: [{
      file: EFFECTS,
      text: "kinds[v] === PERFECT ? values[v] :",
      replacement: "kinds[v] === PERFECT ? mean + values[v] :",
    }],
    tests: ofOutcomes,
  },
  {
    name: "noise-mean-forgotten",
    breaks: "noise whose mean is not 0 does not count in the closed form",
    edits: [{
      file: "lib/scm/linear.ts",
      text: "arrays.intercepts[v] += mean;",
      replacement: "arrays.intercepts[v] += 0;",
    }],
    tests: ["tests/scm/truth_test.ts"],
  },
  {
    name: "multiplicative-noise-mean-forgotten",
    breaks: "noise that multiplies does not change the weights on average",
    edits: [{
      file: "lib/scm/linear.ts",
      text: "arrays.weights[e] *= 1 + mean",
      replacement: "arrays.weights[e] *= 1",
    }],
    tests: ["tests/scm/truth_test.ts"],
  },
  {
    name: "normalised-value-sign",
    breaks: "the normalised value of a target to be maximised is mirrored",
    edits: [{
      file: OUTCOMES,
      text: "return (observational - expected) / (observational - best);",
      replacement: "return (observational - expected) / gain;",
    }],
    tests: ofOutcomes,
  },
];

/** Best, worst, best parent. */
const SEARCH: readonly Mutation[] = [
  {
    name: "objective-swapped",
    breaks: "best and worst change places",
    edits: [{ file: EXTREMES, text: '"maximize" ? 1 : -1', replacement: '"maximize" ? -1 : 1' }],
    tests: ofOutcomes,
  },
  {
    name: "worst-is-not-the-worst",
    breaks: "the worst intervention is the best one",
    edits: [{
      file: EXTREMES,
      text: "if (value < sign * worst.outcome) worst",
      replacement: "if (value > sign * worst.outcome) worst",
    }],
    tests: ofOutcomes,
  },
  {
    name: "best-parent-of-all",
    breaks: "the best parent intervention may be on any variable",
    edits: [{
      file: EXTREMES,
      text: "&& parents.includes(candidate.variable)",
      replacement: "&& parents.length > 0",
    }],
    tests: ofOutcomes,
  },
  {
    name: "first-parent-for-best-parent",
    breaks: "the first parent's first end stands for the best one",
    edits: [{
      file: EXTREMES,
      text: "(bestParent === null || value > sign * bestParent.outcome)",
      replacement: "(bestParent === null)",
    }],
    tests: ofOptimum,
  },
  {
    name: "high-end-only",
    breaks: "the low end of an interval is never tried",
    edits: [{
      file: "lib/scm/create.ts",
      text: "? [domain.low, domain.high]",
      replacement: "? [domain.high, domain.high]",
    }],
    tests: ofOutcomes,
  },
  {
    name: "least-values-only",
    breaks: "the greatest value of a nonlinear response is never a candidate",
    edits: [{
      file: MONTE_CARLO,
      text: "of [table.least, table.greatest])",
      replacement: "of [table.least, table.least])",
    }],
    tests: ofOptimum,
  },
  {
    name: "no-refinement-of-tables",
    breaks: "a table is as rough as its first points, whatever accuracy is asked for",
    edits: [{
      file: CHEBYSHEV,
      text: "n <= MOST_INTERVALS && !accurate(piece)",
      replacement: "n < MOST_INTERVALS / 1e6 && !accurate(piece)",
    }],
    tests: ofMonteCarlo,
  },
  {
    name: "no-search-between-points",
    breaks: "an optimum lies at a point of the scan, never between",
    edits: [{
      file: CHEBYSHEV,
      text: "height(middle) < heights[best] ? middle : grid[best]",
      replacement: "height(middle) < -Infinity ? middle : grid[best]",
    }],
    tests: ofMonteCarlo,
  },
  {
    name: "golden-section-backwards",
    breaks: "the search walks away from the optimum",
    edits: [{
      file: CHEBYSHEV,
      text: "if (height(left) < height(right)) b = right;",
      replacement: "if (height(left) > height(right)) b = right;",
    }],
    tests: ofMonteCarlo,
  },
  {
    name: "set-variable-keeps-its-noise",
    breaks: "in simulations a perfect intervention adds to the variable",
    edits: [{
      file: SIMULATION,
      text: 'if (kind === "perfect") column.fill(value);',
      replacement: 'if (kind === "perfect") column.forEach((_, r) => column[r] = natural[r] + value);',
    }],
    tests: ofMonteCarlo,
  },
  {
    name: "standard-error-is-the-deviation",
    breaks: "the error of a mean does not fall with the number of rows",
    edits: [{ file: SIMULATION, text: "Math.sqrt(variance / half)", replacement: "Math.sqrt(variance)" }],
    tests: ofMonteCarlo,
  },
];

export const SCM: readonly Mutation[] = [...LINEAR, ...SEARCH];
