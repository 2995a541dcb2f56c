/**
 * How long one update of the small theory model takes: 32 strings written, scored and learned from. The processor time is
 * that of all threads and hardly depends on what else the machine does.
 * `deno run -A bench/theory_update.ts [backend] [updates]`
 */

import { cpuUsage } from "node:process";
import { printLine } from "../lib/cli/output.ts";
import { DEFAULT_TRAINER } from "../lib/grpo/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { adamStepInto, type BackendName, initialAdam, useBackend } from "../lib/tensor/mod.ts";
import * as tf from "@tensorflow/tfjs-core";
import {
  SMALL_GPT,
  type TaskName,
  TheoryPolicy,
  theoryTask,
  TheoryTraining,
  writeTheories,
} from "../lib/theory/mod.ts";

const backend = await useBackend((Deno.args[0] ?? "auto") as BackendName);
const updates = Number(Deno.args[1] ?? 8);

printLine(`backend ${backend}, 32 strings, 128-d, 2 layers, 4 heads; medians of ${updates}`);
for (const task of ["T0", "T2", "T3", "T4", "T6"] as const satisfies readonly TaskName[]) {
  for (const klCoefficient of [0, 0.05]) {
    const training = new TheoryTraining({
      seed: 1,
      network: SMALL_GPT,
      temperature: 1,
      stages: [{ tasks: [{ task: theoryTask(task), share: 1 }], threshold: 1, patience: 1 }],
      groups: 1,
      groupSize: 32,
      attempts: { solvedWeight: 1, repeatCost: 0 },
      replay: null,
      trainer: {
        ...DEFAULT_TRAINER,
        updates,
        minibatches: 1,
        shards: 1,
        advantage: { ...DEFAULT_TRAINER.advantage, returns: "outcome" },
        kl: { ...DEFAULT_TRAINER.kl, coefficient: klCoefficient },
        entropy: { kind: "constant", start: 0.03, end: 0.03, warmup: 0 },
        learningRate: { kind: "constant", start: 1e-4, end: 1e-4, warmup: 0 },
      },
    });
    let state = initialAdam(training.policy.parameters.map(({ size }) => size));
    const optimizer = {
      apply(gradients: readonly Float32Array[], learningRate: number, clipNorm: number) {
        const values = training.policy.parameters.map((p) => Float32Array.from(p.dataSync<"float32">()));
        const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
        const step = adamStepInto(values, gradients, state, options, learningRate, clipNorm);
        state = step.state;
        training.policy.parameters.forEach((p, i) => {
          const replacement = tf.tensor(values[i], p.shape);
          p.assign(replacement);
          replacement.dispose();
        });
        return Promise.resolve(step.result);
      },
    };
    const times: number[] = [];
    const processor: number[] = [];
    let length = 0;
    for (let update = 0; update < updates + 1; update++) {
      const started = performance.now();
      const before = cpuUsage();
      const metrics = await training.step(optimizer);
      const used = cpuUsage(before);
      if (update > 0) times.push(performance.now() - started);
      if (update > 0) processor.push((used.user + used.system) / 1000);
      length += metrics.length / (updates + 1);
    }
    printLine(
      `${task} kl ${klCoefficient}: ${median(times).toFixed(0)} ms an update, ${
        median(processor).toFixed(0)
      } ms of processor time (${length.toFixed(0)} tokens a string)`,
    );
  }
  const policy = new TheoryPolicy(SMALL_GPT, 1, createStream(1));
  const prompt = theoryTask(task).prompts[0];
  const times: number[] = [];
  let tokens = 0;
  for (let round = 0; round < updates + 1; round++) {
    const started = performance.now();
    const written = writeTheories(
      policy,
      Array(32).fill(prompt),
      Array.from({ length: 32 }, (_, i) => createStream(round).child(i)),
    );
    if (round === 0) continue;
    times.push(performance.now() - started);
    tokens = written.reduce((sum, theory) => sum + theory.tokens.length, 0);
  }
  printLine(
    `${task} writing alone: ${median(times).toFixed(0)} ms, ${
      (tokens / median(times)).toFixed(0)
    } tokens a millisecond`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
