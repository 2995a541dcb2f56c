import assert from "node:assert/strict";
import { collectResults, findSharedScms } from "../../lib/evaluation/mod.ts";
import {
  judge,
  type PlayedScenario,
  playScenario,
  publicScenarios,
  robustnessScenarios,
  type Scenario,
  strongestVerdicts,
  verdictSentence,
} from "../../lib/contest/mod.ts";
import { readTrack, readTuned } from "../../lib/training/mod.ts";
import { benchmarksMarkdown, robustnessMarkdown, scenarioData } from "../../lib/report/mod.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { recordsOf } from "../evaluation/records.ts";

const TRACK = readTrack("linear");
const SCENARIOS = robustnessScenarios(TRACK, 12);

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
}

/** A played scenario in which each method has the given values, one step a problem. */
function planted(name: string, values: Readonly<Record<string, readonly number[]>>): PlayedScenario {
  const methods = Object.entries(values).map(([method, own], i) => ({
    role: i === 0 ? "policy" as const : method === "oracle" ? "bound" as const : "baseline" as const,
    results: collectResults(method, [{ ...recordsOf(own.map((value) => [value])), method }]),
  }));
  return { scenario: { ...SCENARIOS[0], name }, methods };
}

const noise = createStream(7);
const around = (mean: number) => Array.from({ length: 40 }, () => mean + 0.05 * noise.normal());

Deno.test("verdicts: a planted gain and a planted loss are found, none is found where there is none, bounds are left out", () => {
  const same = around(0.8);
  const played = [
    planted("won", { grpo: around(0.9), strong: around(0.8), weak: around(0.1), oracle: around(1) }),
    planted("lost", { grpo: around(0.7), strong: around(0.8), weak: around(0.1), oracle: around(1) }),
    planted("even", { grpo: same, strong: same, weak: around(0.1), oracle: around(1) }),
  ];
  const verdicts = judge(played, "meanValue");
  assert.deepEqual(
    verdicts.map(({ scenario, competitor, verdict }) => `${scenario} ${competitor} ${verdict}`),
    [
      "won strong better",
      "won weak better",
      "lost strong worse",
      "lost weak better",
      "even strong undecided",
      "even weak better",
    ],
  );
  assert.ok(verdicts.every(({ pAdjusted, pValue }) => pAdjusted >= pValue));
  const strongest = strongestVerdicts(played, verdicts);
  assert.deepEqual(strongest.map(({ competitor }) => competitor), ["strong", "strong", "strong"]);
  assert.equal(
    verdictSentence("grpo", "it", strongest),
    "**grpo** beats it in 1 of 3 (won); is beaten by it in 1 of 3 (lost); cannot be told from it in 1 of 3 (even).",
  );
  const page = robustnessMarkdown(played, { title: "T", command: "deno task robustness", notes: [] });
  assert.match(page, /\| lost \| .* \| strong \| .* \| worse \|/);
  assert.match(page, /is beaten by it in 1 of 3 \(lost\)/);
  assert.throws(() => judge(played, "simpleRegret"), /simpleRegret/);
});

Deno.test("a difference that one test would find is not claimed among many", () => {
  // A single test has p of about 0.02; corrected over 40 it has none.
  const shift = around(0).map((x, i) => (i % 2 === 0 ? 0.05 : -0.05) + x * 0 + 0.0195);
  const base = around(0.5);
  const weak = Array.from(
    { length: 40 },
    (_, k) => planted(`s${k}`, { grpo: base.map((x, i) => x + shift[i]), strong: base }),
  );
  const [alone] = judge(weak.slice(0, 1), "meanValue");
  assert.equal(alone.verdict, "better");
  assert.ok(judge(weak, "meanValue").every(({ verdict }) => verdict === "undecided"));
});

Deno.test("every kind of problem is what its row says", () => {
  const variables = (name: string) => scenario(name).problems.flatMap(({ scm }) => scm.variables);
  for (
    const [name, kind] of [["Laplace noise", "laplace"], ["Student-t noise", "student-t"], ["Gumbel noise", "gumbel"]]
  ) {
    assert.ok(variables(name).every(({ noise }) => noise.distribution.kind === kind), name);
  }
  for (const [name, low, high] of [["weaker coefficients", 0.1, 0.5], ["stronger coefficients", 2, 3]] as const) {
    const weights = variables(name).flatMap(({ mechanism }) => mechanism.kind === "linear" ? mechanism.weights : []);
    assert.ok(weights.every((w) => Math.abs(w) >= low && Math.abs(w) <= high), name);
  }
  for (const [name, size] of [["+2 variables", 10], ["+5 variables", 13], ["+10 variables", 18]] as const) {
    assert.ok(scenario(name).problems.every(({ scm }) => scm.variables.length === size), name);
  }
  assert.ok(
    scenario("nonlinear mechanisms").problems.every(({ scm }) =>
      scm.variables.every(({ mechanism, parents }) => parents.length === 0 || mechanism.kind !== "linear")
    ),
  );
  assert.ok(
    scenario("hidden confounders").problems.every(({ scm }) => scm.variables.some(({ observed }) => !observed)),
  );
  assert.equal(scenario("fewer rows").episode.observationalRows, 5);
  const edges = (name: string) => variables(name).reduce((sum, { parents }) => sum + parents.length, 0);
  assert.ok(edges("denser random graphs") > 1.5 * edges("sparse random graphs"));
});

Deno.test("shifts are played on centred SCMs, where they are worth what setting is; drifts make the target look worse", () => {
  for (const { scm, outcomes, intervention } of scenario("shift interventions").problems) {
    assert.equal(intervention, "shift");
    assert.ok(Math.abs(outcomes.observational) < 1e-12);
    const { variable, value } = outcomes.best;
    const domain = scm.variables[variable].domain;
    assert.ok(domain?.kind === "interval" && domain.low < 0 && domain.high > 0 && value !== 0);
  }
  assert.ok(scenario("drifting instrument").problems.every(({ drift = 0 }) => drift > 0));
  assert.ok(
    SCENARIOS.filter(({ name }) => !/shift/.test(name)).every(({ problems }) =>
      problems.every(({ intervention }) => intervention === undefined)
    ),
  );
});

Deno.test("no two kinds share a problem, and more problems begin with the same ones", () => {
  SCENARIOS.forEach(({ problems, name }, i) => {
    const others = SCENARIOS.slice(i + 1).flatMap((each) => each.problems.map(({ scm }) => scm));
    assert.deepEqual(findSharedScms(problems.map(({ scm }) => scm), others), [], name);
  });
  const fewer = robustnessScenarios(TRACK, 3);
  fewer.forEach(({ problems }, i) =>
    assert.deepEqual(problems.map(({ scm }) => scm), SCENARIOS[i].problems.slice(0, 3).map(({ scm }) => scm))
  );
});

Deno.test("the public SCMs have their published expectations, and every competitor plays both budgets", () => {
  const scenarios = publicScenarios(TRACK, ["chain_tmlr", "healthcare_psa"], [2, 3], 2);
  assert.deepEqual(scenarios.map(({ name, episode }) => [name, episode.horizon]), [
    ["chain_tmlr, 2 trials", 2],
    ["chain_tmlr, 3 trials", 3],
    ["healthcare_psa, 2 trials", 2],
    ["healthcare_psa, 3 trials", 3],
  ]);
  const near = (actual: number, expected: number, tolerance: number) =>
    assert.ok(Math.abs(actual - expected) < tolerance, `${actual}, not ${expected}`);
  near(scenarios[0].problems[0].outcomes.observational, 1.5, 0.06);
  near(scenarios[0].problems[0].outcomes.best.outcome, 0, 0.02);
  near(scenarios[2].problems[0].outcomes.observational, 5.806, 0.005);
  near(scenarios[2].problems[0].outcomes.best.outcome, 5.345, 0.005);
  const played = scenarios.map((each) => ({
    scenario: each,
    methods: playScenario(each, {
      policies: [{ policy: BASELINES["random-endpoint"].create({}) }],
      mode: "annealed",
      baselines: ["random", "causal-bo", "oracle"],
      tuned: readTuned("linear"),
    }).methods,
  }));
  assert.deepEqual(played[0].methods.map(({ role }) => role), ["policy", "baseline", "privileged", "bound"]);
  const page = benchmarksMarkdown(played, { title: "T", command: "c", notes: [] });
  assert.match(page, /causal-bo \(privileged\) \|/);
  assert.match(page, /do\(Statin = 1\.000\)/);
  const data = JSON.parse(JSON.stringify(scenarioData("c", played, ["recommendation"])));
  assert.equal(data.verdicts.length, 8);
});
