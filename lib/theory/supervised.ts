/** The optional supervised start: imitate the best of several uniform strings. */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import { rewrite } from "./replay_roller.ts";
import { uniformString } from "./search.ts";
import type { TaskName } from "./tasks.ts";
import type { TheoryStage, TheoryTraining } from "./training.ts";
import { viewsOf } from "./writer.ts";

/** The tasks of all stages, each once, in order of appearance. */
export function uniqueTasks(stages: readonly TheoryStage[]): readonly TaskName[] {
  return [...new Set(stages.flatMap(({ tasks }) => tasks.map(({ task }) => task)))];
}

/**
 * The gradient of the mean negative log-probability of the decisions of `groupSize` strings, each the best of `attempts`
 * uniform ones for a prompt of the first stage's tasks. Costs `groupSize × attempts` score calls.
 */
export async function supervisedUpdate(
  training: TheoryTraining,
  attempts: number,
  stream: Stream,
): Promise<{ readonly gradients: readonly Float32Array[]; readonly loss: number }> {
  const tasks = training.options.stages[0].tasks;
  const written = Array.from({ length: training.options.groupSize }, (_, s) => {
    const own = stream.child(s);
    const scorer = training.scorer(own.choice(tasks).task);
    const prompt = own.choice(scorer.task.prompts);
    const tried = Array.from({ length: attempts }, (_, a) => {
      const tokens = uniformString(prompt, own.child(a));
      return { tokens, reward: scorer.score(tokens, prompt).reward };
    });
    const best = tried.reduce((a, b) => b.reward > a.reward ? b : a);
    return rewrite(prompt, best.tokens, new Array<number>(prompt.maxDecisions).fill(0));
  });
  const { views, actions, mask } = viewsOf(written);
  const { policy } = training;
  const decisions = mask.reduce((sum, bit) => sum + bit, 0);
  const { value, grads } = tf.tidy(() => {
    const weight = tf.tensor2d(mask, [views.count, views.length - 1]);
    return tf.variableGrads(() => {
      const { logProb } = policy.score(views, actions, stream.child("dropout").uint32() % 2 ** 31);
      return tf.mul(tf.sum(tf.mul(logProb, weight)), -1 / decisions) as tf.Scalar;
    }, policy.parameters as tf.Variable[]);
  });
  const gradients = await Promise.all(policy.parameters.map((p) => grads[p.name].data<"float32">()));
  const loss = (await value.data())[0];
  tf.dispose([value, grads]);
  return { gradients, loss };
}
