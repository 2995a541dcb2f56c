/** How well parents are found on held-out episodes: a surrogate and simple scores, with intervals over episodes. */

import { bootstrapAll, type BootstrapEstimate } from "../../evaluation/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import {
  beliefsOf,
  drawEpisodes,
  episodeRows,
  type LabelledRows,
  PARENT_SCORERS,
  type SurrogateForm,
} from "../../surrogate/mod.ts";
import { loadTrack } from "../session/track.ts";
import type { SurrogateConfig } from "./config.ts";
import { type EpisodeScores, METRIC_NAMES, type StructureMetrics, structureMetrics } from "./metrics.ts";

/** One method's metrics on the test episodes. */
export interface EvaluatedMethod {
  readonly method: string;
  /** Above this score a variable counts as a parent. */
  readonly threshold: number;
  readonly metrics: Readonly<Record<keyof StructureMetrics, BootstrapEstimate>>;
}

/** Held-out episodes of a split, the same for every run. */
export function heldOutEpisodes(config: SurrogateConfig, split: "validation" | "test"): LabelledRows[] {
  const track = loadTrack(config.evaluation);
  const stream = trackStream(track, split).child("structure");
  const distribution = { scms: track.distribution, rows: config.evaluation.episodes };
  return drawEpisodes(distribution, config.evaluation[split], null, stream);
}

/** Episodes that one pass of the network takes: it bounds the memory. */
const CHUNK = 32;

/** The network's parent probabilities of each episode's candidates. */
export function scoreWithForm(form: SurrogateForm, episodes: readonly LabelledRows[]): EpisodeScores[] {
  const scores: EpisodeScores[] = [];
  for (let from = 0; from < episodes.length; from += CHUNK) {
    const part = episodes.slice(from, from + CHUNK);
    const width = Math.max(...part.map(({ size }) => size));
    const { parent } = beliefsOf(form.prepare(part.map(episodeRows), width));
    part.forEach((episode, e) => scores.push(candidates(episode, parent.subarray(e * width))));
  }
  return scores;
}

function candidates({ size, target, parents }: LabelledRows, score: ArrayLike<number>): EpisodeScores {
  const others = [...Array(size).keys()].filter((v) => v !== target);
  return {
    score: Float64Array.from(others, (v) => score[v]),
    parent: Uint8Array.from(others, (v) => parents[v]),
  };
}

/** The surrogate and every simple score on test episodes; the simple scores' thresholds are tuned on validation episodes. */
export function evaluateSurrogate(form: SurrogateForm, config: SurrogateConfig, stream: Stream): EvaluatedMethod[] {
  const validation = heldOutEpisodes(config, "validation");
  const test = heldOutEpisodes(config, "test");
  const { resamples } = config.evaluation;
  const judged = (method: string, scores: readonly EpisodeScores[], threshold: number, probabilities: boolean) => {
    const estimates = bootstrapAll(
      [scores.map((_, e) => [e])],
      ([drawn]) => {
        const metrics = structureMetrics(drawn.map((row) => scores[row[0]]), threshold, probabilities);
        return METRIC_NAMES.map((name) => metrics[name]);
      },
      { stream: stream.child(method), resamples, unit: "runs" },
    );
    return {
      method,
      threshold,
      metrics: Object.fromEntries(METRIC_NAMES.map((name, m) => [name, estimates[m]])) as EvaluatedMethod["metrics"],
    } satisfies EvaluatedMethod;
  };
  const neural = judged("neural", scoreWithForm(form, test), 0.5, true);
  const simple = Object.entries(PARENT_SCORERS).map(([name, scorer]) => {
    const scored = (episodes: readonly LabelledRows[]) =>
      episodes.map((episode) => candidates(episode, scorer(episodeRows(episode))));
    return judged(name, scored(test), bestThreshold(scored(validation)), false);
  });
  return [neural, ...simple];
}

/** Thresholds that are tried: as many quantiles of the scores. */
const THRESHOLDS = 40;

/** The threshold with the highest mean F1. */
function bestThreshold(scores: readonly EpisodeScores[]): number {
  const all = Float64Array.from(scores.flatMap(({ score }) => [...score])).sort();
  const tried = Array.from({ length: THRESHOLDS }, (_, k) => all[Math.floor(all.length * k / THRESHOLDS)]);
  return tried.reduce((best, threshold) =>
    structureMetrics(scores, threshold, false).f1 > structureMetrics(scores, best, false).f1 ? threshold : best
  );
}
