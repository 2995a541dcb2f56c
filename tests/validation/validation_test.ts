/** Faults are planted one by one; each must be caught by the check that is meant for it. */

import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { type Check, librarySubject, type ValidatedPolicy, type ValidationSubject } from "../../lib/validation/mod.ts";
import { balancedChecks, valueHeadCheck, zeroOutCheck } from "../../lib/validation/training_checks.ts";
import { quickChecks } from "../../lib/validation/validate.ts";
import {
  type Candidates,
  type ComponentName,
  COMPONENTS,
  createReward,
  type RewardOptions,
  type Rewards,
} from "../../lib/reward/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";

await useBackend("simd");

const EFFORT = { seeds: 2, updates: 20 };
const library = librarySubject();
const failures = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name);

/** The library with one component of its reward replaced. */
function withComponent(
  name: ComponentName,
  change: (rewards: Float64Array, candidates: Candidates) => Float64Array,
): ValidationSubject {
  const planted = (options: RewardOptions) => {
    const reward = createReward(options);
    return {
      ...reward,
      immediate(candidates: Candidates): Rewards {
        const { components } = reward.immediate(candidates);
        const original = components[name];
        const changed = original === undefined ? components : { ...components, [name]: change(original, candidates) };
        const total = new Float64Array(candidates.owners.length);
        for (const { name: each } of COMPONENTS) {
          changed[each]?.forEach((r, k) => total[k] += options.weights[each] * r);
        }
        return { total, components: changed };
      },
    };
  };
  return { ...library, createReward: planted };
}

Deno.test("the library's own rewards and inputs pass every check that needs no training", () => {
  const checks = quickChecks(library);
  assert.deepEqual(failures(checks), []);
  assert.ok(checks.length > 20);
});

Deno.test("a V-shaped reward is caught: it rises again below the worst outcome", () => {
  const subject = withComponent("optimization", (rewards) => rewards.map((r) => Math.abs(r)));
  assert.deepEqual(failures(quickChecks(subject)), [
    "optimization (optimum) never falls as the outcome gets better",
    "an outcome worse than the worst earns no more than the worst",
  ]);
});

Deno.test("a sign error is caught by the shape of the reward", () => {
  const found = failures(quickChecks(withComponent("optimization", (rewards) => rewards.map((r) => 1 - r))));
  assert.ok(found.includes("optimization (optimum) pays for the objective, not against it"));
  assert.ok(found.includes("optimization is 0 at the worst, ½ at doing nothing, 1 at the best"));
});

Deno.test("a sign error is caught by training: the target gets worse, and the audit says that the reward pays for harm", async () => {
  const subject = withComponent("optimization", (rewards) => rewards.map((r) => 1 - r));
  const { checks } = await balancedChecks(subject, EFFORT);
  assert.deepEqual(failures(checks), [
    "a short training improves the target on new problems",
    "the reward audit finds nothing",
  ]);
  assert.match(checks[1].found, /anti_correlated: the optimization reward pays for harm/);
});

Deno.test("a constant component is caught by its name, and by the audit of a training", async () => {
  const subject = withComponent("exploration", (rewards) => rewards.map(() => 0.5));
  assert.deepEqual(failures(quickChecks(subject)), [
    "exploration tells decisions apart",
    "repeating one action is not exploration",
  ]);
  const { checks } = await balancedChecks(subject, EFFORT);
  assert.deepEqual(failures(checks), ["the reward audit finds nothing"]);
  assert.match(checks[1].found, /vanishing_component: the exploration reward is 0.5 for every decision/);
});

Deno.test("a component without effect is caught by its zero-out training", async () => {
  const subject = withComponent("exploration", (rewards) => rewards.map(() => 0.5));
  assert.equal((await zeroOutCheck(subject, "exploration", EFFORT)).passed, false);
  assert.equal((await zeroOutCheck(library, "exploration", EFFORT)).passed, true);
});

Deno.test("a reward in the target's own unit is caught by the normalisation", () => {
  const subject = withComponent("optimization", (_, { outcome }) => outcome.map((y) => 1 / (1 + Math.exp(y))));
  assert.ok(failures(quickChecks(subject)).includes("rewards do not change with the unit, ranges around 0 (optimum)"));
});

Deno.test("a leaking feature is caught", () => {
  const subject: ValidationSubject = {
    ...library,
    viewsOf(environment) {
      const views = library.viewsOf(environment);
      for (let v = 0; v < views.width; v++) views.nodes[v * views.channels] = environment.isParent(0, v) ? 1 : 0;
      return views;
    },
  };
  assert.deepEqual(failures(quickChecks(subject)), ["no feature depends on the true graph"]);
});

/** A policy whose log-probabilities are those of the variable alone: its values never get a gradient. */
function withDeadValues(policy: ValidatedPolicy, levels: readonly number[]): ValidatedPolicy {
  const score: ValidatedPolicy["score"] = (views, actions) => {
    const joint = levels.map((level) => policy.score(views, { ...actions, value: actions.value.map(() => level) }));
    const logProb = tf.logSumExp(tf.stack(joint.map((each) => each.logProb)), 0) as tf.Tensor2D;
    return { logProb, entropy: joint[0].entropy };
  };
  return {
    ...policy,
    score,
    explore(views, perView, streams) {
      const drawn = policy.explore(views, perView, streams);
      return { ...drawn, logProb: Float64Array.from(tf.tidy(() => score(views, drawn).logProb.dataSync())) };
    },
  };
}

Deno.test("a dead value head is caught, a living one is not", async () => {
  const dead: ValidationSubject = {
    ...library,
    createPolicy: (stream) => withDeadValues(library.createPolicy(stream), [-1, 0, 1]),
  };
  const check = await valueHeadCheck(dead, EFFORT);
  assert.equal(check.passed, false, check.found);
  assert.match(check.name, /^the value head learns/);
  assert.equal((await valueHeadCheck(library, EFFORT)).passed, true);
});
