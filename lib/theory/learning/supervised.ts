/** The optional supervised start: imitate random strings, or random strings whose anomalies cancel, or the best of several. */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../random/mod.ts";
import { ClosedStrings } from "./closed_strings.ts";
import type { Theory } from "../physics/mod.ts";
import { contentKey, knownContents, type Prompt } from "../language/mod.ts";
import { rewrite } from "./replay_roller.ts";
import { uniformString } from "./search.ts";
import { stagePrompts, type TheoryStage, type TheoryTraining } from "./training.ts";
import { viewsOf } from "./writer.ts";

/** Names of the tasks of all stages, each once, in order of appearance. */
export function uniqueTasks(stages: readonly TheoryStage[]): readonly string[] {
  return [...new Set(stages.flatMap(({ tasks }) => tasks.map(({ task }) => task.name)))];
}

/** Where the imitated strings come from: uniform legal strings, or closings of random partial theories by the exact solver. */
export const SUPERVISED_SOURCES = ["uniform", "closed"] as const;
/** One of `SUPERVISED_SOURCES`. */
export type SupervisedSource = typeof SUPERVISED_SOURCES[number];

/** Draws the strings that are imitated. */
export type StringSource = (prompt: Prompt, stream: Stream) => readonly number[];

/** The strings of a source. No theory of the literature is ever among closed strings, so that finding one is a discovery. */
export function stringSource(source: SupervisedSource): StringSource {
  if (source === "uniform") return uniformString;
  const known = knownContents();
  const closed = new ClosedStrings((theory: Theory) => !known.has(contentKey(theory)));
  return (prompt, stream) => closed.draw(prompt, stream);
}

/**
 * The gradient of the mean negative log-probability of the decisions of `groupSize` strings for prompts of the first stage's
 * tasks, each the best of `attempts` strings of the source. With one attempt no string is scored; else every one is, and
 * the training counts the score calls.
 */
export async function supervisedUpdate(
  training: TheoryTraining,
  source: StringSource,
  attempts: number,
  stream: Stream,
): Promise<{ readonly gradients: readonly Float32Array[]; readonly loss: number }> {
  const [stage] = training.options.stages;
  const written = Array.from({ length: training.options.groupSize }, (_, s) => {
    const own = stream.child(s);
    const { task } = own.choice(stage.tasks);
    const prompt = own.choice(stagePrompts(stage, task));
    const tried = Array.from({ length: attempts }, (_, a) => source(prompt, own.child(a)));
    const rewards = attempts === 1 ? [0] : tried.map((tokens) => training.judge(task.name, tokens, prompt).reward);
    const best = tried[rewards.indexOf(Math.max(...rewards))];
    return rewrite(prompt, best, new Array<number>(prompt.maxDecisions).fill(0));
  });
  const { views, actions, mask } = viewsOf(written);
  const { policy } = training;
  const decisions = mask.reduce((sum, bit) => sum + bit, 0);
  const dropout = stream.child("dropout").uint32();
  const { value, grads } = tf.tidy(() => {
    const weight = tf.tensor2d(mask, [views.count, views.length - 1]);
    return tf.variableGrads(() => {
      const { logProb } = policy.score(views, { ...actions, dropout });
      return tf.mul(tf.sum(tf.mul(logProb, weight)), -1 / decisions) as tf.Scalar;
    }, policy.parameters as tf.Variable[]);
  });
  const gradients = await Promise.all(policy.parameters.map((p) => grads[p.name].data<"float32">()));
  const loss = (await value.data())[0];
  tf.dispose([value, grads]);
  return { gradients, loss };
}
