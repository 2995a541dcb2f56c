import assert from "node:assert/strict";
import type { Difference, TrainingReportData } from "../../lib/report/training/types.ts";
import { trainingReport } from "../../lib/report/training/report.ts";
import {
  constantsSentence,
  diagnosticFigures,
  evaluationsIn,
  smoothingWindow,
} from "../../lib/report/training/panels.ts";
import { summarySentences } from "../../lib/report/training/sentences.ts";
import { exampleRun } from "./run_data.ts";

const difference = (value: number, half: number, verdict?: "better" | "worse" | "undecided"): Difference => ({
  policy: "policy",
  baseline: "greedy",
  metric: "value",
  difference: { value, low: value - half, high: value + half },
  ...(verdict === undefined
    ? {}
    : { judgement: { holm: verdict === "undecided" ? 0.2 : 0.001, verdict, detectable: 0.0123 } }),
});

const summary = (data: TrainingReportData) => summarySentences(data).join("\n");

Deno.test("the summary claims what the planned tests show, says what could have been seen, and claims nothing else", () => {
  const data = exampleRun();
  assert.match(
    summary(data),
    /the baseline with the best mean, \*\*greedy\*\*, 0\.950 \[.*\*\*policy is better than greedy\*\*: paired difference 0\.020 \[0\.012, 0\.028\], adjusted p < 0\.001/,
  );
  const unsure = { ...data, differences: [difference(0.02, 0.03, "undecided")] };
  assert.match(
    summary(unsure),
    /The data do not decide between policy and greedy: .*, adjusted p = 0\.200; a difference of 0\.012 would have been found/,
  );
  assert.match(
    summary({ ...data, differences: [difference(-0.05, 0.01, "worse")] }),
    /\*\*policy is worse than greedy\*\*/,
  );
  const unplanned = summary({ ...data, differences: [difference(0.5, 0.01)] });
  assert.doesNotMatch(unplanned, /better|worse|decide/);
});

Deno.test("what knows the answer is not the strongest baseline", () => {
  const data = exampleRun();
  assert.match(summary(data), /the baseline with the best mean, \*\*greedy\*\*/);
});

Deno.test("the summary speaks of rising, falling and unchanged values by the numbers", () => {
  const data = exampleRun();
  assert.match(
    summary(data),
    /mean normalised value rose from 0\.1\d\d in the first 12 updates to 0\.97\d in the last/,
  );
  assert.match(summary({ ...data, updates: data.updates.toReversed() }), /mean normalised value fell from/);
  const noise = data.updates.map((row, i) => ({ ...row, normalised_value: Math.sin(9 * i * i) }));
  assert.match(summary({ ...data, updates: noise }), /a change within its scatter/);
  assert.match(
    summary(data),
    /was 0\.000 \[−0\.020, 0\.020\] at update 0 and 0\.923 \[0\.903, 0\.943\] at update 120, its highest/,
  );
  assert.match(summary(data), /12,000 interventions were simulated \(2,000 a second/);
});

Deno.test("every metric of a run that changes is in a figure, also one that no panel knows", () => {
  const figures = diagnosticFigures(exampleRun().updates);
  const drawn = Object.fromEntries(
    figures.map(({ title, data }) => [title, [...new Set(data.map((trace) => trace.name))].sort()]),
  );
  assert.deepEqual(drawn, {
    "Reward": ["reward"],
    "Reward components": ["optimisation", "parent"],
    "Policy entropy": ["entropy"],
    "KL divergence": ["kl"],
    "Gradient norm": ["grad norm"],
    "A metric of tomorrow": ["a metric of tomorrow"],
  });
  assert.equal(
    constantsSentence(exampleRun().updates),
    "The same at every update: `reward_std` 0.200, `rewards/parent/std` 0.100, `frac_reward_zero_std` 0.250, " +
      "`clip_ratio/high_mean` 0.020, `clip_ratio/low_mean` 0.010, `interventions_per_second` 2000.000.",
  );
});

Deno.test("evaluations that the updates hold are drawn as measured, and become the learning curve's", async () => {
  const { title, updates, provenance } = exampleRun();
  const rows = updates.map((row, i) =>
    i % 40 === 39
      ? {
        ...row,
        "validation/normalised_value": i / 200,
        "validation/normalised_value_low": i / 200 - 0.1,
        "validation/normalised_value_high": i / 200 + 0.1,
        "validation/last_steps": i / 140,
      }
      : row
  );
  assert.deepEqual(evaluationsIn(rows)[2], {
    update: 120,
    normalised_value: 0.595,
    normalised_value_low: 0.495,
    normalised_value_high: 0.695,
    last_steps: 0.85,
  });
  const [panel] = diagnosticFigures(rows).filter((figure) => figure.title === "Held-out SCMs");
  assert.deepEqual(panel?.data.map((trace) => "x" in trace ? trace.x : undefined), [[40, 80, 120]]);
  const html = await trainingReport({ title, updates: rows, provenance });
  assert.match(
    html,
    /mean normalised value was 0\.195 \[0\.095, 0\.295\] at update 40 and 0\.595 \[0\.495, 0\.695\] at update 120/,
  );
});

Deno.test("smoothing averages over odd windows that grow with the run and leave short runs alone", () => {
  assert.deepEqual([1, 59, 60, 600].map(smoothingWindow), [1, 1, 3, 21]);
});

Deno.test("a run without held-out results, and one of a single update, have a report", async () => {
  const { title, updates, evaluations = [], provenance } = exampleRun();
  const early = await trainingReport({ title, updates, evaluations, provenance });
  assert.doesNotMatch(
    early.slice(early.indexOf("<main>"), early.indexOf("</main>")),
    /Held-out comparison|Paired differences|NaN/,
  );
  await trainingReport({ title, updates: updates.slice(0, 1), evaluations: [], provenance });
  await trainingReport({ title, updates: [], evaluations: [], provenance });
});

Deno.test("inconsistent data are refused by name", async () => {
  const data = exampleRun();
  await assert.rejects(
    trainingReport({ ...data, differences: [{ ...difference(0, 1), metric: "speed" }] }),
    /difference to greedy names the metric speed; the comparison has value, success, step/,
  );
  const curve = { method: "m", role: "policy", mean: [1, 2], low: [1], high: [1, 2] } as const;
  await assert.rejects(
    trainingReport({ ...data, stepCurves: [{ quantity: "q", kind: "other", curves: [curve] }] }),
    /curve of m has 2 means, 1 lower and 2 upper bounds/,
  );
});

Deno.test("the report shows the reward's components, what they know of the truth, and what the audit found", async () => {
  const data = exampleRun();
  const rewards = {
    components: [
      { name: "optimization", weight: 1, knows: "the expected outcome" },
      { name: "parent", weight: 0, knows: null },
    ],
    findings: [],
    window: 20,
  };
  const clean = await trainingReport({ ...data, rewards });
  assert.match(clean, /The reward audit found nothing wrong/);
  assert.match(clean, /the expected outcome/);
  const finding = {
    issue: "anti_correlated",
    subject: "optimization",
    message: "the optimization reward pays for harm",
  };
  const gamed = await trainingReport({ ...data, rewards: { ...rewards, findings: [finding] } });
  assert.match(gamed, /Warning\.<\/strong> The reward audit found that the optimization reward pays for harm/);
  assert.match(gamed, /anti correlated/);
  assert.doesNotMatch(gamed, /found nothing wrong/);
});
