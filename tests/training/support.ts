/** A stand-in for the tensor file format, so that these tests do not depend on it, and small helpers. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type Config, parseConfigText, parseOverrides, resolveConfig } from "../../lib/config/mod.ts";
import { type Environment, exists, type NamedTensors, type RunConfig, type TensorFormat } from "../../lib/runs/mod.ts";
import {
  type Learner,
  type LoopResult,
  POLICY_TRAINING,
  resumeTraining,
  startTraining,
  train,
  type TrainingKind,
} from "../../lib/training/mod.ts";

/** JSON with base64 numbers: bit-exact and refuses damaged input. */
export const jsonFormat: TensorFormat = {
  encode: (tensors) =>
    new TextEncoder().encode(JSON.stringify([...tensors].map(([name, { shape, data }]) => [name, shape, [...data]]))),
  decode: (bytes) => {
    const parsed = JSON.parse(new TextDecoder().decode(bytes)) as [string, number[], number[]][];
    return new Map(parsed.map(([name, shape, data]) => [name, { shape, data: Float32Array.from(data) }]));
  },
};

export function tensors(...values: number[]): NamedTensors {
  return new Map([["w", { shape: [values.length], data: Float32Array.from(values) }]]);
}

export const environment: Environment = {
  deno: "1.0.0",
  v8: "1",
  typescript: "5",
  packages: { zod: "4.0.0" },
  git: null,
  backend: "cpu",
  os: "linux",
  cpu: { model: "abacus", count: 2 },
};

export const options = { kind: POLICY_TRAINING, format: jsonFormat, environment };

/** Trains in a folder, to the end or until an update. Goes on if there is a run already. */
export async function trainIn<Config extends RunConfig, Learned extends Learner>(
  kind: TrainingKind<Config, Learned>,
  folder: string,
  config: Config,
  stopAt?: number,
): Promise<LoopResult> {
  using training = exists(join(folder, "config.yaml"))
    ? await resumeTraining(kind, folder, {})
    : await startTraining(kind, config, { folder });
  let ticks = 0;
  return await train(training, { clock: () => ticks++, ...(stopAt === undefined ? {} : { stopAt }) });
}

/** A config from words only. */
export function configOf(...words: string[]): Config {
  return resolveConfig(parseConfigText("name: test", "test.yaml"), parseOverrides(words));
}

/** Runs a test in a fresh folder that is removed afterwards. */
export async function inFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "experiment-" });
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The message of the error that a function throws. */
export function messageOf(body: () => unknown): string {
  let message: string | undefined;
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof Error);
    message = error.message;
  }
  assert.ok(message !== undefined, "nothing was thrown");
  return message;
}
