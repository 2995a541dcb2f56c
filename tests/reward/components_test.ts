import assert from "node:assert/strict";
import { regionOf } from "../../lib/reward/mod.ts";
import { adaptiveReward, targetScale } from "../../lib/reward/adaptive.ts";
import { explorationReward } from "../../lib/reward/exploration.ts";
import { parentReward } from "../../lib/reward/parent.ts";
import { parentSurprise, structureReward } from "../../lib/reward/structure.ts";

/** Numbers that break careless formulas. */
const NASTY = [-Infinity, -1e308, -1, -0, 0, 5e-324, 1e-300, 0.5, 1, 2, 1e308, Infinity];

function historyOf(targets: readonly number[]) {
  return {
    rows: targets.length,
    capacity: targets.length,
    values: Float64Array.from(targets),
    intervened: new Int32Array(targets.length).fill(-1),
  };
}
const scaleOf = (targets: readonly number[]) => targetScale(historyOf(targets), 0, 1, 0);

Deno.test("every component is finite and within its bounds for every number, and refuses what is none", () => {
  for (const a of NASTY) {
    for (const b of NASTY) {
      for (const c of NASTY) {
        const explored = explorationReward(a, b, c);
        assert.ok(explored >= 0 && explored <= 1, `exploration(${a}, ${b}, ${c}) = ${explored}`);
        const adaptive = adaptiveReward(a, {
          centre: Math.max(-1e308, Math.min(1e308, b)),
          unit: Math.min(Math.abs(c), 1e308),
        }, -1);
        assert.ok(adaptive >= 0 && adaptive <= 1, `adaptive(${a}, ${b}, ${c}) = ${adaptive}`);
      }
      const learned = structureReward(a, b);
      assert.ok(learned >= -1 && learned <= 1, `structure(${a}, ${b}) = ${learned}`);
      const surprise = parentSurprise(Float64Array.of(a, b), () => true, -1);
      assert.ok(surprise >= 0 && surprise < 30, `surprise(${a}, ${b}) = ${surprise}`);
    }
    assert.ok(parentReward(a) >= 0 && parentReward(a) <= 1);
    assert.ok(Number.isFinite(scaleOf([a === Infinity || a === -Infinity ? 1 : a, 1e308, -1e308]).unit));
  }
  assert.throws(() => explorationReward(NaN, 0, 1), /a count that is not a number/);
  assert.throws(() => structureReward(1, NaN), /an entropy that is not a number/);
  assert.throws(() => parentReward(NaN), /a belief that is not a number/);
  assert.throws(() => adaptiveReward(NaN, { centre: 0, unit: 1 }, 1), /an outcome that is not a number/);
  assert.throws(() => parentSurprise(Float64Array.of(NaN), () => true, -1), /a belief that is not a number/);
  assert.throws(() => regionOf(NaN, 3), /a value that is not a number/);
});

Deno.test("exploration: a new variable earns 1, a new region of a tried one ½, the same action again nothing", () => {
  assert.equal(explorationReward(0, 0, 0), 1);
  assert.equal(explorationReward(0, 0, 4), 1);
  assert.equal(explorationReward(4, 0, 4), 0.5);
  assert.equal(explorationReward(4, 4, 4), 0);
  assert.equal(explorationReward(2, 1, 4), 1 - 0.25 - 0.125);
});

Deno.test("regions have equal width, both ends of the domain belong to one, and values beyond an end to the last", () => {
  assert.deepEqual([-9, -1, -0.34, -0.33, 0, 0.33, 0.34, 1, 9].map((v) => regionOf(v, 3)), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
  assert.equal(regionOf(1, 1), 0);
});

Deno.test("structure: the relative drop; going back and forth earns nothing", () => {
  assert.equal(structureReward(2, 1), 0.5);
  assert.equal(structureReward(2, 0), 1);
  assert.equal(structureReward(2, 2), 0);
  assert.equal(structureReward(0, 0), 0);
  for (const [a, b] of [[2, 1], [0.3, 5], [1e-9, 1]]) assert.equal(structureReward(a, b) + structureReward(b, a), 0);
});

Deno.test("fake certainty: the surprise at the true parents punishes false certainty most, and rewards the truth", () => {
  const isParent = (variable: number) => variable === 0;
  const of = (...beliefs: number[]) => parentSurprise(Float64Array.from(beliefs), isParent, 2);
  const undecided = of(0.5, 0.5, 0);
  assert.ok(Math.abs(undecided - 2 * Math.log(2)) < 1e-12);
  assert.ok(structureReward(undecided, of(0, 1, 0)) < -0.9, "false certainty must cost");
  assert.ok(structureReward(undecided, of(1, 0, 0)) > 0.99, "true certainty must pay");
  assert.equal(of(0.9, 0.2, 0.7), of(0.9, 0.2, 0), "the target is left out");
});

Deno.test("adaptive: ½ at the median, strictly monotone far beyond what was seen, mirrored by the objective", () => {
  const scale = scaleOf([-1, 0, 1, 2, 3]);
  assert.equal(scale.centre, 1);
  assert.equal(adaptiveReward(1, scale, -1), 0.5);
  // Deviations 2, 1, 0, 1, 2 have the mean 1.2: the unit is 2.4, and ½ + ½·z/(1 + z) at z = 1 is ¾.
  assert.ok(Math.abs(scale.unit - 2.4) < 1e-12);
  assert.ok(Math.abs(adaptiveReward(3.4, scale, 1) - 0.75) < 1e-12);
  let last = -1;
  for (let y = -1e3; y <= 1e3; y += 7) {
    const reward = adaptiveReward(y, scale, 1);
    assert.ok(reward > last, `not increasing at ${y}`);
    assert.ok(Math.abs(reward + adaptiveReward(y, scale, -1) - 1) < 1e-12);
    last = reward;
  }
  assert.equal(adaptiveReward(Infinity, scale, 1), 1);
  assert.equal(adaptiveReward(Infinity, scale, -1), 0);
});

Deno.test("adaptive: unchanged by affine rescaling of the target from 1e-9 to 1e9 and by negative ranges", () => {
  const seen = [-2, -1.5, -1, -0.2, 0.3, 4];
  for (const factor of [1e-9, 1e-3, 1, 1e4, 1e9]) {
    for (const shift of [0, -3, -1e3]) {
      const move = (y: number) => factor * (y + shift);
      for (const y of [-30, -2, -1, 0, 1, 50]) {
        const same = adaptiveReward(y, scaleOf(seen), 1);
        const moved = adaptiveReward(move(y), scaleOf(seen.map(move)), 1);
        assert.ok(Math.abs(same - moved) < 1e-9, `${factor} ${shift} ${y}: ${moved} instead of ${same}`);
      }
    }
  }
});

Deno.test("adaptive: the scale widens with what interventions reach, and rows that are not finite do not count", () => {
  assert.ok(scaleOf([-1, 0, 1, 30]).unit > scaleOf([-1, 0, 1]).unit);
  assert.deepEqual(scaleOf([-1, 0, 1, Infinity, NaN]), scaleOf([-1, 0, 1]));
  assert.throws(() => scaleOf([NaN]), /no row has a finite target/);
});
