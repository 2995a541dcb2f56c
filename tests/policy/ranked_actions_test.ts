import assert from "node:assert/strict";
import { createStatisticsPolicy, rankedActions, type ValueHeadOptions } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem, someObservation } from "./chain.ts";

await useBackend("cpu");

const DRAWS = 20_000;
const HEADS: Readonly<Record<string, ValueHeadOptions>> = {
  categorical: { kind: "categorical", levels: 5 },
  gaussian: { kind: "gaussian", std: { kind: "learned", value: 0.5 } },
};

for (const [name, valueHead] of Object.entries(HEADS)) {
  Deno.test(`${name}: ranked actions are the distribution that the policy draws from, mapped into the domain`, () => {
    const observation = someObservation([chainProblem(4)]);
    const policy = createStatisticsPolicy({
      width: 8,
      layers: 2,
      heads: 1,
      dropout: 0,
      view: { responsePoints: 0 },
      annealFrom: 1,
      valueHead,
    }, createStream(3).child("policy"));
    // X0 takes three values, the others the nearest of five.
    const valueOf = (variable: number, scaled: number) =>
      variable === 0 ? Math.round(scaled) : Math.round(2 * scaled) / 2;
    const ranked = rankedActions(policy, observation, 5, valueOf);
    const total = ranked.reduce((sum, { probability }) => sum + probability, 0);
    assert.ok(Math.abs(total - 1) < 1e-3, `the probabilities sum to ${total}`);
    assert.ok(ranked.every(({ probability }, k) => k === 0 || probability <= ranked[k - 1].probability));
    assert.equal(new Set(ranked.map(({ variable, value }) => `${variable} ${value}`)).size, ranked.length);
    assert.ok(ranked.every(({ variable }) => variable !== 3), "the target is never set");

    const drawn = policy.draw(policy.viewsOf(observation), DRAWS, [createStream(4)]);
    for (const { variable, value, probability } of ranked) {
      const hits = drawn.variable.reduce((count, v, k) => {
        const scaled = Math.max(-1, Math.min(1, drawn.value[k]));
        return count + (v === variable && valueOf(v, scaled) === value ? 1 : 0);
      }, 0);
      const error = Math.sqrt(probability * (1 - probability) / DRAWS);
      assert.ok(Math.abs(hits / DRAWS - probability) < 4.5 * error + 0.004, `${variable} = ${value}: ${probability}`);
    }
    policy.dispose();
  });
}
