import assert from "node:assert/strict";
import { advanceCurriculum, INITIAL_CURRICULUM, scheduled } from "../../lib/grpo/mod.ts";
import { checkSchedule } from "../../lib/grpo/schedule.ts";

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what}: ${actual} is not ${expected}`);

Deno.test("a schedule begins at its start, ends at its end, and is in the middle where its formula says", () => {
  const middles = { constant: 0.4, linear: 0.25, exponential: 0.2, cosine: 0.25 };
  for (const kind of ["constant", "linear", "exponential", "cosine"] as const) {
    const schedule = { kind, start: 0.4, end: 0.1, warmup: 0 };
    near(scheduled(schedule, 0, 101), 0.4, `${kind}, first update`);
    near(scheduled(schedule, 50, 101), middles[kind], `${kind}, middle`);
    near(scheduled(schedule, 100, 101), kind === "constant" ? 0.4 : 0.1, `${kind}, last update`);
    near(scheduled(schedule, 0, 1), 0.4, `${kind}, only update`);
  }
  near(scheduled({ kind: "linear", start: 0.4, end: 0.1, warmup: 0 }, 25, 101), 0.325, "a quarter of the way");
  near(scheduled({ kind: "cosine", start: 2, end: 0, warmup: 0 }, 25, 101), 1 + Math.SQRT1_2, "a quarter of a wave");
});

Deno.test("a warm-up rises linearly over its share of the run and makes no step at rate 0", () => {
  for (const kind of ["constant", "linear", "exponential", "cosine"] as const) {
    const schedule = { kind, start: 0.5, end: 0.1, warmup: 0.25 };
    [0.1, 0.2, 0.3, 0.4, 0.5].forEach((value, update) =>
      near(scheduled(schedule, update, 16), value, `${kind} ${update}`)
    );
    near(scheduled(schedule, 15, 16), kind === "constant" ? 0.5 : 0.1, `${kind}, last update`);
  }
  near(
    scheduled({ kind: "linear", start: 0.5, end: 0.1, warmup: 0.25 }, 7, 16),
    0.5 - 0.4 * 3 / 11,
    "after the warm-up",
  );
});

Deno.test("an exponential schedule to 0 and a warm-up that is no share are refused", () => {
  const check = (kind: "exponential" | "linear", end: number, warmup: number) => () =>
    checkSchedule({ kind, start: 0.1, end, warmup });
  assert.throws(check("exponential", 0, 0), /must be positive/);
  assert.throws(check("linear", 0, 1), /no share/);
  check("linear", 0, 0.5)();
});

Deno.test("a stage is passed by its moving mean, not by one lucky update, and the last one stays", () => {
  const rules = [{ threshold: 0.5, patience: 3 }, { threshold: 0.5, patience: 1 }];
  let state = INITIAL_CURRICULUM;
  for (const value of [0.9, 0, 0.1]) state = advanceCurriculum(rules, state, value);
  assert.deepEqual(state, { stage: 0, recent: [0.9, 0, 0.1], updates: 3 });
  for (const value of [0.8, 0.7]) state = advanceCurriculum(rules, state, value);
  assert.equal(state.stage, 1);
  state = advanceCurriculum(rules, state, 1);
  assert.equal(state.stage, 1);
});
