// deno-lint-ignore-file no-console
/**
 * GRPO from beginning to end, on the modules of the library: a policy learns to choose interventions on structural causal
 * models that it has never seen. The formulas are those of `lib/grpo`, written out; `deno task train` does the same with
 * checkpoints, workers, schedules and every option.
 *
 *     deno run -A examples/grpo.ts
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { createEnvironment, type EpisodeOptions, type Problem, type StatisticsViews } from "../lib/environment/mod.ts";
import { createStatisticsPolicy, type LearnedPolicy } from "../lib/policy/mod.ts";
import { createStream, type Stream } from "../lib/random/mod.ts";
import { createReward } from "../lib/reward/mod.ts";
import { LINEAR_DISTRIBUTION, normalisedValue, sampleProblem, TRAINING_ACCURACY } from "../lib/scm/mod.ts";
import { createVariableAdam, useBackend } from "../lib/tensor/mod.ts";

const UPDATES = 150;
const PROBLEMS = 32; // structural causal models in a batch
const GROUP = 8; // candidate interventions that are compared with each other
const CLIP = 0.2;
const ENTROPY = 0.05; // nats are worth this much: the policy keeps an open mind
const EPISODE: EpisodeOptions = { observationalRows: 20, interventionalRows: 0, horizon: 6, rowsPerIntervention: 1 };

type Policy = LearnedPolicy<StatisticsViews>;

const reward = createReward({
  weights: { optimization: 1, structure: 0, parent: 0, exploration: 0 },
  outcome: "expected", // E[target | do], which a simulation knows
  optimization: { form: "optimum" }, // 0 at the worst intervention, 1 at the best
  structure: { form: "entropy" },
  parent: { form: "belief" },
  exploration: { regions: 3 },
});

/** Fresh systems: random graphs, weights, noise, domains and label orders. */
const drawProblems = (stream: Stream): Problem[] =>
  Array.from({ length: PROBLEMS }, (_, i) => sampleProblem(LINEAR_DISTRIBUTION, stream.child(i), TRAINING_ACCURACY));

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Group-relative advantages: A = (R − mean R) / (std R + ε) within each group (Shao et al. 2024, section 4.1.2). */
export function advantagesOf(rewards: Float64Array, group: number): Float32Array {
  const advantages = new Float32Array(rewards.length);
  for (let from = 0; from < rewards.length; from += group) {
    const own = rewards.subarray(from, from + group);
    const mean = meanOf(own);
    const std = Math.sqrt(own.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (group - 1));
    own.forEach((r, k) => advantages[from + k] = (r - mean) / (std + 1e-4));
  }
  return advantages;
}

/** Plays an episode on each problem; at every state a group of candidates is judged, and the first of them carried out. */
function collect(policy: Policy, stream: Stream) {
  const problems = drawProblems(stream.child("problems"));
  const owners = Int32Array.from({ length: PROBLEMS * GROUP }, (_, k) => Math.floor(k / GROUP));
  const streams = (name: string, t: number) => problems.map((_, e) => stream.child(name).child(t).child(e));
  const environment = createEnvironment(problems, EPISODE);
  environment.reset(streams("start", 0));
  const steps = Array.from({ length: EPISODE.horizon }, (_, t) => {
    const { observation } = environment;
    const views = policy.viewsOf(observation);
    const actions = policy.draw(views, GROUP, streams("choice", t));
    const outcome = environment.expected(actions, owners);
    const rewards = reward.immediate({ observation, owners, actions, outcome, truth: environment }).total;
    const firsts = problems.map((_, e) => e * GROUP);
    const carriedOut = {
      variable: Int32Array.from(firsts, (k) => actions.variable[k]),
      value: Float64Array.from(firsts, (k) => actions.value[k]),
    };
    const { expected } = environment.step(carriedOut, streams("noise", t));
    const values = problems.map(({ scm, outcomes }, e) => normalisedValue(outcomes, scm.objective, expected[e]));
    return { views, actions, advantages: advantagesOf(rewards, GROUP), value: meanOf(values) };
  });
  return { steps, value: meanOf(steps.map(({ value }) => value)) };
}

/** −mean min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) − c_H H with ρ = π_new / π_old (equation 3 of the GRPO paper, without KL). */
function lossOf(
  policy: Policy,
  { views, actions, advantages }: ReturnType<typeof collect>["steps"][number],
): tf.Scalar {
  const { logProb, entropy } = policy.score(views, actions);
  const advantage = tf.tensor2d(advantages, [views.count, GROUP]);
  const ratio = tf.exp(tf.sub(logProb, tf.tensor2d(Float32Array.from(actions.logProb), [views.count, GROUP])));
  const clipped = tf.mul(tf.clipByValue(ratio, 1 - CLIP, 1 + CLIP), advantage);
  const gain = tf.mean(tf.minimum(tf.mul(ratio, advantage), clipped));
  return tf.neg(tf.add(gain, tf.mul(ENTROPY, tf.mean(entropy)))) as tf.Scalar;
}

/** The permutation-equivariant network over statistics of variables and of pairs of variables. */
const statisticsPolicy = (stream: Stream): Policy =>
  createStatisticsPolicy({
    width: 32,
    layers: 1,
    heads: 2,
    dropout: 0,
    view: { responsePoints: 0 },
    annealFrom: 1,
    valueHead: { kind: "categorical", levels: 2 },
  }, stream);

/** Trains a policy and returns the mean normalised value of each update: 0 is doing nothing, 1 the best intervention. */
export async function train(updates = UPDATES, seed = 0, createPolicy = statisticsPolicy): Promise<number[]> {
  await useBackend("auto");
  const root = createStream(seed);
  const policy = createPolicy(root.child("policy"));
  const adam = createVariableAdam(policy.parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const values: number[] = [];
  for (let update = 0; update < updates; update++) {
    const { steps, value } = collect(policy, root.child("rollout").child(update));
    values.push(value);
    for (const step of steps) {
      const { value: loss, grads } = tf.variableGrads(() => lossOf(policy, step), [...policy.parameters]);
      await adam.step(policy.parameters.map(({ name }) => grads[name]), 3e-3 * (1 - update / updates), 1);
      tf.dispose([loss, grads]);
    }
  }
  policy.dispose();
  adam.dispose();
  return values;
}

if (import.meta.main) {
  const values = await train();
  const [first, last] = [meanOf(values.slice(0, 10)), meanOf(values.slice(-10))];
  console.log(`normalised value: ${first.toFixed(3)} in the first ten updates, ${last.toFixed(3)} in the last ten`);
}
