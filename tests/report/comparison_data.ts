/** A small comparison for tests: two models of three seeds, two baselines and a bound on two kinds of graphs. */

import { type Contestant } from "../../lib/contest/mod.ts";
import { play } from "../../lib/contest/play.ts";
import { plannedPairs } from "../../lib/contest/plan.ts";
import { compare } from "../../lib/evaluation/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import type { ComparisonReportData } from "../../lib/report/mod.ts";
import { recordsOf } from "../evaluation/records.ts";

const PROBLEMS = 12;
const HORIZON = 6;
const EPISODE = { observationalRows: 5, interventionalRows: 0, horizon: HORIZON, rowsPerIntervention: 1 };

/** Name, role, level that is approached, and number of runs. */
const METHODS = [
  ["careful", "policy", 0.95, 3],
  ["hasty <b>", "policy", 0.7, 3],
  ["blr-obs-ucb", "baseline", 0.85, 1],
  ["random", "baseline", 0, 1],
  ["oracle", "bound", 1, 1],
] as const;

/** The report's data; the same at every call. */
export function exampleComparison(): ComparisonReportData {
  const stream = createStream(5).child("example");
  const family = Array.from({ length: PROBLEMS }, (_, p) => p % 2 === 0 ? "chain" : "star");
  const sizes = Int32Array.from(family, (_, p) => p % 4 < 2 ? 4 : 20);
  const hardness = family.map(() => 0.1 * stream.uniform());
  const contestants = METHODS.map(([method, role, level, runs]): Contestant => {
    const seeds = Array.from({ length: runs }, () => {
      const own = 0.02 * stream.normal();
      const values = hardness.map((hard) =>
        Array.from(
          { length: HORIZON },
          (_, t) => role === "bound" ? 1 : level * (1 - 0.5 / (t + 1)) + own - hard + 0.03 * stream.normal(),
        )
      );
      return recordsOf(values, { method, family, sizes, secondsPerDecision: 1e-4 });
    });
    return { name: method, role, play: () => seeds };
  });
  const methods = play(contestants, { problems: [], episode: EPISODE, stream });
  const competing = methods.filter(({ role }) => role !== "bound").map(({ results }) => results);
  const about = ["careful", "hasty <b>"];
  const options = { stream: createStream(1), about, planned: plannedPairs(methods, null), resamples: 100 };
  return {
    title: "Two ways to learn",
    methods,
    primary: compare(competing, options),
    others: [compare(competing, { ...options, metric: "simpleRegret" })],
    incomparable: ["convergenceStep"],
    learning: about.map((model, m) => ({
      model,
      update: [0, 10, 20],
      seeds: [0, 1, 2].map((seed) => ({ seed, value: [0, 0.5 - 0.1 * m, 0.9 - 0.2 * m + 0.01 * seed] })),
      iqm: { value: [0, 0.5, 0.9], low: [0, 0.4, 0.8], high: [0.1, 0.6, 0.95] },
    })),
    legend: [{ model: "careful", words: "grpo.scale=group grpo.clip_high=0.28" }],
    notes: ["results/x: stopped, not finished: left out"],
    provenance: { command: "deno task compare" },
  };
}
