/** A theory run for the tests of its report. */

import type { TheoryReportData } from "../../lib/report/theory.ts";
import type { TheoryComparison, TheoryReportResults } from "../../lib/training/mod.ts";
import { encode, type SearchRow, TheoryScorer, theoryTask } from "../../lib/theory/mod.ts";
import { proveTheory } from "../../lib/theory/learning/mod.ts";

const STANDARD_MODEL = "BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS";
/** A search with this share of successes. */
export const search = (method: string, success: number): SearchRow => ({
  method,
  calls: 1000,
  success,
  distinct: 1,
  firstSuccess: 10,
  bestReward: 1,
});

/** A policy with these shares of successes in training and after it, beside searches. */
export const comparison = (training: number, after: number, searches: readonly SearchRow[]): TheoryComparison => ({
  training: search("GRPO (all of training)", training),
  after: search("GRPO (samples at the end)", after),
  searches,
});

/** What the end of a short run came to that found the Standard Model. */
export function exampleResults(compared: TheoryComparison | null, found = true): TheoryReportResults {
  const task = theoryTask("T0");
  const proof = proveTheory(encode(STANDARD_MODEL), task.prompts[0], new TheoryScorer(task));
  return {
    evaluations: [{
      task: "T0",
      prompts: "training",
      samples: 200,
      success: 0.9,
      reward: 0.95,
      distinctContents: 1,
      legalEntropy: 0.2,
      distinctShare: 0.02,
    }],
    comparison: compared,
    proofs: found ? [{ task: "T0", proof }] : [],
  };
}

/** The report of that run; without results, of it before its end. */
export function exampleTheory(results: TheoryReportResults | null): TheoryReportData {
  return {
    title: "theory",
    subtitle: "task T0",
    updates: [1, 2, 3].map((update) => ({
      update,
      success: update / 3,
      theory_reward: update / 10,
      legal_entropy: 1 / update,
    })),
    results,
    provenance: { command: "deno task theory task=T0", seed: 0 },
  };
}
