import assert from "node:assert/strict";
import { join } from "node:path";
import { launchLocal, successiveHalving } from "../../lib/sweep/mod.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { rungBudgets } from "../../lib/sweep/halving.ts";
import { readJsonLines } from "../../lib/runs/mod.ts";
import { inFolder } from "../training/support.ts";

const TINY = [
  "{deno}",
  "run",
  "-A",
  "--no-check",
  "{root}/tests/sweep/tiny_job.ts",
  "{folder}",
  "{config}",
  "{stop_at}",
];

Deno.test("budgets grow by the reduction and end at the full one", () => {
  assert.deepEqual(rungBudgets(5, 45, 3), [5, 15, 45]);
  assert.deepEqual(rungBudgets(10, 64, 4), [10, 40, 64]);
  assert.deepEqual(rungBudgets(7, 7, 2), [7]);
  assert.throws(() => rungBudgets(8, 7, 2), RangeError);
  assert.throws(() => rungBudgets(1, 7, 1), RangeError);
});

Deno.test("successive halving trains the best in full, stops the others early, and repeats its decisions when run again", () =>
  inFolder(async (folder) => {
    // The stand-in's metric is its learning rate: the largest is the best.
    const trials = planSweep({
      configs: "configs",
      file: "configs/quick.yaml",
      words: ["optimizer.learning_rate=0.1,0.9,0.3,0.5,0.7,0.2", "grpo.updates=18", "checkpoint.every=3"],
      sampler: { kind: "grid" },
    });
    const search = (attempt: { launched: number }) =>
      successiveHalving(
        folder,
        trials,
        TINY,
        { metric: "normalised_value", reduction: 3, firstBudget: 2, updates: ({ grpo }) => grpo.updates },
        async (path) => {
          const { done, failed } = await launchLocal(path, { jobs: 2, retries: 0 });
          attempt.launched += done;
          return failed.length === 0;
        },
      );
    const first = { launched: 0 };
    const results = await search(first);
    assert.deepEqual(results?.map(({ score, budget }) => [score, budget]), [
      [0.9, 18],
      [0.7, 6],
      [0.5, 2],
      [0.3, 2],
      [0.2, 2],
      [0.1, 2],
    ]);
    assert.equal(first.launched, 6 + 2 + 1);
    const updates = results?.map((result) => readJsonLines(join(folder, result.folder, "metrics.jsonl")).rows.length);
    assert.deepEqual(updates, [18, 6, 2, 2, 2, 2]);
    const again = { launched: 0 };
    assert.deepEqual(await search(again), results);
    assert.equal(again.launched, 0);
  }));
