import assert from "node:assert/strict";
import { DEFAULT_TRAINER, initialTrainerState, readTrainerState, type TrainerOptions } from "../../lib/grpo/mod.ts";
import { coefficientsAt, nextTrainerState } from "../../lib/grpo/coefficients.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

const HELD: TrainerOptions = {
  ...DEFAULT_TRAINER,
  entropy: { kind: "adaptive", start: 0.1, target: 1.5, rate: 0.5, min: 0.02, max: 0.3 },
};

Deno.test("a held entropy's coefficient follows c·exp(rate·(target − H)) within its bounds", () => {
  let state = initialTrainerState(HELD);
  near(coefficientsAt(state, HELD).entropy, 0.1);
  const after = (entropy: number) => {
    state = nextTrainerState(state, HELD, { entropy, kl: 0 });
    return coefficientsAt(state, HELD).entropy;
  };
  near(after(1.1), 0.1 * Math.exp(0.5 * 0.4));
  near(after(2), 0.1 * Math.exp(0.5 * 0.4 - 0.25));
  near(after(1.5), 0.1 * Math.exp(0.5 * 0.4 - 0.25));
  near(after(-20), 0.3);
  near(after(20), 0.02);
  assert.equal(state.update, 5);
});

Deno.test("a scheduled entropy's coefficient follows its schedule whatever the entropy is", () => {
  const options: TrainerOptions = {
    ...DEFAULT_TRAINER,
    updates: 3,
    entropy: { kind: "linear", start: 0.3, end: 0.1, warmup: 0 },
  };
  let state = initialTrainerState(options);
  for (const expected of [0.3, 0.2, 0.1]) {
    near(coefficientsAt(state, options).entropy, expected);
    state = nextTrainerState(state, options, { entropy: 99, kl: 0 });
  }
});

Deno.test("an adaptive β grows above its range, shrinks below it and rests within; another stays", () => {
  const kl = { coefficient: 0.1, referenceEvery: 0, adaptive: { low: 0.01, high: 0.1, factor: 2 } };
  const options: TrainerOptions = { ...DEFAULT_TRAINER, kl };
  const start = initialTrainerState(options);
  const after = (measured: number, given = options) =>
    coefficientsAt(nextTrainerState(start, given, { entropy: 0, kl: measured }), given).kl;
  near(after(0.2), 0.2);
  near(after(0.005), 0.05);
  near(after(0.05), 0.1);
  near(after(9, { ...options, kl: { ...kl, adaptive: null } }), 0.1);
});

Deno.test("a state is read back from a checkpoint, and what is none is refused", () => {
  const state = nextTrainerState(initialTrainerState(HELD), HELD, { entropy: 1, kl: 0 });
  assert.deepEqual(readTrainerState(JSON.parse(JSON.stringify(state))), state);
  for (
    const broken of [undefined, null, {}, { ...state, update: -1 }, { update: 1 }, { ...state, adapted: { kl: 1 } }]
  ) {
    assert.throws(() => readTrainerState(broken), /does not say how far/);
  }
});
