/**
 * The judgement of a finished theory. With A_k the anomalies in their smallest units, m the number of light charged exotics
 * and s_j the goals' shortfalls,
 *
 *     reward = mean_k g(A_k) − 0.8 min(1, ln(1 + m)/ln(1 + 1024)) − Σ_j w_j s_j, cut at −1,
 *     g(0) = 1,  g(A) = −(1 − κ)·min(1, ln(1 + |A|)/ln(1 + A_max)) − κ·|A|/Σ_fields|A_field|,
 *
 * where κ, the task's `cancellation`, says how much of the score is relative: a lone field has relative anomaly 1, and fields
 * that partly cancel it lower it, which leads from few fields to many. The reward lies in [−1, 1] and is 1 exactly on success:
 * all anomalies zero, no light exotic, every goal met.
 */

import {
  type AnomalyCondition,
  anomalyConditions,
  type AnomalyKind,
  type AnomalySum,
  anomalySums,
  Spectrometer,
} from "../physics/mod.ts";
import { FACTORS, type ParsedTheory, readTheory, type Task } from "../language/mod.ts";

/** The outcome of scoring one string. */
export interface Verdict {
  /** In [−1, 1]; 1 exactly when `success`. */
  readonly reward: number;
  readonly success: boolean;
  readonly anomalies: readonly AnomalySum[];
  /** Mean anomaly score, in [−1, 1]. */
  readonly anomalyScore: number;
  /** Massless charged or coloured states; 0 where the task does not count them. */
  readonly exotics: number;
  /** `[goals]` in [0, 1]. */
  readonly shortfalls: readonly number[];
}

/** Anomaly sizes, in smallest units, beyond which the score falls no further. */
const LARGEST: Readonly<Record<AnomalyKind, number>> = {
  cubic: 50,
  mixed: 500,
  gravitational: 500,
  abelian: 1e5,
  witten: 1,
};
const EXOTICS_COST = 0.8;
const MANY_EXOTICS = 1024;

/** g(A) of one anomaly. `cancellation` is κ in [0, 1]. */
export function anomalyScore({ condition, contributions, numerator }: AnomalySum, cancellation = 0): number {
  if (numerator === 0) return 1;
  const size = Math.min(1, Math.log1p(Math.abs(numerator)) / Math.log1p(LARGEST[condition.kind]));
  const total = contributions.reduce((sum, part) => sum + Math.abs(part), 0);
  return -(1 - cancellation) * size - cancellation * Math.min(1, Math.abs(numerator) / total);
}

/** Scores the strings of one task and counts how often it was asked. */
export class TheoryScorer {
  readonly task: Task;
  #calls = 0;
  readonly #groups = new Map<string, { conditions: readonly AnomalyCondition[]; spectrometer: Spectrometer }>();

  constructor(task: Task) {
    this.task = task;
  }

  /** Score calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Judges a legal, finished string. */
  score(tokens: ArrayLike<number>, prompt: Task["prompts"][number]): Verdict {
    return this.judge(readTheory(tokens, prompt.limits.dialect));
  }

  /** Judges a theory. */
  judge(parsed: ParsedTheory): Verdict {
    this.#calls++;
    const { theory } = parsed;
    const key = theory.group.factors.map(({ name }) => FACTORS.findIndex(({ factor }) => factor.name === name)).join() +
      JSON.stringify(theory.group.embedding.charges);
    const known = this.#groups.get(key);
    const tools = known ?? {
      conditions: anomalyConditions(theory.group),
      spectrometer: new Spectrometer(theory.group),
    };
    if (known === undefined) this.#groups.set(key, tools);
    const anomalies = anomalySums(theory, tools.conditions);
    const meanScore = anomalies.reduce((sum, anomaly) => sum + anomalyScore(anomaly, this.task.cancellation), 0) /
      anomalies.length;
    const exotics = this.task.countExotics ? tools.spectrometer.spectrum(theory).exotics : 0;
    const shortfalls = this.task.goals.map((goal) => goal.shortfall(parsed));
    const success = exotics === 0 && anomalies.every(({ numerator }) => numerator === 0) &&
      shortfalls.every((shortfall) => shortfall === 0);
    const exoticsCost = EXOTICS_COST * Math.min(1, Math.log1p(exotics) / Math.log1p(MANY_EXOTICS));
    const goalsCost = shortfalls.reduce((sum, shortfall, j) => sum + shortfall * this.task.goals[j]!.weight, 0);
    const reward = success ? 1 : Math.max(-1, meanScore - exoticsCost - goalsCost);
    return { reward, success, anomalies, anomalyScore: meanScore, exotics, shortfalls };
  }
}
