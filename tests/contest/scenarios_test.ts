import assert from "node:assert/strict";
import { estimateDifference, findSharedScms } from "../../lib/evaluation/mod.ts";
import {
  baselineContestants,
  type Contestant,
  createPlayers,
  type PlayedScenario,
  publicScenarios,
  robustnessScenarios,
  type Scenario,
  trainedContestant,
  verdictSentence,
} from "../../lib/contest/mod.ts";
import { play } from "../../lib/contest/play.ts";
import { judgeScenarios } from "../../lib/contest/scenarios/verdicts.ts";
import { openSeeds, playScenarios } from "../../lib/contest/scenarios/seeds.ts";
import { readTrack, readTuned } from "../../lib/training/mod.ts";
import { benchmarksPage, robustnessPage, scenarioText } from "../../lib/report/mod.ts";
import { scenarioData } from "../../lib/report/scenarios/data.ts";
import { scenarioMarkdown } from "../../lib/report/scenarios/page.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { recordsOf } from "../evaluation/records.ts";

const TRACK = readTrack("linear");
const SCENARIOS = robustnessScenarios(TRACK, 12);
await useBackend("simd");
const SEEDS = openSeeds(["configs/policies/linear"]);

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
}

/** A played scenario in which each method has the given values, one step a problem; the policy's may be of several seeds. */
function planted(
  name: string,
  values: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>,
): PlayedScenario {
  const contestants = Object.entries(values).map(([method, own], i): Contestant => ({
    name: method,
    role: i === 0 ? "policy" : method === "oracle" ? "bound" : "baseline",
    play: () =>
      (typeof own[0] === "number" ? [own as readonly number[]] : own as readonly (readonly number[])[])
        .map((seed) => ({ ...recordsOf(seed.map((value) => [value])), method })),
  }));
  const scenario = { ...SCENARIOS[0], name };
  return { scenario, methods: play(contestants, scenario) };
}

const noise = createStream(7);
const around = (mean: number) => Array.from({ length: 40 }, () => mean + 0.05 * noise.normal());

Deno.test("a planted gain and a planted loss are found, none where there is none, in each kind and over all of them", () => {
  const same = around(0.8);
  const played = [
    planted("won", { grpo: around(0.9), strong: around(0.8), weak: around(0.1), oracle: around(1) }),
    planted("lost", { grpo: around(0.7), strong: around(0.8), weak: around(0.1), oracle: around(1) }),
    planted("even", { grpo: same, strong: same, weak: around(0.1), oracle: around(1) }),
  ];
  const scenarios = ["won", "lost", "even"];
  const verdicts = judgeScenarios(played, { metric: "meanValue", opponents: ["strong", "weak"], scenarios });
  assert.deepEqual(
    verdicts.each.map(({ scenario, opponent, judgement }) => `${scenario} ${opponent} ${judgement.verdict}`),
    [
      "won strong better",
      "won weak better",
      "lost strong worse",
      "lost weak better",
      "even strong undecided",
      "even weak better",
    ],
  );
  assert.deepEqual(verdicts.overall.map(({ opponent, judgement }) => `${opponent} ${judgement.verdict}`), [
    "strong undecided",
    "weak better",
  ]);
  assert.ok(verdicts.each.every(({ judgement: { holm, test } }) => holm >= test.pValue));
  const strong = verdicts.each.filter(({ opponent }) => opponent === "strong");
  assert.equal(
    verdictSentence("grpo", "it", strong),
    "**grpo** beats it in 1 of 3 (won); is beaten by it in 1 of 3 (lost); cannot be told from it in 1 of 3 (even).",
  );
  const head = {
    command: "deno task robustness",
    seeds: { ...SEEDS, trainedOn: ["linear"] },
    tuned: readTuned("linear"),
  };
  const page = robustnessPage(played, verdicts, head);
  const markdown = scenarioMarkdown(page);
  assert.match(markdown, /\| lost \| .* \| worse \|/);
  assert.match(
    markdown,
    /^- Over all kinds together \*\*grpo\*\* cannot be told from strong .* would have been found/m,
  );
  assert.match(markdown, /2 comparisons, corrected together .* on each of them \(6 comparisons/);
  const text = scenarioText(page);
  assert.match(text, /is beaten by it in 1 of 3 \(lost\)/);
  assert.doesNotMatch(text, /\*\*|`|\|/);
  const tables = text.split("\n").filter((line) => /─|±/.test(line));
  assert.ok(tables.every((line) => [...line].length <= 100), tables.join("\n"));
});

Deno.test("what is planned is judged and nothing else; a plan about what has not played is refused", () => {
  const played = [
    planted("a", { grpo: around(0.9), strong: around(0.8) }),
    planted("b", { grpo: around(0.9), strong: around(0.8) }),
  ];
  const plan = { metric: "meanValue", opponents: ["strong"], scenarios: ["b"] } as const;
  const { each, overall } = judgeScenarios(played, plan);
  assert.deepEqual(each.map(({ scenario }) => scenario), ["b"]);
  assert.equal(each[0].judgement.holm, each[0].judgement.test.pValue, "a family of one is not corrected");
  assert.equal(overall[0].difference.value, each[0].difference.value);
  assert.throws(() => judgeScenarios(played, { ...plan, scenarios: ["c"] }), /No scenario is named c/);
  assert.throws(() => judgeScenarios(played, { ...plan, opponents: ["gp"] }), /gp has not played; grpo, strong have/);
  assert.throws(() => judgeScenarios(played, { ...plan, opponents: [] }), /Nothing is planned/);
});

Deno.test("over all kinds together every problem counts once, and seeds stay the same trainings", () => {
  const values = (seeds: number) => Array.from({ length: seeds }, () => around(0.8));
  const [a, b] = [values(3), values(3)];
  const [s, t] = [around(0.7), around(0.75)];
  const played = [planted("a", { grpo: a, strong: s }), planted("b", { grpo: b, strong: t })];
  const plan = { metric: "meanValue", opponents: ["strong"], scenarios: ["a", "b"] } as const;
  const [{ difference }] = judgeScenarios(played, plan).overall;
  const expected = estimateDifference(
    a.map((seed, k) => Float64Array.from([...seed, ...b[k]])),
    [Float64Array.from([...s, ...t])],
  );
  assert.deepEqual([difference.value, difference.low], [expected.value, expected.low]);
  assert.deepEqual([difference.seeds, difference.problems], [3, 80]);
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

Deno.test("the public SCMs have their published expectations, and every competitor plays both budgets", async () => {
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
  const tuned = readTuned("linear");
  const policy = trainedContestant("grpo", [{ policy: BASELINES["random-endpoint"].create({}) }], "annealed");
  const contestants = [policy, ...baselineContestants(["random", "causal-bo", "oracle"], tuned)];
  const seen: string[] = [];
  using players = createPlayers(1);
  const played = await playScenarios(scenarios, contestants, players, (count, last) => seen.push(`${count} ${last}`));
  assert.equal(seen[3], "4 healthcare_psa, 3 trials");
  assert.deepEqual(played[0].methods.map(({ role }) => role), ["policy", "baseline", "privileged", "bound"]);
  const verdicts = judgeScenarios(played, {
    metric: "recommendation",
    opponents: ["random", "causal-bo"],
    scenarios: ["chain_tmlr, 3 trials", "healthcare_psa, 3 trials"],
  });
  const page = scenarioMarkdown(benchmarksPage(played, verdicts, { command: "c", seeds: SEEDS, tuned }));
  assert.match(page, /causal-bo \(privileged\) \|/);
  assert.match(page, /do\(Statin = 1\.000\)/);
  assert.equal(page.match(/could have seen/g)?.length, 2, "comparisons are planned at the largest budget alone");
  const data = JSON.parse(JSON.stringify(scenarioData("c", played, verdicts)));
  assert.deepEqual([data.verdicts.overall.length, data.verdicts.each.length], [2, 4]);
  assert.ok(data.verdicts.each.every(({ detectable }: { detectable: number }) => detectable >= 0));
});
