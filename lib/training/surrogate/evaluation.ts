/** How well parents are found on held-out episodes: by a surrogate and by simple scores, with intervals over episodes. */

import type { SurrogateConfig } from "../../config/mod.ts";
import { bootstrapAll, type BootstrapEstimate, runSteps, type Steps } from "../../evaluation/mod.ts";
import { addRowInto, createStatistics, membersOf, type Observation, startUnitsInto } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { type Say, sayParts } from "../../runs/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import {
  beliefsOf,
  createActiveSurrogate,
  createExactSurrogate,
  drawEpisodes,
  episodeRows,
  EXACT_LIMIT,
  type LabelledRows,
  PARENT_SCORERS,
  type Surrogate,
  type SurrogateForm,
} from "../../surrogate/mod.ts";
import { loadTrack } from "../track.ts";
import { METRIC_NAMES, type ScoredEpisode, scoreEpisode, type StructureMetrics, structureMetrics } from "./metrics.ts";

/** One method's metrics on the test episodes. */
export interface EvaluatedMethod {
  readonly method: string;
  /** Whether its scores are probabilities: only then do log-loss and calibration mean anything. */
  readonly probabilistic: boolean;
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
export function scoreWithForm(form: SurrogateForm, episodes: readonly LabelledRows[]): ScoredEpisode[] {
  return runSteps(scoreSteps(form, episodes));
}

/** {@linkcode scoreWithForm} as a computation in steps, one for each pass of the network. */
export function* scoreSteps(form: SurrogateForm, episodes: readonly LabelledRows[]): Steps<ScoredEpisode[]> {
  const scored: ScoredEpisode[] = [];
  for (let from = 0; from < episodes.length; from += CHUNK) {
    const part = episodes.slice(from, from + CHUNK);
    const width = Math.max(...part.map(({ size }) => size));
    const { parent } = beliefsOf(form.prepare(part.map(episodeRows), width));
    part.forEach((episode, e) => scored.push(candidates(episode, (v) => parent[e * width + v])));
    yield;
  }
  return scored;
}

function candidates({ size, target, parents }: LabelledRows, probability: (v: number) => number): ScoredEpisode {
  const others = [...Array(size).keys()].filter((v) => v !== target);
  return scoreEpisode(Float64Array.from(others, probability), Uint8Array.from(others, (v) => parents[v]));
}

/**
 * The surrogate and every simple score on test episodes; the simple scores' thresholds are tuned on validation episodes.
 * @param say called before each method with its name and place
 */
export function evaluateSurrogate(
  form: SurrogateForm,
  config: SurrogateConfig,
  stream: Stream,
  say: Say = () => {},
): EvaluatedMethod[] {
  const validation = heldOutEpisodes(config, "validation");
  const test = heldOutEpisodes(config, "test");
  const isExact = config.evaluation.exact && test.every(({ size }) => size <= EXACT_LIMIT);
  const scorers = Object.entries(PARENT_SCORERS);
  const next = sayParts(say, scorers.length + (isExact ? 3 : 2));
  const judged = (method: string, score: () => readonly ScoredEpisode[], probabilistic: boolean): EvaluatedMethod => {
    next(method);
    const scored = score();
    const estimates = bootstrapAll(
      [scored.map((_, e) => [e])],
      ([drawn]) => {
        const metrics = structureMetrics(drawn.map((row) => scored[row[0]]));
        return METRIC_NAMES.map((name) => metrics[name]);
      },
      { stream: stream.child(method), resamples: config.evaluation.resamples, unit: "runs" },
    );
    const metrics = Object.fromEntries(METRIC_NAMES.map((name, m) => [name, estimates[m]]));
    return { method, probabilistic, metrics: metrics as EvaluatedMethod["metrics"] };
  };
  const belief = (method: string, surrogate: Surrogate) =>
    judged(method, () => scoreWith(surrogate, test, stream.child(`${method} episodes`)), true);
  const methods = [
    judged("neural", () => scoreWithForm(form, test), true),
    ...(isExact ? [belief("exact", createExactSurrogate())] : []),
    belief("active", createActiveSurrogate()),
    ...scorers.map(([name, scorer]) => {
      const scoresOf = (episodes: readonly LabelledRows[]) => episodes.map((episode) => scorer(episodeRows(episode)));
      return judged(
        name,
        () => callAbove(test, scoresOf(test), bestThreshold(validation, scoresOf(validation))),
        false,
      );
    }),
  ];
  next();
  return methods;
}

/** A surrogate's parent probabilities of each episode's candidates. */
function scoreWith(surrogate: Surrogate, episodes: readonly LabelledRows[], stream: Stream): ScoredEpisode[] {
  return episodes.map((episode, e) => {
    const observation = observationOf(episode);
    const { parent } = surrogate.track(observation.problems, [stream.child(e)]).update(observation);
    return candidates(episode, (v) => parent[v]);
  });
}

/** The rows of one episode as a policy would have seen them. */
function observationOf({ size, target, values, intervened, set }: LabelledRows): Observation {
  const rows = intervened.length;
  const history = { rows, values, intervened, capacity: rows, ...(set === undefined ? {} : { set }) };
  const statistics = createStatistics(1, size, set !== undefined);
  const block = { episode: 0, width: size, size };
  for (let row = 0; row < rows; row++) {
    addRowInto(statistics, block, { values, offset: row * size, members: membersOf(history, row, size) });
  }
  startUnitsInto(statistics, block, history);
  return {
    problems: {
      episodes: 1,
      width: size,
      sizes: Int32Array.of(size),
      targets: Int32Array.of(target),
      signs: Float64Array.of(-1),
      low: new Float64Array(size),
      high: new Float64Array(size),
      settable: Uint8Array.from({ length: size }, (_, v) => v === target ? 0 : 1),
    },
    statistics,
    history,
    step: 0,
    horizon: 1,
  };
}

/** Thresholds that are tried: as many quantiles of the scores. */
const THRESHOLDS = 40;

/** The threshold with the highest mean F1. */
function bestThreshold(episodes: readonly LabelledRows[], scores: readonly Float64Array[]): number {
  const all = Float64Array.from(
    scores.flatMap((own, e) => [...own].filter((_, v) => v !== episodes[e].target)),
  ).sort();
  const tried = Array.from({ length: THRESHOLDS }, (_, k) => all[Math.floor(all.length * k / THRESHOLDS)]);
  const f1 = (threshold: number) => structureMetrics(callAbove(episodes, scores, threshold)).f1;
  return tried.map((threshold) => ({ threshold, f1: f1(threshold) }))
    .reduce((best, own) => own.f1 > best.f1 ? own : best).threshold;
}

/** Keeps a score's order and maps the threshold to a half, so that sets are called and curves drawn as for probabilities. */
function callAbove(
  episodes: readonly LabelledRows[],
  scores: readonly Float64Array[],
  threshold: number,
): ScoredEpisode[] {
  const half = Math.max(threshold, 1e-9);
  return episodes.map((episode, e) => candidates(episode, (v) => scores[e][v] / (scores[e][v] + half)));
}
