/** Problems that a policy was not trained on, in the rows of CAASL's table (Annadani et al. 2024, arXiv:2405.16718) and more. */

import type { EpisodeOptions, Problem } from "../../environment/mod.ts";
import { heldOutProblems } from "../../evaluation/mod.ts";
import type { Stream } from "../../random/mod.ts";
import {
  alterDistribution,
  outcomeModel,
  sampleRows,
  type Scm,
  type ScmDistribution,
  type Track,
  trackStream,
} from "../../scm/mod.ts";
import type { Scenario } from "./types.ts";

/** How a scenario differs from the track. */
interface Change {
  readonly name: string;
  readonly description: string;
  readonly distribution?: Partial<ScmDistribution>;
  readonly episode?: Partial<EpisodeOptions>;
  /** What is different about each problem once its SCM is drawn. */
  readonly alter?: (problem: Problem, stream: Stream) => Problem;
}

/** Drift of the measured target with each intervention, in its standard deviations without intervention. */
const DRIFT = 0.1;
/** Rows that the target's standard deviation is taken from. */
const DRIFT_ROWS = 1000;

const DENSE_RANDOM = {
  families: { "erdos-renyi": 1 },
  density: { edgesPerVariable: 3.5, maximumProbability: 0.8, attachments: 2 },
};
const DENSE_SCALE_FREE = {
  families: { "scale-free": 1 },
  density: { edgesPerVariable: 1.75, maximumProbability: 0.8, attachments: 4 },
};
const WEAK = { weights: { min: 0.1, max: 0.5 } };
const STUDENT = { noiseKinds: { "student-t": 1 }, degreesOfFreedom: { min: 3, max: 3 } };
const NONLINEAR = { mechanisms: { polynomial: 1, tanh: 1, sigmoid: 1, mlp: 1 }, minimumGain: 0.1 };
const HIDDEN = { hidden: { min: 1, max: 3 } };
/** A shift is counted from where a variable would have been, and domains reach to both sides of its mean: both are 0. */
const CENTRED = { intercepts: { min: 0, max: 0 } };

/** @param largest the most variables that the policy was trained with */
function changes(largest: number): readonly Change[] {
  const sizes = (more: number) => ({ sizes: { min: largest + more, max: largest + more } });
  return [
    { name: "in distribution", description: "the track's own test problems" },
    { name: "denser random graphs", description: "Erdős–Rényi, twice the edges", distribution: DENSE_RANDOM },
    { name: "denser scale-free graphs", description: "4 causes each instead of 2", distribution: DENSE_SCALE_FREE },
    {
      name: "sparse random graphs",
      description: "Erdős–Rényi, 0.75 edges for each variable",
      distribution: {
        families: { "erdos-renyi": 1 },
        density: { edgesPerVariable: 0.75, maximumProbability: 0.8, attachments: 2 },
      },
    },
    { name: "weaker coefficients", description: "weights 0.1 to 0.5", distribution: WEAK },
    {
      name: "stronger coefficients",
      description: "weights 2 to 3",
      distribution: { weights: { min: 2, max: 3 } },
    },
    { name: "Laplace noise", description: "same deviations", distribution: { noiseKinds: { laplace: 1 } } },
    { name: "Student-t noise", description: "3 degrees of freedom", distribution: STUDENT },
    { name: "Gumbel noise", description: "skewed, same deviations", distribution: { noiseKinds: { gumbel: 1 } } },
    { name: "more noise", description: "deviations 1 to 3", distribution: { noise: { min: 1, max: 3 } } },
    { name: "fewer rows", description: "5 observational rows", episode: { observationalRows: 5 } },
    { name: "+2 variables", description: `${largest + 2} variables`, distribution: sizes(2) },
    { name: "+5 variables", description: `${largest + 5} variables`, distribution: sizes(5) },
    { name: "+10 variables", description: `${largest + 10} variables`, distribution: sizes(10) },
    {
      name: "shift interventions",
      description: "a value is added instead of set",
      distribution: CENTRED,
      alter: shifted,
    },
    {
      name: "dense + Gumbel",
      description: "denser scale-free graphs, Gumbel noise",
      distribution: { ...DENSE_SCALE_FREE, noiseKinds: { gumbel: 1 } },
    },
    {
      name: "+5 variables + weaker + Student-t",
      description: "three changes at once",
      distribution: { ...sizes(5), ...WEAK, ...STUDENT },
    },
    {
      name: "+2 variables + shift + Laplace",
      description: "three changes at once",
      distribution: { ...sizes(2), ...CENTRED, noiseKinds: { laplace: 1 } },
      alter: shifted,
    },
    {
      name: "nonlinear mechanisms",
      description: "polynomial, tanh, sigmoid and MLP; optima may lie inside a domain",
      distribution: NONLINEAR,
    },
    { name: "hidden confounders", description: "1 to 3, one of the target", distribution: HIDDEN },
    {
      name: "drifting instrument",
      description: "the measured target worsens by 0.1 of its deviation with each intervention",
      alter: drifting,
    },
    {
      name: "nonlinear + hidden + Student-t",
      description: "three changes at once",
      distribution: { ...NONLINEAR, ...HIDDEN, ...STUDENT },
    },
  ];
}

/**
 * Every scenario, drawn from test streams of its own; the first is the track itself.
 * @param count problems of each
 */
export function robustnessScenarios(track: Track, count: number): readonly Scenario[] {
  return changes(track.distribution.sizes.max).map((change, i) => {
    const own = trackStream(track, "test");
    const stream = i === 0 ? own : own.child("robustness").child(change.name);
    const { alter } = change;
    const distribution = i === 0
      ? track.distribution
      : alterDistribution(track.distribution, change.distribution ?? {});
    const drawn = heldOutProblems(distribution, "test", count, stream);
    return {
      name: change.name,
      description: change.description,
      problems: alter === undefined
        ? drawn
        : drawn.map((problem) => ({ ...problem, ...alter(problem, stream.child("alter").child(problem.key)) })),
      episode: { ...track.episode, ...change.episode },
      stream: stream.child("episodes"),
    };
  });
}

/** The same SCM under interventions that add to a variable. */
function shifted({ scm }: Problem): Problem {
  return { scm, outcomes: outcomeModel(scm, undefined, "shift"), intervention: "shift" };
}

/** The same problem with a target that looks worse with each intervention. */
function drifting({ scm, outcomes }: Problem, stream: Stream): Problem {
  const worse = scm.objective === "minimize" ? 1 : -1;
  return { scm, outcomes, drift: worse * DRIFT * targetDeviation(scm, stream) };
}

function targetDeviation(scm: Scm, stream: Stream): number {
  const width = scm.variables.length;
  const rows = sampleRows(scm, DRIFT_ROWS, [], stream);
  const values = Array.from({ length: DRIFT_ROWS }, (_, r) => rows[r * width + scm.target]);
  const mean = values.reduce((sum, y) => sum + y, 0) / DRIFT_ROWS;
  return Math.sqrt(values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (DRIFT_ROWS - 1));
}
