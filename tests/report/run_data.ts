/** A small training run made by formulas, for the tests of reports. */

import type { TrainingReportData } from "../../lib/report/training/types.ts";

const estimate = (value: number, half: number) => ({ value, low: value - half, high: value + half });

const methods = [
  ["policy", "policy", 0.97],
  ["greedy", "baseline", 0.95],
  ["UCB1", "baseline", 0.52],
  ["random", "baseline", -0.03],
  ["total-effect oracle", "bound", 1],
] as const;

/** `updates` updates of a run that learns, tested on 512 SCMs against three baselines and an oracle. */
export function exampleRun(updates = 120): TrainingReportData {
  return {
    title: "A policy for <linear> & other SCMs",
    subtitle: "An example made by formulas",
    description:
      "The value of $\\mathrm{do}(X_i = v)$ is\n\n$$\\frac{\\mathbb{E}[Y] - \\mathbb{E}[Y \\mid \\mathrm{do}(X_i=v)]}{2\\sqrt{\\sigma}}.$$",
    updates: Array.from({ length: updates }, (_, i) => ({
      update: i + 1,
      normalised_value: 1 - Math.exp(-i / 30) + 0.02 * Math.sin(7 * i),
      reward: 0.5 + 0.4 * (1 - Math.exp(-i / 30)),
      "rewards/optimisation/mean": 0.5,
      "rewards/parent/mean": 0.3 + 0.01 * Math.cos(i),
      "rewards/parent/std": 0.1,
      reward_std: 0.2,
      frac_reward_zero_std: 0.25,
      entropy: 2 - i / updates,
      kl: 0.01 * i / updates,
      "clip_ratio/low_mean": 0.01,
      "clip_ratio/high_mean": 0.02,
      grad_norm: 1 + 0.5 * Math.sin(i),
      interventions: 100,
      interventions_per_second: 2000,
      a_metric_of_tomorrow: i,
    })),
    evaluations: [0, 60, 120].map((update) => ({
      update,
      normalised_value: update / 130,
      normalised_value_low: update / 130 - 0.02,
      normalised_value_high: update / 130 + 0.02,
    })),
    comparison: {
      scms: 512,
      track: "linear",
      columns: [
        { key: "value", label: "Normalised value", better: "higher" },
        { key: "success", label: "Success rate", format: "percent", better: "higher" },
        { key: "step", label: "Convergence step", digits: 1, better: "lower" },
      ],
      rows: methods.map(([method, role, value]) => ({
        method,
        role,
        values: {
          value: estimate(value, 0.01),
          success: Math.max(0, value - 0.1),
          step: value > 0.9 ? 20 * (1.1 - value) : null,
        },
      })),
    },
    differences: methods.slice(1, 4).map(([baseline, , value]) => ({
      policy: "policy",
      baseline,
      metric: "value",
      difference: estimate(0.97 - value, 0.008),
      judgement: { holm: 0.0001, verdict: "better", detectable: 0.012 },
    })),
    stepCurves: [{
      quantity: "normalised value",
      kind: "normalisedValue",
      curves: methods.map(([method, role, value]) => {
        const mean = Array.from({ length: 20 }, (_, step) => value * (1 - 0.5 * Math.exp(-step / 3)));
        return { method, role, mean, low: mean.map((v) => v - 0.01), high: mean.map((v) => v + 0.01) };
      }),
    }],
    families: ["chain", "Erdős–Rényi"].map((family, place) => ({
      family,
      scms: 256,
      values: Object.fromEntries(methods.map(([method, , value]) => [method, estimate(value - 0.01 * place, 0.02)])),
    })),
    warnings: ["a component is constant"],
    provenance: {
      command: "deno task train seed=7",
      seed: 7,
      commit: "0123456",
      versions: { deno: "2.9.5" },
      facts: { Backend: "wasm" },
      config: { training: { learning_rate: 0.001, note: "</script><script>document.title='broken'</script>" } },
    },
  };
}
