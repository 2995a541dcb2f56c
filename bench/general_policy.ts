/**
 * What the posterior of the general policy is worth under several ways to play on it, beside the strong baselines, paired over
 * problems: `deno run -A bench/general_policy.ts broad 192 validation 20 general` (track, problems, split, interventions,
 * policy). The exploration that ships is chosen on validation problems; `test` tells of others. Further words are baselines.
 */

import * as tf from "@tensorflow/tfjs-core";
import { printError, printLine } from "../lib/cli/output.ts";
import { episodeMetrics, type EpisodeRecords, evaluate, heldOutProblems } from "../lib/evaluation/mod.ts";
import { createGeneralPolicy, type GeneralPolicy, type Policy } from "../lib/policy/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { formatTable } from "../lib/report/mod.ts";
import { trackStream } from "../lib/scm/mod.ts";
import { readOutputs } from "../lib/surrogate/mod.ts";
import { computeNow, useBackend } from "../lib/tensor/mod.ts";
import { evaluateTuned, openPolicy, readTrack, readTuned } from "../lib/training/mod.ts";

const [name = "broad", count = "192", split = "validation", horizon = "20", path = "general", ...asked] = Deno.args;
if (split !== "test" && split !== "validation") throw new RangeError(`split: test or validation, not ${split}`);
/** c of the upper bounds; 0 is greedy. */
const EXPLORATIONS = [0, 0.3, 0.6, 1, 1.5];
const BASELINES = asked.length > 0
  ? asked
  : ["random", "blr-obs-ucb", "gp-ei", "gp-ucb", "gp-obs-ei", "gp-obs-ucb", "causal-bo-ucb"];

await useBackend("auto");
const track = readTrack(name);
const stream = trackStream(track, split);
const problems = heldOutProblems(track.distribution, split, Number(count), stream);
const settings = { episode: { ...track.episode, horizon: Number(horizon) }, stream: stream.child("episodes") };
const opened = openPolicy(path);
const { policy: { width, layers, heads, value_head } } = opened.config;
const values = await opened.policy.named.values();

/** The policy that is opened, with another exploration. */
function explorer(exploration: number): GeneralPolicy {
  const levels = value_head.kind === "categorical" ? value_head.levels : 2;
  const policy = createGeneralPolicy({ width, layers, heads, levels, exploration, annealFrom: 0.01 }, createStream(0));
  policy.named.assign(values);
  return policy;
}

/** Thompson sampling on the same posterior: one draw for each variable, that moves all of its values alike. */
function thompson({ network, viewsOf, recommend }: GeneralPolicy): Policy {
  return {
    name: "thompson",
    recommend,
    act(observation, streams) {
      const views = viewsOf(observation);
      const size = views.count * views.width * views.cells;
      const read = computeNow(() => {
        const { mean, sd } = readOutputs(network.forward(views), views);
        return tf.concat([mean, sd]);
      });
      const variable = new Int32Array(views.count);
      const value = new Float64Array(views.count);
      for (let e = 0; e < views.count; e++) {
        let highest = -Infinity;
        for (let v = 0; v < views.width; v++) {
          const z = streams[e].normal();
          if (views.settable[e * views.width + v] === 0) continue;
          for (let k = 0; k < views.cells; k++) {
            const at = (e * views.width + v) * views.cells + k;
            const drawn = read[at] + z * read[size + at];
            if (drawn <= highest) continue;
            [variable[e], value[e], highest] = [v, 2 * k / (views.cells - 1) - 1, drawn];
          }
        }
      }
      return { variable, value, logProb: new Float64Array(views.count).fill(NaN) };
    },
  };
}

const played: [string, EpisodeRecords][] = [];
function add(label: string, play: () => EpisodeRecords): void {
  printError(`playing ${label}`);
  played.push([label, play()]);
}
const playing = (label: string, policy: Policy) =>
  add(label, () => evaluate(policy, problems, { ...settings, method: label, mode: "mode" }));
for (const c of EXPLORATIONS) {
  const policy = explorer(c);
  playing(c === 0 ? "general, greedy" : `general, c = ${c}`, policy);
  policy.dispose();
}
const sampler = explorer(0);
playing("general, Thompson", thompson(sampler));
sampler.dispose();
const tuned = readTuned(track.name, printError);
for (const baseline of BASELINES) {
  add(baseline, () => evaluateTuned(baseline, tuned, problems, { ...settings, mode: "sample" }));
}

/** A mean with half of its 95 % interval over problems. */
function estimate(values: ArrayLike<number>): string {
  const list = Array.from(values);
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  const variance = list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1);
  return `${mean.toFixed(3)} ± ${(1.96 * Math.sqrt(variance / list.length)).toFixed(3)}`;
}

printLine(`${track.name}, ${count} ${split} problems, ${horizon} interventions`);
printLine(formatTable(
  ["method", "mean value", "best seen", "final answer", "worse than nothing"].map((heading) => ({ heading })),
  played.map(([label, records]) => {
    const { meanValue, bestSeenRegret, recommendation } = episodeMetrics(records);
    const harmful = recommendation.filter((value) => value < 0).length / recommendation.length;
    return [
      label,
      estimate(meanValue),
      estimate(bestSeenRegret.map((r) => 1 - r)),
      estimate(recommendation),
      harmful.toFixed(3),
    ];
  }),
));
