/**
 * How good the intervals of `deno task suggest` are wherever a response bends, and what its recommendation is worth: held-out problems
 * of a track, on which a shipped policy plays. `deno run -A bench/response_intervals.ts nonlinear linear 100` (track, policy, problems)
 * tells of test problems; with `validation` as a fourth word of those on which the rule of the recommendation is chosen.
 */

import { EFFECT_PRIOR, expectedTarget, SURELY } from "../lib/advisor/mod.ts";
import { formatTable } from "../lib/report/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { createEnvironment, type Environment, unscale } from "../lib/environment/mod.ts";
import { heldOutProblems } from "../lib/evaluation/mod.ts";
import { type BelievedResponses, linePosterior } from "../lib/policy/mod.ts";
import { normalisedValue, trackStream } from "../lib/scm/mod.ts";
import {
  fitResponses,
  gatherTrials,
  observationalPriors,
  predictResponse,
  RESPONSE_MODEL,
  warpedGain,
} from "../lib/surrogate/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";
import { openPolicy, readTrack } from "../lib/training/mod.ts";

const [trackName = "linear", policyName = "linear", count = "100", split = "test"] = Deno.args;
if (split !== "test" && split !== "validation") throw new RangeError(`split: test or validation, not ${split}`);
const PROBLEMS = Number(count);
/** How many standard deviations of its own another setting's mean must be ahead by, to be recommended. */
const AHEAD = [...new Set([0.5, 1, 1.5, 2, SURELY])].sort((a, b) => a - b);
const STEPS = [0, 5, 20];
const VALUES = [-1, -0.5, 0, 0.5, 1];
const GRID = Array.from({ length: 33 }, (_, k) => -1 + k / 16);
const Z95 = 1.959963984540054;

await useBackend("auto");
const { policy } = openPolicy(policyName);
const track = readTrack(trackName);
const stream = trackStream(track, split);
const problems = heldOutProblems(track.distribution, split, PROBLEMS, stream);
const environment = createEnvironment(problems, track.episode);
const streams = problems.map((_, e) => stream.child("intervals").child(e));
environment.reset(streams.map((one) => one.child("start")));
const rows: (string | number)[][] = [];
for (let step = 0; step <= track.episode.horizon; step++) {
  const action = policy.act(environment.observation, streams, "mode");
  if (STEPS.includes(step)) rows.push([step, ...measure(environment, action.variable, action.value)]);
  if (step < track.episode.horizon) environment.step(action, streams.map((one) => one.child(step)));
}
printLine(formatTable(
  [
    "made",
    "own, all",
    "own, choice",
    "curves, all",
    "curves, choice",
    "lines, all",
    "lines, choice",
    "policy",
    "greatest expected",
    ...AHEAD.map((sds) => `ahead by ${sds} sd${sds === SURELY ? ": recommended" : ""}`),
  ].map((heading) => ({ heading, digits: 3 })),
  rows,
));

/** Whether a policy's own interval at a scaled value that is one of its cells holds a gain. @param index of the variable in the batch */
function isWithin({ cells, mean, sd, halfInterval }: BelievedResponses, index: number, at: number, gain: number) {
  const k = index * cells + Math.round((at + 1) * (cells - 1) / 2);
  return Math.abs(gain - mean[k]) <= halfInterval * sd[k];
}

/** Coverage of all kinds of intervals, a policy's own where it has any, and values of each rule of what to settle for. */
function measure(environment: Environment, variables: Int32Array, values: Float64Array): number[] {
  const { observation } = environment;
  const { width, settable, targets, signs, low, high } = observation.problems;
  const lines = linePosterior(observation, EFFECT_PRIOR);
  const believed = policy.responses?.(observation);
  const sums = { all: 0, own: 0, curves: 0, lines: 0, chosen: 0, chosenOwn: 0, chosenCurves: 0, chosenLines: 0 };
  const worth = [0, 0, ...AHEAD.map(() => 0)];
  for (let e = 0; e < PROBLEMS; e++) {
    const own = Array.from({ length: width }, (_, v) => v).filter((v) => settable[e * width + v] === 1);
    const trials = gatherTrials(observation, e);
    const priors = observationalPriors(observation, e, own, "hedged");
    const fit = fitResponses(own.map((v, i) => ({ trials: trials[v], priors: priors[i] })), RESPONSE_MODEL);
    const truthOf = (v: number, at: number) =>
      environment.expected({ variable: Int32Array.of(v), value: Float64Array.of(at) }, Int32Array.of(e))[0];
    const { centre, spread } = observation.statistics;
    const target = e * width + targets[e];
    const settings: { v: number; at: number; mean: number; sd: number }[] = [];
    own.forEach((v, i) => {
      const beliefs = predictResponse(fit, i, Float64Array.from([...VALUES, ...GRID]));
      GRID.forEach((at, k) =>
        settings.push({ v, at, mean: beliefs.mean[VALUES.length + k], sd: beliefs.sd[VALUES.length + k] })
      );
      VALUES.forEach((at, k) => {
        const truth = truthOf(v, at);
        const gain = warpedGain(signs[e] * (truth - centre[target]) / spread[target]);
        const line = expectedTarget(
          observation,
          lines,
          e,
          v,
          unscale(at, low[e * width + v], high[e * width + v]),
        );
        const own = believed === undefined ? NaN : Number(isWithin(believed, e * width + v, at, gain));
        const byCurve = Number(Math.abs(gain - beliefs.mean[k]) <= Z95 * beliefs.sd[k]);
        const byLine = Number(truth >= line.low && truth <= line.high);
        sums.all++;
        sums.own += own;
        sums.curves += byCurve;
        sums.lines += byLine;
        if (v !== variables[e] || Math.abs(at) !== 1 || values[e] !== at) return;
        sums.chosen++;
        sums.chosenOwn += own;
        sums.chosenCurves += byCurve;
        sums.chosenLines += byLine;
      });
    });
    const { scm, outcomes } = problems[e];
    const valueOf = (v: number, at: number) => normalisedValue(outcomes, scm.objective, truthOf(v, at));
    const choice = predictResponse(fit, own.indexOf(variables[e]), Float64Array.of(values[e]));
    const best = settings.reduce((a, b) => b.mean > a.mean ? b : a);
    const chosen = valueOf(variables[e], values[e]);
    worth[0] += chosen;
    worth[1] += best.mean > 0 ? valueOf(best.v, best.at) : 0;
    AHEAD.forEach((sds, rule) => {
      const surest = settings.reduce((a, b) => b.mean - sds * b.sd > a.mean - sds * a.sd ? b : a);
      if (surest.mean - sds * surest.sd > Math.max(choice.mean[0], 0)) worth[2 + rule] += valueOf(surest.v, surest.at);
      else worth[2 + rule] += choice.mean[0] + sds * choice.sd[0] < 0 ? 0 : chosen;
    });
  }
  return [
    sums.own / sums.all,
    sums.chosenOwn / sums.chosen,
    sums.curves / sums.all,
    sums.chosenCurves / sums.chosen,
    sums.lines / sums.all,
    sums.chosenLines / sums.chosen,
    ...worth.map((sum) => sum / PROBLEMS),
  ];
}
