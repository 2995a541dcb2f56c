/**
 * The 95 % intervals of `deno task suggest`: how its prior was chosen (log score of candidates on validation problems of two
 * tracks), and how often they hold the truth on test problems of every track while the shipped policy plays.
 */

import { createEnvironment, type Environment, type Observation, unscale } from "../lib/environment/mod.ts";
import { heldOutProblems } from "../lib/evaluation/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { EFFECT_PRIOR, expectedTarget } from "../lib/advisor/mod.ts";
import { openPolicy, readTrack } from "../lib/training/mod.ts";
import { linePosterior, type RegressionPrior } from "../lib/policy/mod.ts";
import { type Split, trackStream } from "../lib/scm/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";

const PROBLEMS = Number(Deno.args[0] ?? 200);
const STEPS = [0, 5, 20];
const Z95 = 1.959963984540054;
const CANDIDATES: readonly RegressionPrior[] = [0.25, 0.5, 0.7, 1].flatMap((slopeSd) =>
  [0.5, 0.75, 1].map((noise) => ({ observational: true, slopeSd, shrinkage: 0, noise }))
);

/** The intervals of one prior at one step of one track. */
interface Tally {
  count: number;
  covered: number;
  chosen: number;
  chosenCovered: number;
  /** Σ log density of the truth, the target counted in spreads of the observed rows. */
  score: number;
}

const emptyTally = (): Tally => ({ count: 0, covered: 0, chosen: 0, chosenCovered: 0, score: 0 });

/** Both ends of every domain; `chosen` are those that the policy would set. */
function addIntervals(tally: Tally, environment: Environment, prior: RegressionPrior, chosen: Choice): void {
  const observation: Observation = environment.observation;
  const { problems: { width, settable, low, high, targets }, statistics } = observation;
  const lines = linePosterior(observation, prior);
  for (let i = 0; i < settable.length; i++) {
    if (settable[i] === 0) continue;
    const e = Math.floor(i / width);
    const variable = i % width;
    for (const end of [-1, 1]) {
      const interval = expectedTarget(observation, lines, e, variable, unscale(end, low[i], high[i]));
      const action = { variable: Int32Array.of(variable), value: Float64Array.of(end) };
      const [truth] = environment.expected(action, Int32Array.of(e));
      const sd = (interval.high - interval.low) / (2 * Z95);
      const inside = Math.abs(truth - interval.value) <= Z95 * sd ? 1 : 0;
      tally.count++;
      tally.covered += inside;
      tally.score += -0.5 * ((truth - interval.value) / sd) ** 2 -
        Math.log(sd / statistics.spread[e * width + targets[e]]);
      if (variable !== chosen.variable[e] || Math.sign(chosen.value[e]) !== end) continue;
      tally.chosen++;
      tally.chosenCovered += inside;
    }
  }
}

interface Choice {
  readonly variable: Int32Array;
  readonly value: Float64Array;
}

/** Tallies of every prior at {@linkcode STEPS}, `[priors][steps]`. */
function playTrack(name: string, split: Split, priors: readonly RegressionPrior[]): Tally[][] {
  const track = readTrack(name);
  const stream = trackStream(track, split);
  const problems = heldOutProblems(track.distribution, split, PROBLEMS, stream);
  const environment = createEnvironment(problems, track.episode);
  const streams = problems.map((_, e) => stream.child("intervals").child(e));
  const tallies = priors.map(() => STEPS.map(emptyTally));
  environment.reset(streams.map((one) => one.child("start")));
  for (let step = 0; step <= track.episode.horizon; step++) {
    const action = policy.act(environment.observation, streams, "mode");
    const k = STEPS.indexOf(step);
    if (k >= 0) priors.forEach((prior, p) => addIntervals(tallies[p][k], environment, prior, action));
    if (step < track.episode.horizon) environment.step(action, streams.map((one) => one.child(step)));
  }
  return tallies;
}

await useBackend("auto");
const { policy } = openPolicy("configs/policies/linear");
const scores = ["linear", "scarce"].map((name) => playTrack(name, "validation", CANDIDATES));
printLine("candidates, mean log score on validation problems (more is better)");
printLine(formatTable(
  ["slope sd", "noise", "linear", "scarce", "sum"].map((heading) => ({ heading, digits: 3 })),
  CANDIDATES.map(({ slopeSd, noise }, p) => {
    const means = scores.map((tallies) =>
      tallies[p].reduce((sum, { score, count }) => sum + score / count, 0) / STEPS.length
    );
    return [slopeSd, noise, ...means, means[0] + means[1]];
  }),
));
printLine(`\nshare of 95 % intervals that hold the truth on ${PROBLEMS} test problems`);
printLine(formatTable(
  ["track", "interventions made", "all ends", "the policy's choice"].map((heading) => ({ heading, digits: 3 })),
  ["linear", "scarce", "confounded", "nonlinear"].flatMap((name) => {
    const [tallies] = playTrack(name, "test", [EFFECT_PRIOR]);
    return tallies.map((tally, k) => [
      name,
      String(STEPS[k]),
      tally.covered / tally.count,
      tally.chosen === 0 ? null : tally.chosenCovered / tally.chosen,
    ]);
  }),
));
