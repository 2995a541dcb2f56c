/** Mutations of what a policy sees. */

import type { Mutation } from "./mutation.ts";

const NODES = "lib/environment/node_features.ts";
const PAIRS = "lib/environment/pair_features.ts";
const RESPONSE = "lib/environment/response.ts";
const BELIEFS = "lib/environment/belief_features.ts";
const HISTORY = "lib/environment/history_views.ts";
const STATISTICS = "lib/environment/statistics.ts";
const ofValues = ["tests/environment/feature_values_test.ts"];
const ofFeatures = ["tests/environment/features_test.ts"];
const ofEnvironment = ["tests/environment/environment_test.ts"];

/** Features of variables. */
const VARIABLES: readonly Mutation[] = [
  {
    name: "gain-of-the-low-end-mirrored",
    breaks: "a gain at the low end is a loss",
    edits: [{ file: NODES, text: "sign * slope * low / unit", replacement: "-sign * slope * low / unit" }],
    tests: ofValues,
  },
  {
    name: "gains-without-objective",
    breaks: "gains rise with the target whatever the objective",
    edits: [{ file: NODES, text: "sign * slope * high / unit", replacement: "slope * high / unit" }],
    tests: ofFeatures,
  },
  {
    name: "unit-of-one-end",
    breaks: "the unit of gains looks at the high ends alone",
    edits: [{
      file: NODES,
      text: "Math.max(unit, slope * ends.low(i), slope * ends.high(i))",
      replacement: "Math.max(unit, slope * ends.high(i))",
    }],
    tests: ofValues,
  },
  {
    name: "sum-of-gains-for-mean",
    breaks: "the mean gain seen grows with the number of interventions",
    edits: [{
      file: NODES,
      text: ") / (s.doCount[index] + several);",
      replacement: ");",
    }],
    tests: ofValues,
  },
  {
    name: "time-reaches-one-early",
    breaks: "time is counted over one step less",
    edits: [{
      file: NODES,
      text: "Math.min(step, horizon - 1) / horizon",
      replacement: "Math.min(step, horizon - 1) / (horizon - 1)",
    }],
    tests: ofValues,
  },
  {
    name: "path-without-mediators",
    breaks: "the gain along paths is that of the direct edge",
    edits: [{
      file: NODES,
      text: "path += work.slope[i * width + j] * work.direct[j * width + target];",
      replacement: "path += 0 * work.slope[i * width + j];",
    }],
    tests: ofFeatures,
  },
  {
    name: "unbounded-features",
    breaks: "one feature can drown all others",
    edits: [{ file: "lib/environment/bounded.ts", text: "const LIMIT = 10;", replacement: "const LIMIT = 1e6;" }],
    tests: ofFeatures,
  },
];

/** Regressions, and features of pairs. */
const REGRESSIONS: readonly Mutation[] = [
  {
    name: "slope-without-prior",
    breaks: "the posterior slope forgets what was observed",
    edits: [{
      file: PAIRS,
      text: "(correlation * PRIOR_PRECISION + svx) / precision",
      replacement: "svx / precision",
    }],
    tests: ofValues,
  },
  {
    name: "precision-for-deviation",
    breaks: "the standard deviation of a slope is its variance",
    edits: [{ file: PAIRS, text: "1 / Math.sqrt(precision)", replacement: "1 / precision" }],
    tests: ofValues,
  },
  {
    name: "evidence-is-the-slope",
    breaks: "evidence does not grow with the number of interventions",
    edits: [{
      file: PAIRS,
      text: "svx / Math.sqrt(Math.max(svv, 1e-9))",
      replacement: "svx / Math.max(svv, 1e-9)",
    }],
    tests: ofValues,
  },
  {
    name: "population-covariance",
    breaks: "covariances divide by n",
    edits: [{ file: PAIRS, text: "meanI * meanJ) / (n - 1)", replacement: "meanI * meanJ) / n" }],
    tests: ofValues,
  },
  {
    name: "interventional-slope-shrunk",
    breaks: "the slope from interventions alone is pulled towards 0 as if by a prior",
    edits: [{ file: PAIRS, text: "svx / (svv + 0.25)", replacement: "svx / (svv + 2.5)" }],
    tests: ofValues,
  },
  {
    name: "direct-sign",
    breaks: "direct coefficients have the wrong sign",
    edits: [{ file: PAIRS, text: "-work.column[i + 1] / own", replacement: "work.column[i + 1] / own" }],
    tests: ofValues,
  },
  {
    name: "set-rows-in-their-own-regression",
    breaks: "rows in which a variable was set count in the regression of its mechanism",
    edits: [{
      file: PAIRS,
      text: "tried > 0 && r < history.rows",
      replacement: "tried < 0 && r < history.rows",
    }],
    tests: ofValues,
  },
  {
    name: "pairs-without-objective",
    breaks: "features of pairs with the target do not turn with the objective",
    edits: [{
      file: PAIRS,
      text: "i === target || j === target ? -problems.signs[e] : 1",
      replacement: "i === target || j === target ? 1 : 1",
    }],
    tests: ofFeatures,
  },
  {
    name: "pair-of-the-wrong-direction",
    breaks: "the effect of j on i stands where that of i on j should",
    edits: [{
      file: PAIRS,
      text: 'out[at + AT["effect of i on j"]] = bounded(turn * work.slope[forth]);',
      replacement: 'out[at + AT["effect of i on j"]] = bounded(turn * work.slope[back]);',
    }],
    tests: ofValues,
  },
  {
    name: "strong-ridge",
    breaks: "direct coefficients are shrunk twice as much",
    edits: [{ file: "lib/environment/ridge.ts", text: "const RIDGE = 1;", replacement: "const RIDGE = 2;" }],
    tests: ofValues,
  },
  {
    name: "population-spread",
    breaks: "the unit of a variable divides by n",
    edits: [{ file: STATISTICS, text: "Math.sqrt(squares / (n - 1))", replacement: "Math.sqrt(squares / n)" }],
    tests: ofValues,
  },
  {
    name: "units-from-set-values",
    breaks: "values that were set count in a variable's own unit",
    edits: [{
      file: STATISTICS,
      text: "if (observational && intervened[row] !== NONE) continue;",
      replacement: "if (observational && intervened[row] >= size) continue;",
    }],
    tests: ofEnvironment,
  },
  {
    name: "best-outcome-without-objective",
    breaks: "the best outcome is the greatest whatever the objective",
    edits: [{
      file: STATISTICS,
      text: "if (sign * outcome > s.bestOutcome[index]) {",
      replacement: "if (outcome > s.bestOutcome[index]) {",
    }],
    tests: ofValues,
  },
];

/** Responses, beliefs, histories. */
const OTHER_VIEWS: readonly Mutation[] = [
  {
    name: "response-without-noise",
    breaks: "one intervention makes a point certain",
    edits: [{ file: RESPONSE, text: "const NOISE = 0.3;", replacement: "const NOISE = 0.03;" }],
    tests: ["tests/environment/response_test.ts"],
  },
  {
    name: "response-without-bends",
    breaks: "a response is a line, so that no optimum inside a domain can be seen",
    edits: [{ file: RESPONSE, text: "const BEND = 1;", replacement: "const BEND = 0;" }],
    tests: ["tests/environment/response_test.ts"],
  },
  {
    name: "observed-response-unsmoothed",
    breaks: "one observed row far away counts like a row at the point",
    edits: [{ file: RESPONSE, text: "= sum / (total + 1);", replacement: "= sum / total;" }],
    tests: ofValues,
  },
  {
    name: "entropy-in-nats",
    breaks: "the entropy of the parents grows with the number of variables",
    edits: [{ file: BELIEFS, text: "beliefs.entropy[e] / ignorance", replacement: "beliefs.entropy[e]" }],
    tests: ofValues,
  },
  {
    name: "believed-gain-without-offset",
    breaks: "a believed gain is counted from the centre although the belief says otherwise",
    edits: [{ file: BELIEFS, text: "(effect.offset?.[i] ?? 0)", replacement: "0" }],
    tests: ofValues,
  },
  {
    name: "believed-sd-in-target-units",
    breaks: "the deviation of a believed gain is not in units of gains",
    edits: [{
      file: BELIEFS,
      text: "effect.sd[i] / s.spread[target] / unit",
      replacement: "effect.sd[i] / s.spread[target]",
    }],
    tests: ofValues,
  },
  {
    name: "history-without-objective",
    breaks: "the target's column does not turn with the objective",
    edits: [{ file: HISTORY, text: "isTarget ? signs[e] : 1", replacement: "isTarget ? 1 : 1" }],
    tests: ofValues,
  },
  {
    name: "history-not-standardised",
    breaks: "values are in their own units",
    edits: [{
      file: HISTORY,
      text: "* width + v] - centre) / spread,",
      replacement: "* width + v] - centre),",
    }],
    tests: ofValues,
  },
  {
    name: "oldest-row-is-the-newest",
    breaks: "recency falls towards the newest row",
    edits: [{ file: HISTORY, text: "(row + 1) / rows", replacement: "(rows - row) / rows" }],
    tests: ofValues,
  },
  {
    name: "graph-leaks-into-the-domain",
    breaks: "the domain that a policy sees tells whether the variable is a direct cause of the target",
    edits: [{
      file: "lib/environment/problems.ts",
      text: "settable[e * width + v] = 1;",
      replacement: "settable[e * width + v] = 1;\n" +
        "if (scm.variables[scm.target].parents.includes(index)) low[e * width + v] -= 1e-3;",
    }],
    tests: ofEnvironment,
  },
];

export const ENVIRONMENT: readonly Mutation[] = [...VARIABLES, ...REGRESSIONS, ...OTHER_VIEWS];
