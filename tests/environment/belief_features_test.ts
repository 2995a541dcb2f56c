import assert from "node:assert/strict";
import { nodeChannels, type Observation, statisticsViews, type ViewOptions } from "../../lib/environment/mod.ts";
import { EFFECT_FEATURES, STRUCTURE_FEATURES } from "../../lib/environment/belief_features.ts";
import { createStream } from "../../lib/random/mod.ts";
import {
  createBootstrapSurrogate,
  createExactSurrogate,
  followBeliefs,
  type Surrogate,
} from "../../lib/surrogate/mod.ts";
import { linearProblem } from "./support.ts";
import { EPISODE, type Episode, mirrored, N, observe, relabelled, rescaled } from "./written_out.ts";

const EFFECTS: ViewOptions = { responsePoints: 0, beliefs: "effects" };
const PLAIN = nodeChannels({ responsePoints: 0 });
const NAMES = [...STRUCTURE_FEATURES, ...EFFECT_FEATURES];

/** The observation with the beliefs of a surrogate about its rows. */
function believing(observation: Observation, surrogate: Surrogate = createExactSurrogate()): Observation {
  const tracker = surrogate.track(observation.problems, [createStream(1)]);
  return { ...observation, beliefs: tracker.update(observation) };
}

/** `[variables][features]` of the beliefs alone. */
function beliefFeatures(episode: Episode, width = N): number[][] {
  const { nodes, channels } = statisticsViews(believing(observe(episode, width)), EFFECTS);
  assert.equal(channels, PLAIN + NAMES.length);
  return Array.from({ length: width }, (_, v) => [...nodes.slice(v * channels + PLAIN, (v + 1) * channels)]);
}

function assertClose(actual: number[][], expected: number[][]): void {
  expected.forEach((row, v) =>
    row.forEach((value, f) => {
      const difference = Math.abs(actual[v][f] - value);
      assert.ok(difference <= 1e-5 * (1 + Math.abs(value)), `${NAMES[f]} of ${v}: ${actual[v][f]}, not ${value}`);
    })
  );
}

const FEATURES = beliefFeatures(EPISODE);

Deno.test("features of beliefs are relabelled with the variables", () => {
  const order = [2, 0, 3, 1];
  assertClose(beliefFeatures(relabelled(EPISODE, order)), order.map((v) => FEATURES[v]));
});

Deno.test("features of beliefs do not depend on units, zero points or the target's direction", () => {
  assertClose(beliefFeatures(rescaled(EPISODE, [3, 0.02, 40, 1e3], [7, -2, 0.5, 90])), FEATURES);
  assertClose(beliefFeatures(mirrored(EPISODE)), FEATURES);
});

Deno.test("padding has no beliefs and changes none", () => {
  const padded = beliefFeatures(EPISODE, N + 2);
  assertClose(padded.slice(0, N), FEATURES);
  assert.ok(padded.slice(N).flat().every((x) => x === 0));
});

Deno.test("the best believed gain is 1 in its own unit, and the target has none", () => {
  const gains = FEATURES.map((row) => Math.max(row[2], row[3]));
  assert.ok(Math.abs(Math.max(...gains) - 1) < 1e-6);
  assert.deepEqual(FEATURES[3].slice(0, 1).concat(FEATURES[3].slice(2, 6)), [0, 0, 0, 0, 0]);
});

Deno.test("without beliefs in the view every other feature is the same, byte for byte", () => {
  const seen = believing(observe(EPISODE));
  const plain = statisticsViews(observe(EPISODE));
  assert.deepEqual(statisticsViews(seen), plain);
  const { nodes, pairs, channels } = statisticsViews(seen, EFFECTS);
  assert.deepEqual(pairs, plain.pairs);
  for (let v = 0; v < N; v++) {
    assert.deepEqual(nodes.slice(v * channels, v * channels + PLAIN), plain.nodes.slice(v * PLAIN, (v + 1) * PLAIN));
  }
});

Deno.test("beliefs hang on the rows: another true graph behind the same data changes nothing, unless privileged", () => {
  const names = ["A", "B", "C", "Y"];
  const true1 = linearProblem(names, [{ from: "A", to: "B", weight: 1 }, { from: "B", to: "Y", weight: 1 }]);
  const true2 = linearProblem(names, [{ from: "C", to: "A", weight: 1 }, { from: "A", to: "Y", weight: 1 }]);
  const observation = observe(EPISODE);
  const see = (source: Parameters<typeof followBeliefs>[0], problem: typeof true1) =>
    followBeliefs(source, [problem], observation.problems, () => [createStream(1)])(observation).beliefs;
  const exact = createExactSurrogate();
  assert.deepEqual(see(exact, true1), see(exact, true2));
  assert.notDeepEqual(see(createBootstrapSurrogate(), true1), see(createBootstrapSurrogate(), true2));
});

Deno.test("a view of beliefs that are not there is refused", () => {
  assert.throws(() => statisticsViews(observe(EPISODE), EFFECTS), /no surrogate/);
  const seen = believing(observe(EPISODE));
  const structural = { parent: seen.beliefs!.parent, entropy: seen.beliefs!.entropy };
  assert.throws(() => statisticsViews({ ...seen, beliefs: structural }, EFFECTS), /total effects/);
  assert.equal(
    statisticsViews({ ...seen, beliefs: structural }, { responsePoints: 0, beliefs: "structure" }).channels,
    PLAIN + 2,
  );
});
