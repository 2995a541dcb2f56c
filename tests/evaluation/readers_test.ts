import assert from "node:assert/strict";
import { createEnvironment, type EpisodeOptions, type Observation, type Problem } from "../../lib/environment/mod.ts";
import { believingPolicy, type EvaluationProblem, playWithReaders } from "../../lib/evaluation/mod.ts";
import { BASELINES, type Policy } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createActiveSurrogate, createBootstrapSurrogate, type Surrogate } from "../../lib/surrogate/mod.ts";
import { chain } from "../environment/support.ts";

const EPISODE: EpisodeOptions = { observationalRows: 20, interventionalRows: 0, horizon: 8, rowsPerIntervention: 1 };

function instances(count: number): EvaluationProblem[] {
  return Array.from({ length: count }, (_, k) => ({ ...chain(), key: `chain-${k}`, family: "chain" }));
}

/** Names the true parent of the chain, X1, once it has seen `rows` rows. */
function sureAfter(rows: number): Surrogate {
  return {
    name: "sure",
    privileged: false,
    track: ({ episodes, width }) => ({
      update: ({ history }) => ({
        parent: Float64Array.from(
          { length: episodes * width },
          (_, k) => history.rows >= rows && k % width === 1 ? 1 : 0,
        ),
        entropy: new Float64Array(episodes).fill(history.rows >= rows ? 0 : 1),
      }),
    }),
  };
}

function play(policy: Policy, beliefs: Surrogate, count = 3) {
  return playWithReaders(policy, instances(count), {
    method: "test",
    episode: EPISODE,
    stream: createStream(1),
    mode: "sample",
    beliefs,
    judge: createActiveSurrogate(),
  });
}

Deno.test("F1, SHD and entropy of step t are those after t interventions, and none comes before its intervention", () => {
  const { own } = play(BASELINES.random.create({}), sureAfter(20 + 5));
  assert.equal(own.f1.length, 3 * 9);
  for (let p = 0; p < 3; p++) {
    for (let t = 0; t <= 8; t++) {
      assert.equal(own.f1[p * 9 + t], t >= 5 ? 1 : 0, `F1 after ${t} interventions`);
      assert.equal(own.shd[p * 9 + t], t >= 5 ? 0 : 1);
      assert.equal(own.entropy[p * 9 + t], t >= 5 ? 0 : 1);
    }
  }
});

Deno.test("every arm meets the same problems, and the judge reads the rows of the arm", () => {
  const one = play(BASELINES.random.create({}), sureAfter(22));
  const other = play(BASELINES.random.create({}), sureAfter(25));
  assert.deepEqual(one.expected, other.expected);
  assert.deepEqual(one.judged, other.judged);
  assert.notDeepEqual(one.own, other.own);
});

Deno.test("coverage and concentration count what was set", () => {
  const stubborn: Policy = {
    name: "stubborn",
    act: ({ problems: { episodes }, step }) => ({
      variable: new Int32Array(episodes).fill(step === 0 ? 0 : 1),
      value: new Float64Array(episodes),
      logProb: new Float64Array(episodes),
    }),
    recommend: ({ problems: { episodes } }) => ({
      variable: new Int32Array(episodes),
      value: new Float64Array(episodes),
    }),
  };
  const { coverage, concentration } = play(stubborn, sureAfter(99));
  assert.deepEqual([...coverage], [1, 1, 1]);
  assert.deepEqual([...concentration], [7 / 8, 7 / 8, 7 / 8]);
});

Deno.test("in phase 2 nothing of the true problem is touched on the way to the policy", () => {
  const environment = createEnvironment([chain()], EPISODE);
  environment.reset([createStream(4)]);
  const untouchable = new Proxy({} as Problem, {
    get: (_, name) => assert.fail(`the truth was asked for ${String(name)}`),
  });
  const seen: Observation[] = [];
  const watcher: Policy = {
    ...BASELINES.random.create({}),
    act(observation, streams, mode) {
      seen.push(observation);
      return BASELINES.random.create({}).act(observation, streams, mode);
    },
  };
  const act = (beliefs: Parameters<typeof believingPolicy>[2]["beliefs"], problem: Problem) =>
    believingPolicy(watcher, [problem], { beliefs, judge: sureAfter(0), stream: createStream(2) }, () => {})
      .act(environment.observation, [createStream(3)], "mode");
  act(createActiveSurrogate(), untouchable);
  assert.ok((seen[0].beliefs?.parent.length ?? 0) === 3);
  assert.deepEqual({ ...seen[0], beliefs: undefined }, { ...environment.observation, beliefs: undefined });
  assert.throws(() => act(createBootstrapSurrogate(), untouchable), /the truth was asked for/);
});
