import assert from "node:assert/strict";
import {
  collectResults,
  type EpisodeRecords,
  evaluate,
  type Judgement,
  meanOf,
  type MethodResults,
  type PairComparison,
} from "../../lib/evaluation/mod.ts";
import { comparePairs, scoreTable } from "../../lib/evaluation/comparison/mod.ts";
import { comparisonSchema } from "../../lib/contest/mod.ts";
import { testProblems } from "../../lib/contest/study/environments.ts";
import { loadTrack } from "../../lib/training/mod.ts";
import { policySettings } from "../../lib/training/options.ts";
import { policyKind } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { configOf } from "../training/support.ts";

await useBackend("simd");

/** Networks that were played, each with weights of its own: the seeds that repetitions are drawn from. */
const NETWORKS = 60;
const REPETITIONS = 200;
const SEEDS = 5;

const config = configOf("policy.width=8", "policy.heads=1", "policy.layers=1");
const { track, problems, stream } = testProblems(
  loadTrack(config),
  comparisonSchema.parse({ sizes: [4], problems: 4 }),
);
const weights = createStream(1).child("weights");
const played = Array.from({ length: NETWORKS }, (_, seed) => {
  const policy = policyKind("statistics").create(policySettings(config), weights.child(seed));
  const records = evaluate(policy, problems, { method: "network", episode: track.episode, stream, mode: "mode" });
  policy.dispose();
  return records;
});
/** A model of some of the networks, every value of which is raised by `shift`. */
function modelOf(method: string, networks: readonly number[], shift = 0): MethodResults {
  const raised = (records: EpisodeRecords) => ({
    ...records,
    method,
    normalised: records.normalised.map((value) => value + shift),
  });
  return collectResults(method, networks.map((network) => raised(played[network])));
}

/** The comparison of two models whose seeds are the first networks of an order, the first model's values raised. */
function pairOf(order: readonly number[], shift: number): PairComparison {
  const models = [modelOf("first", order.slice(0, SEEDS), shift), modelOf("second", order.slice(SEEDS, 2 * SEEDS))];
  const table = scoreTable(models, "meanValue", "families");
  return comparePairs(table, { alpha: 0.05, resamples: 1, stream: createStream(8).child("pairs") })[0];
}

function judged({ judgement }: PairComparison): Judgement {
  assert.ok(judgement !== null);
  return judgement;
}

/** In how many repetitions, of disjoint draws of seeds for two models, the first is claimed to be better or worse. */
function claims(shift: number, name: string): { better: number; worse: number } {
  const root = createStream(8).child(name);
  const found = { better: 0, worse: 0 };
  for (let r = 0; r < REPETITIONS; r++) {
    const order = Array.from(root.child(r).permutation(NETWORKS));
    const { verdict } = judged(pairOf(order, shift));
    if (verdict === "better" || verdict === "worse") found[verdict]++;
  }
  return found;
}

Deno.test("two models of equally made networks that play real problems differ in at most 7 % of 200 repetitions", () => {
  const { better, worse } = claims(0, "identical");
  assert.ok(better + worse <= 0.07 * REPETITIONS, `${better} and ${worse} of ${REPETITIONS} claim a difference`);
});

Deno.test("a shift planted into real plays is found as often as was said of its size", () => {
  const root = createStream(8).child("shift");
  const sizes = Array.from({ length: REPETITIONS }, (_, r) => {
    const order = Array.from(root.child(r).permutation(NETWORKS));
    return judged(pairOf(order, 0)).detectable ** 2;
  });
  const { better, worse } = claims(Math.sqrt(meanOf(sizes)), "shift");
  assert.ok(Math.abs(better / REPETITIONS - 0.8) < 0.1, `${better} of ${REPETITIONS} found, 80 % said`);
  assert.equal(worse, 0);
});
