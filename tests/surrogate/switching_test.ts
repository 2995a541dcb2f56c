import assert from "node:assert/strict";
import type { Beliefs } from "../../lib/environment/mod.ts";
import { createBootstrapSurrogate, type Surrogate } from "../../lib/surrogate/mod.ts";
import { createSwitchingSurrogate } from "../../lib/surrogate/switching.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { beliefsAlong } from "./support.ts";

/** Says the same parent everywhere, with an entropy of its own at every step. */
function scripted(entropies: readonly number[]): Surrogate {
  return {
    name: "scripted",
    privileged: false,
    track: ({ episodes, width }) => {
      let step = 0;
      return {
        update: (): Beliefs => ({
          parent: new Float64Array(episodes * width).fill(0.9),
          entropy: new Float64Array(episodes).fill(entropies[step++]),
        }),
      };
    },
  };
}

Deno.test("bootstrap features know the parents, and fade with the distance", () => {
  const { beliefs } = beliefsAlong(createBootstrapSurrogate(0.1), [chain()], 3);
  const expected = [0.9 / 2.5 + 0.05, 0.9 / 1.5 + 0.05, 0];
  for (const { parent } of beliefs) expected.forEach((p, v) => assert.ok(Math.abs(parent[v] - p) < 1e-12));
  assert.deepEqual(beliefs[0], beliefs[3]);
  const apart = linearProblem(["A", "B", "Y"], [{ from: "B", to: "Y", weight: 1 }]);
  const { parent } = beliefsAlong(createBootstrapSurrogate(0), [apart], 0).beliefs[0];
  assert.equal(parent[0], 0.05);
  assert.throws(() => createBootstrapSurrogate(0.5), /noise = 0.5: at least 0 and less than 0.5/);
});

Deno.test("switching goes from the static features to the learned ones as entropy falls", () => {
  const most = 2 * Math.LN2;
  const source = createSwitchingSurrogate(
    createBootstrapSurrogate(0.1),
    scripted([most, 0.5 * most, 0.375 * most, 0.25 * most, 0]),
    { from: 0.5, to: 0.75 },
  );
  assert.equal(source.privileged, true);
  const { beliefs } = beliefsAlong(source, [chain()], 4);
  const fixed = 0.9 / 1.5 + 0.05;
  [fixed, fixed, (fixed + 0.9) / 2, 0.9, 0.9].forEach((p, t) =>
    assert.ok(Math.abs(beliefs[t].parent[1] - p) < 1e-12, `step ${t}: ${beliefs[t].parent[1]}, expected ${p}`)
  );
  assert.throws(() => createSwitchingSurrogate(source, scripted([]), { from: 0.8, to: 0.2 }), /from confidence 0.8/);
});
