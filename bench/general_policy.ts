/**
 * What the posterior of the general policy is worth under several ways to play on it, beside the strong baselines, paired over
 * problems: `deno run -A bench/general_policy.ts broad,linear 192 validation 20 general` (tracks, problems of each, split,
 * interventions, policy). What ships is chosen on validation problems; `test` tells of others. Further words are baselines, or
 * paths of other policies.
 */

import * as tf from "@tensorflow/tfjs-core";
import { printError, printLine } from "../lib/cli/output.ts";
import { episodeMetrics, type EpisodeRecords, evaluate, heldOutProblems } from "../lib/evaluation/mod.ts";
import {
  BASELINES,
  BELIEVING_BASELINES,
  createGeneralPolicy,
  type GeneralPolicy,
  type Policy,
  PRIVILEGED_BASELINES,
} from "../lib/policy/mod.ts";
import { createStream, type Stream } from "../lib/random/mod.ts";
import { formatTable } from "../lib/report/mod.ts";
import { trackStream } from "../lib/scm/mod.ts";
import { logImprovement } from "../lib/numeric/mod.ts";
import { readOutputs } from "../lib/surrogate/mod.ts";
import { computeNow, useBackend } from "../lib/tensor/mod.ts";
import { evaluateTuned, openPolicy, readTrack, readTuned } from "../lib/training/mod.ts";

const [names = "broad", count = "192", split = "validation", horizon = "20", path = "general", ...asked] = Deno.args;
if (split !== "test" && split !== "validation") throw new RangeError(`split: test or validation, not ${split}`);
const splitName: "test" | "validation" = split;
/** c of the upper bounds beside the policy's own. */
const EXPLORATIONS = [0.5, 1, 1.5, 2.5];
const BESIDE = ["random", "blr-obs-ucb", "gp-ei", "gp-ucb", "gp-obs-ei", "gp-obs-ucb", "causal-bo-ucb"];

/** What a way to play knows of a state beside the mean and standard deviation of a cell. */
interface Known {
  /** Greatest posterior mean. */
  readonly best: number;
  /** Interventions that are left, this one included, and their share. */
  readonly steps: number;
  readonly left: number;
  /** A standard normal number for each variable. */
  readonly normals: Float64Array;
}
type Score = (mean: number, sd: number, known: Known, variable: number) => number;

/** Ways to play on a posterior, by what they maximise. */
const WAYS: Readonly<Record<string, Score>> = {
  greedy: (mean) => mean,
  ...Object.fromEntries(
    EXPLORATIONS.map((
      c,
    ): [string, Score] => [`UCB, c = ${c}`, (mean, sd, { left }) => mean + c * Math.sqrt(left) * sd]),
  ),
  Thompson: (mean, sd, { normals }, variable) => mean + normals[variable] * sd,
  // What an exact reading of the cell alone would add to the best mean, for every intervention that follows.
  "knowledge gradient": (mean, sd, { best, steps }) =>
    mean + (steps - 1) * sd * Math.exp(logImprovement((mean - best) / Math.max(sd, 1e-9))),
};

await useBackend("auto");
const opened = openPolicy(path);
const { policy: { width, layers, heads, value_head } } = opened.config;
const levels = value_head.kind === "categorical" ? value_head.levels : 2;
const general = createGeneralPolicy(
  { width, layers, heads, levels, exploration: 0, annealFrom: 0.01 },
  createStream(0),
);
general.named.assign(await opened.policy.named.values());

/** Plays the greatest score of the posterior. */
function playing(name: string, { network, viewsOf, recommend }: GeneralPolicy, score: Score): Policy {
  return {
    name,
    recommend,
    act(observation, streams) {
      const views = viewsOf(observation);
      const { count, width, cells, settable } = views;
      const read = computeNow(() => {
        const { mean, sd } = readOutputs(network.forward(views), views);
        return tf.concat([mean, sd]);
      });
      const variable = new Int32Array(count);
      const value = new Float64Array(count);
      for (let e = 0; e < count; e++) {
        const own = Array.from({ length: width * cells }, (_, k) => e * width * cells + k)
          .filter((k) => settable[Math.floor(k / cells)] > 0);
        const best = own.reduce((highest, k) => Math.max(highest, read[k]), -Infinity);
        const steps = observation.horizon - observation.step;
        const known = { best, steps, left: views.left[e], normals: normalsOf(streams[e], width) };
        let highest = -Infinity;
        for (const k of own) {
          const v = Math.floor(k / cells) - e * width;
          const bound = score(read[k], read[count * width * cells + k], known, v);
          if (bound <= highest) continue;
          [variable[e], value[e], highest] = [v, 2 * (k % cells) / (cells - 1) - 1, bound];
        }
      }
      return { variable, value, logProb: new Float64Array(count).fill(NaN) };
    },
  };
}

function normalsOf(stream: Stream, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => stream.normal());
}

/** The three numbers that methods are compared by, of each problem. */
interface Worth {
  readonly mean: readonly number[];
  readonly best: readonly number[];
  readonly answer: readonly number[];
}

function worthOf(records: EpisodeRecords): Worth {
  const { meanValue, bestSeenRegret, recommendation } = episodeMetrics(records);
  return {
    mean: Array.from(meanValue),
    best: Array.from(bestSeenRegret, (regret) => 1 - regret),
    answer: Array.from(recommendation),
  };
}

/** Every method on the problems of one track; the policy that is asked for comes first. */
function playTrack(name: string): Map<string, Worth> {
  const track = readTrack(name);
  const stream = trackStream(track, splitName);
  const problems = heldOutProblems(track.distribution, splitName, Number(count), stream);
  const settings = { episode: { ...track.episode, horizon: Number(horizon) }, stream: stream.child("episodes") };
  const played = new Map<string, Worth>();
  const add = (label: string, play: () => EpisodeRecords) => {
    printError(`playing ${label} on ${name}`);
    played.set(label, worthOf(play()));
  };
  add(path, () => evaluate(opened.policy, problems, { ...settings, method: path, mode: "mode" }));
  for (const [label, score] of Object.entries(WAYS)) {
    const policy = playing(label, general, score);
    add(label, () => evaluate(policy, problems, { ...settings, method: label, mode: "mode" }));
  }
  const tuned = readTuned(track.name, printError);
  const known = { ...BASELINES, ...BELIEVING_BASELINES, ...PRIVILEGED_BASELINES };
  for (const method of asked.length > 0 ? asked : BESIDE) {
    if (method in known) {
      add(method, () => evaluateTuned(method, tuned, problems, { ...settings, mode: "sample" }));
      continue;
    }
    const { policy } = openPolicy(method);
    add(method, () => evaluate(policy, problems, { ...settings, method, mode: "mode" }));
    policy.dispose();
  }
  return played;
}

/** A mean with half of its 95 % interval over problems. */
function estimate(values: readonly number[]): string {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(3)} ± ${(1.96 * Math.sqrt(variance / values.length)).toFixed(3)}`;
}

const headings = (first: string, ...last: string[]) =>
  [first, "mean value", "best seen", "final answer", ...last].map((heading) => ({ heading }));
const tracks = names.split(",");
const all = tracks.map((name) => {
  const played = playTrack(name);
  printLine(`${name}, ${count} ${split} problems, ${horizon} interventions`);
  printLine(formatTable(
    headings("method", "worse than nothing"),
    [...played].map(([label, { mean, best, answer }]) => [
      label,
      estimate(mean),
      estimate(best),
      estimate(answer),
      (answer.filter((value) => value < 0).length / answer.length).toFixed(3),
    ]),
  ));
  return played;
});
const pooled = (label: string, of: keyof Worth) => all.flatMap((played) => played.get(label)?.[of] ?? []);
printLine(`${tracks.join(", ")} together: ${path} less`);
printLine(formatTable(
  headings("method"),
  [...all[0].keys()].filter((label) => label !== path).map((label) => [
    label,
    ...(["mean", "best", "answer"] as const).map((of) => {
      const theirs = pooled(label, of);
      return estimate(pooled(path, of).map((value, k) => value - theirs[k]));
    }),
  ]),
));
