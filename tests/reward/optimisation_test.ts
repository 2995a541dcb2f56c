import assert from "node:assert/strict";
import { optimisationReward } from "../../lib/reward/mod.ts";
import type { OutcomeModel } from "../../lib/scm/mod.ts";

const at = (outcome: number) => ({ variable: 0, value: 0, outcome });
function outcomes(worst: number, idle: number, best: number): OutcomeModel {
  return {
    observational: idle,
    expected: () => idle,
    standardError: 0,
    best: at(best),
    worst: at(worst),
    bestParent: null,
  };
}

Deno.test("0 at the worst, ½ at doing nothing, 1 at the best, for both objectives", () => {
  const down = outcomes(5, 1, -3);
  [[5, 0], [3, 0.25], [1, 0.5], [-1, 0.75], [-3, 1]].forEach(([y, r]) =>
    assert.ok(Math.abs(optimisationReward(y, down, "minimize") - r) < 1e-12)
  );
  const up = outcomes(-5, -1, 3);
  [[-5, 0], [-1, 0.5], [3, 1]].forEach(([y, r]) =>
    assert.ok(Math.abs(optimisationReward(y, up, "maximize") - r) < 1e-12)
  );
});

Deno.test("doing nothing earns ½ wherever it lies between worst and best, with a line of its own to either side", () => {
  const down = outcomes(5, 3, -3);
  const up = outcomes(-5, -3, 3);
  [[5, 0], [4, 0.25], [3, 0.5], [0, 0.75], [-3, 1]].forEach(([y, r]) => {
    assert.ok(Math.abs(optimisationReward(y, down, "minimize") - r) < 1e-12, `${y} minimised`);
    assert.ok(Math.abs(optimisationReward(-y, up, "maximize") - r) < 1e-12, `${-y} maximised`);
  });
});

Deno.test("monotone everywhere: an outcome below the worst never earns more than the worst", () => {
  const model = outcomes(5, 1, -3);
  let last = Infinity;
  for (let y = -20; y <= 20; y += 0.05) {
    const reward = optimisationReward(y, model, "minimize");
    assert.ok(reward <= last + 1e-12, `the reward rises again at ${y}`);
    last = reward;
  }
});

Deno.test("bounded, finite for infinite outcomes, and an error for one that is not a number", () => {
  const model = outcomes(5, 1, -3);
  assert.ok(Math.abs(optimisationReward(Infinity, model, "minimize") + 0.25) < 1e-9);
  assert.ok(Math.abs(optimisationReward(-Infinity, model, "minimize") - 1.25) < 1e-9);
  assert.throws(() => optimisationReward(NaN, model, "minimize"), /not a number/);
});

Deno.test("unchanged by any affine rescaling of the target from 1e-9 to 1e9", () => {
  for (const scale of [1e-9, 1e-3, 1, 1e4, 1e9]) {
    for (const shift of [0, -3, 1e3]) {
      const move = (y: number) => scale * (y + shift);
      const moved = outcomes(move(5), move(1), move(-3));
      for (const y of [6, 5, 2, 1, 0, -2, -3, -4]) {
        const same = optimisationReward(y, outcomes(5, 1, -3), "minimize");
        assert.ok(Math.abs(optimisationReward(move(y), moved, "minimize") - same) < 1e-6, `${scale} ${shift} ${y}`);
      }
    }
  }
});

Deno.test("where doing nothing is better than every intervention the line runs from worst to best", () => {
  const model = outcomes(5, -9, -3);
  assert.ok(Math.abs(optimisationReward(1, model, "minimize") - 0.5) < 1e-12);
});
