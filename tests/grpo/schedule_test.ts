import assert from "node:assert/strict";
import { advanceCurriculum, INITIAL_CURRICULUM, scheduled } from "../../lib/grpo/mod.ts";

Deno.test("schedules start and end where they say, and rise from 0 over the warm-up", () => {
  for (const kind of ["linear", "exponential", "cosine"] as const) {
    const schedule = { kind, start: 0.4, end: 0.1, warmup: 0.25 };
    assert.ok(Math.abs(scheduled(schedule, 0.125) - 0.2) < 1e-12, kind);
    assert.ok(Math.abs(scheduled(schedule, 0.25) - 0.4) < 1e-12, kind);
    assert.ok(Math.abs(scheduled(schedule, 1) - 0.1) < 1e-12, kind);
  }
  const middle = (kind: "linear" | "exponential" | "cosine") =>
    scheduled({ kind, start: 0.4, end: 0.1, warmup: 0 }, 0.5);
  assert.ok(Math.abs(middle("linear") - 0.25) < 1e-12);
  assert.ok(Math.abs(middle("exponential") - 0.2) < 1e-12);
  assert.ok(Math.abs(middle("cosine") - 0.25) < 1e-12);
  assert.equal(scheduled({ kind: "constant", start: 0.4, end: 0.1, warmup: 0 }, 0.9), 0.4);
});

Deno.test("an exponential schedule to 0 is refused", () => {
  assert.throws(() => scheduled({ kind: "exponential", start: 0.1, end: 0, warmup: 0 }, 0.5), /must be positive/);
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
