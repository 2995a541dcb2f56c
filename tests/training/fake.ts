/** A training that is nothing but a recurrence, so that a wrong stop or resume shows in every later number. */

import { z } from "zod";
import { parseConfigText, resolveWith } from "../../lib/config/mod.ts";
import type { Learner, TrainingKind } from "../../lib/training/mod.ts";
import { tensors } from "./support.ts";

const schema = z.strictObject({
  name: z.string().default("fake"),
  seed: z.number().default(0),
  runtime: z.strictObject({ backend: z.enum(["auto", "cpu"]).default("cpu") }).prefault({}),
  updates: z.number().default(12),
  /** Updates between two validations. */
  validate: z.number().default(3),
  checkpoint: z.strictObject({ every: z.number().default(5), keep: z.number().default(100) }).prefault({}),
  logging: z.strictObject({
    tensorboard: z.boolean().default(false),
    wandb: z.strictObject({
      enabled: z.boolean().default(false),
      project: z.string().default("p"),
      entity: z.string().nullable().default(null),
    }).prefault({}),
  }).prefault({}),
});

/** The config of a fake training. */
export type FakeConfig = z.output<typeof schema>;

/** A config with some keys set, as YAML. */
export function fakeConfig(yaml = ""): FakeConfig {
  return resolveWith(schema, parseConfigText(yaml, "fake.yaml"), []);
}

/** What a test may make of a fake learner. */
export interface FakeChanges {
  /** Called at every step with the number of updates done; may throw. Metrics that it returns are added. */
  readonly onStep?: (update: number) => Readonly<Record<string, number>> | void;
  /** Called in the middle of every validation. */
  readonly onValidate?: (update: number) => void;
  /** Called instead of making the learner. */
  readonly refuse?: () => Error;
}

/** The kind of a fake training. */
export function fakeKind({ onStep, onValidate, refuse }: FakeChanges = {}): TrainingKind<FakeConfig> {
  return {
    name: "fake",
    learned: "a fake",
    task: "fake",
    resolve: (source, overrides) => resolveWith(schema, source, overrides),
    updates: ({ updates }) => updates,
    metrics: ["x"],
    createLearner({ updates, validate, seed }): Promise<Learner> {
      if (refuse !== undefined) return Promise.reject(refuse());
      let [x, update] = [seed + 1, 0];
      return Promise.resolve({
        updates,
        get update() {
          return update;
        },
        begin: () => Promise.resolve({ x }),
        step() {
          const more = onStep?.(update) ?? {};
          update++;
          x = Math.fround(Math.sin(x * 1.7 + update));
          const warnings = update === 4 ? ["it is the fourth"] : [];
          return Promise.resolve({ metrics: { x, ...more }, notes: [], warnings });
        },
        isValidated: (done) => done % validate === 0,
        async validate(pause) {
          onValidate?.(update);
          await pause();
          return { metrics: { "validation/x": x * 2 }, score: x };
        },
        checkpoint: () => Promise.resolve({ policy: tensors(x), optimizer: tensors(), state: { x } }),
        restore(checkpoint) {
          x = checkpoint.policy.get("w")?.data[0] ?? NaN;
          update = checkpoint.update;
        },
        summary: () => ({ updates: update }),
        [Symbol.dispose]: () => {},
      });
    },
  };
}
