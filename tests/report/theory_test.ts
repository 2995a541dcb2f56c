import assert from "node:assert/strict";
import { type SearchRow, theoryFindings, theoryReport, type TheoryReportData } from "../../lib/report/mod.ts";
import { proveTheory, TheoryScorer, theoryTask } from "../../lib/theory/mod.ts";
import { encode } from "../../lib/theory/mod.ts";

const STANDARD_MODEL = "BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS";
const search = (method: string, success: number): SearchRow => ({
  method,
  calls: 1000,
  success,
  distinct: 1,
  firstSuccess: 10,
  bestReward: 1,
});

function data(rows: readonly SearchRow[], found = true): TheoryReportData {
  const task = theoryTask("T0");
  const proof = proveTheory(encode(STANDARD_MODEL), task.prompts[0], new TheoryScorer(task));
  return {
    title: "theory",
    subtitle: "task T0",
    updates: [1, 2, 3].map((update) => ({ update, success: update / 3, theory_reward: 0, legal_entropy: 1 })),
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
    comparison: rows,
    proofs: found ? [{ task: "T0", proof }] : [],
    provenance: { command: "deno task theory task=T0", seed: 0 },
  };
}

Deno.test("what a theory report says is computed from its numbers, in both directions", () => {
  const said = (success: number, best: number) =>
    theoryFindings(data([search("GRPO", success), search("uniform", 0.001), search("annealing", best)])).join(" ");
  assert.match(said(0.4, 0.1), /annealing.*ratio of 4\.0/);
  assert.match(said(0.1, 0.2), /annealing.*ratio of 0\.5/);
  assert.match(said(0.4, 0.1), /90\.0 % of 200 theories/);
  assert.match(
    theoryFindings(data([search("GRPO", 0.4), search("uniform", 0)])).join(" "),
    /uniform.*no success at all/,
  );
  assert.match(theoryFindings(data([], false)).join(" "), /No consistent theory was found/);
});

Deno.test("the report writes out every anomaly of a found theory, and the same data give the same bytes", async () => {
  const html = await theoryReport(data([search("GRPO", 0.4), search("uniform", 0)]));
  assert.equal(await theoryReport(data([search("GRPO", 0.4), search("uniform", 0)])), html);
  for (const { name } of data([]).proofs[0].proof.anomalies) assert.ok(html.includes(name.slice(0, 4)), name);
  assert.match(html, /= 0/);
});
