import assert from "node:assert/strict";
import { join } from "node:path";
import { Campaign, openSession, parseProblem, readCampaign, readProblem } from "../../lib/advisor/mod.ts";
import type { Desk } from "../../lib/advisor/desk.ts";
import { isNear, withFantasies } from "../../lib/advisor/plan.ts";
import { recommendationOf } from "../../lib/advisor/recommendation.ts";
import { chanceOf, constraintText, costOf, spendingOf } from "../../lib/advisor/rules/judge.ts";
import { knownEdges, possibleCauses } from "../../lib/advisor/rules/known.ts";
import { stoppingOf } from "../../lib/advisor/rules/stop.ts";
import { normalCdf } from "../../lib/numeric/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { freshFolder } from "../folder.ts";
import { changed, measure, problem, PROBLEM_TEXT } from "./support.ts";

await useBackend("cpu");

/** The bioreactor's problem with more keys. */
const ruled = (keys: string, ...changes: readonly (readonly [string, string])[]) =>
  problem(["variables:", `${keys}\nvariables:`], ...changes);

/** A session on it with 20 observed rows and what heat and pH do. */
function session(described: ReturnType<typeof ruled>) {
  const opened = openSession(described);
  opened.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  for (const [r, heat] of [40, 20, 40, 34].entries()) {
    opened.tell({ values: measure(60 + r, { heat }), set: "heat" });
  }
  opened.tell({ values: measure(70, { pH: 6 }), set: "pH" });
  return opened;
}

Deno.test("the chance of keeping a limit is that of a normal row around an uncertain mean", () => {
  const mean = { value: 10, low: 10 - 1.959963984540054 * 3, high: 10 + 1.959963984540054 * 3 };
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);
  near(chanceOf({ max: 12 }, mean, 4), normalCdf(2 / 5));
  near(chanceOf({ min: 5, max: 12 }, mean, 4), normalCdf(2 / 5) - normalCdf(-1));
  near(chanceOf({ min: 5 }, { value: 10, low: 10, high: 10 }, 0), 1);
  near(chanceOf({ max: 5 }, { value: 10, low: 10, high: 10 }, 0), 0);
});

Deno.test("settings that would break a limit are neither suggested nor recommended, and the chance is said", () => {
  // growth = 0.5 (heat − 30) + 10 scatters by 0.5: at heat = 34 it is 12 on average.
  const { suggestions, recommendation } = session(ruled("limits: { growth: { max: 12.5, probability: 0.8 } }")).ask(50);
  const heats = suggestions.filter(({ variable }) => variable === "heat").map(({ value }) => value);
  assert.ok(heats.length > 5 && Math.max(...heats) < 35 && Math.max(...heats) > 31, `${heats}`);
  assert.ok(suggestions.every(({ limits }) => limits !== undefined && limits[0].chance >= 0.8));
  assert.ok(recommendation.variable === "heat" && (recommendation.value ?? 40) < 35, JSON.stringify(recommendation));
  assert.match(recommendation.reason ?? "", /growth would keep its limit with a probability of 0\.0\d only/);
  const free = session(problem()).ask(50);
  assert.equal(free.recommendation.value, 40);
  assert.equal(free.suggestions[0].limits, undefined);
});

Deno.test("where nothing keeps a limit, what comes nearest is shown as refused, and nothing is recommended", () => {
  const { suggestions, recommendation, cautions } = session(ruled("limits: { growth: { max: 4 } }")).ask(3);
  assert.equal(recommendation.variable, null);
  assert.match(recommendation.reason ?? "", /nothing keeps the rules of the problem/);
  assert.match(cautions.join(), /nothing that can be set keeps every rule/);
  assert.ok(suggestions.every(({ refused }) => refused !== undefined));
  assert.ok(suggestions[0].variable === "heat" && suggestions[0].value < 24, JSON.stringify(suggestions[0]));
});

Deno.test("a constraint between settings counts what is not set at its mean", () => {
  // pH is 7 on average: heat ≤ 32 where heat is set alone, and pH ≤ 9 where pH is.
  const described = ruled("constraints: [{ sum: { heat: 1, pH: 4 }, max: 60 }]");
  const { suggestions } = session(described).ask(100);
  const heats = suggestions.filter(({ variable }) => variable === "heat").map(({ value }) => value);
  assert.ok(Math.max(...heats) > 31 && Math.max(...heats) < 32.5, `${heats}`);
  // heat is 30 on average: 30 + 4 · 7 keeps it, 30 + 4 · 8 does not.
  assert.deepEqual(suggestions.flatMap(({ variable, value }) => variable === "pH" ? [value] : []).toSorted(), [6, 7]);
  assert.equal(
    constraintText({ sum: [{ variable: "a", weight: -1 }, { variable: "b", weight: 2 }], min: 3 }),
    "3 ≤ −a + 2 b",
  );
});

Deno.test("costs are summed, cheap variables come first at equal preference, and nothing beyond the budget is proposed", () => {
  const costs = [["domain: [20, 40]", "domain: [20, 40], cost: 5"], ["pH: {", "pH: { cost: 0.5,"]] as const;
  const described = ruled("budget: 25", ...costs);
  assert.equal(costOf(described, [{ variable: "heat" }, { variable: "pH" }]), 5.5);
  const { suggestions, spending } = session(described).ask(100);
  assert.deepEqual(spending, { spent: 4 * 5 + 0.5, budget: 25 });
  assert.ok(suggestions.length > 0 && suggestions.every(({ variable, cost }) => variable === "pH" && cost === 0.5));
  const rich = session(ruled("budget: 100", ...costs)).ask(100).suggestions;
  const share = rich.map(({ probability, cost = 1 }) => probability / cost);
  assert.ok(share.every((each, k) => k === 0 || each <= share[k - 1]));
  assert.ok(
    rich.some(({ probability }, k) => k > 0 && probability > rich[k - 1].probability),
    "not the order of preference",
  );
});

Deno.test("what is known of the graph is believed: edges, roots, tiers, and variables that cannot move the target", () => {
  const names = ["heat", "pH", "growth", "yield"];
  const edges = knownEdges(names, {
    required: [["heat", "growth"]],
    forbidden: [["pH", "yield"]],
    roots: ["heat"],
    tiers: [["heat", "pH"], ["growth"], ["yield"]],
  });
  const edge = (from: string, to: string) => edges[names.indexOf(from) * 4 + names.indexOf(to)];
  assert.deepEqual([edge("heat", "growth"), edge("growth", "heat"), edge("pH", "yield")], [1, -1, -1]);
  assert.deepEqual([edge("pH", "heat"), edge("heat", "pH"), edge("pH", "growth"), edge("yield", "growth")], [
    -1,
    0,
    0,
    -1,
  ]);
  assert.deepEqual([...possibleCauses(edges, 4, 3)].sort(), [0, 1, 2]);
  const described = ruled("known: { required: [[growth, yield]], forbidden: [[pH, yield], [pH, growth], [pH, heat]] }");
  const { parents, suggestions } = session(described).ask(100);
  assert.deepEqual(parents.find(({ variable }) => variable === "growth")?.probability, 1);
  assert.deepEqual(parents.find(({ variable }) => variable === "pH")?.probability, 0);
  assert.ok(suggestions.length > 0 && suggestions.every(({ variable }) => variable === "heat"));
});

Deno.test("a graph is read from a file beside the problem; a complete one forbids every other edge", async () => {
  const folder = freshFolder();
  Deno.writeTextFileSync(join(folder, "graph.dot"), "digraph { heat -> growth -> yield; pH -> yield }");
  const file = join(folder, "problem.yaml");
  const write = (known: string) =>
    Deno.writeTextFileSync(file, changed(["variables:", `known: { ${known} }\nvariables:`]));
  write("file: graph.dot");
  const read = (await readProblem(file)).known;
  assert.deepEqual(read?.required, [["heat", "growth"], ["growth", "yield"], ["pH", "yield"]]);
  assert.deepEqual(read?.forbidden, []);
  write("file: graph.dot, complete: true");
  assert.equal((await readProblem(file)).known?.forbidden.length, 4 * 3 - 3);
  Deno.writeTextFileSync(join(folder, "graph.dot"), "dag { heat -> growth }");
  write("file: other.dot");
  await assert.rejects(() => readProblem(file), /other\.dot/);
  write("complete: true");
  await assert.rejects(() => readProblem(file), /complete speaks of a file/);
  assert.throws(
    () => parseProblem(Deno.readTextFileSync(file).replace("complete: true", "file: a.dot"), "p"),
    /readProblem/,
  );
});

Deno.test("rules that cannot be kept are refused with their place", () => {
  const refuses = (keys: string, message: RegExp) => assert.throws(() => ruled(keys), { name: "ConfigError", message });
  refuses("limits: { heat: { max: 3 } }", /heat can be set: its domain is its limit/);
  refuses("limits: { groth: { max: 3 } }", /no measured variable is named "groth"; did you mean "growth"\?/);
  refuses("limits: { growth: {} }", /give a min, a max or both/);
  refuses("limits: { growth: { min: 3, max: 1 } }", /expected min below max/);
  refuses("constraints: [{ sum: { growth: 1 }, max: 3 }]", /"growth" is no variable that can be set/);
  refuses("constraints: [{ sum: { heat: 1, pH: 1 }, max: 3 }]", /between 26 and 48 in the domains: it cannot be kept/);
  refuses("known: { roots: [hat] }", /no variable is named "hat"; did you mean "heat"\?/);
  refuses("known: { required: [[heat, growth], [growth, heat]] }", /heat, growth cause each other in a circle/);
  refuses("known: { required: [[heat, growth]], roots: [growth] }", /heat → growth is required, and cannot be there/);
  refuses("known: { tiers: [[heat], [heat]] }", /heat is in two tiers/);
  refuses("worth: 0", /worth/);
});

Deno.test("the probability that nothing worth having is left is that of independent normal responses", () => {
  const estimate = (value: number, sd: number) => ({
    value,
    low: value - 1.959963984540054 * sd,
    high: value + 1.959963984540054 * sd,
  });
  const settled = { group: "a", expected: estimate(10, 1) };
  const other = { group: "b", expected: estimate(9, 2) };
  // b − a is normal with mean −1 and variance 5.
  const { probability, advised } = stoppingOf([settled, other], settled, 1, 1);
  assert.ok(Math.abs(probability - normalCdf(2 / Math.sqrt(5))) < 0.03, `${probability}`);
  assert.equal(advised, false);
  const less = stoppingOf([settled, other], settled, 1, -1).probability;
  assert.ok(Math.abs(less - 0.5) < 0.03, `where less is better b is better by 1 on average: ${less}`);
  // The response to one variable rises and falls as a whole.
  assert.equal(stoppingOf([settled, { group: "a", expected: estimate(10.5, 1) }], settled, 1, 1).probability, 1);
});

Deno.test("a worth that is more than can be gained stops the campaign, a small one does not", () => {
  const stopping = (worth: number) => session(ruled(`worth: ${worth}`)).ask().stopping;
  assert.equal(stopping(50)?.advised, true);
  assert.ok((stopping(0.001)?.probability ?? 1) < (stopping(3)?.probability ?? 0));
  const { gain, recommendation, observed } = session(problem()).ask();
  assert.ok(Math.abs(gain.value - (recommendation.expected.value - observed.value)) < 1e-12);
  // E[yield | heat = 40] − E[yield] = 10
  assert.ok(gain.low < 10 && gain.high > 10 && gain.low > 0, JSON.stringify(gain));
});

Deno.test("every suggestion says why: repeat, exploit or learn", () => {
  const { suggestions } = session(problem()).ask(200);
  const reasonOf = (name: string, value: number) =>
    suggestions.find(({ variable, value: at }) => variable === name && at === value)?.reason ?? "";
  assert.match(reasonOf("heat", 40), /^repeat: it was made 2 times before/);
  assert.match(reasonOf("pH", 6), /^repeat: it was made once before/);
  assert.match(reasonOf("pH", 8), /^learn: /);
});

Deno.test("experiments that are proposed together differ, count what runs, and end with the budget", () => {
  const described = ruled(
    "batch: 3\nlimits: { growth: { max: 90 } }\nconstraints: [{ sum: { heat: 1 }, max: 40 }]\nbudget: 99\nworth: 1\n" +
      "known: { roots: [heat] }",
  );
  using campaign = Campaign.start(join(freshFolder(), "lab"), { ...described, interventions: 7 });
  campaign.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  campaign.tell({ values: measure(80, { heat: 22 }), set: "heat" });
  const first = campaign.ask().proposals;
  assert.deepEqual(first.map(({ number }) => number), [1, 2, 3]);
  first.forEach(({ settings }, k) =>
    assert.ok(!isNear(described, settings, first.slice(0, k).map((one) => one.settings)), JSON.stringify(first))
  );
  const second = campaign.ask({ experiments: 2 }).proposals;
  const running = [...first, ...second].map(({ settings }) => settings);
  assert.equal(new Set(running.map((settings) => JSON.stringify(settings))).size, 5);
  const { proposals, notes } = campaign.ask({ experiments: 4 });
  assert.equal(proposals.length, 1);
  const { problem: stored } = readCampaign(campaign.folder).state;
  assert.deepEqual({ ...stored, interventions: 12 }, described, "the rules are kept with the campaign");
  assert.match(notes.join(), /1 more experiments are proposed: of the budget of interventions 6 are left, and 5 run/);
});

Deno.test("an experiment that runs is imagined to come out as it is expected, in every variable", () => {
  const described = problem();
  const rows = { observational: Float64Array.of(30, 7, 10, 17.2), interventions: [] };
  const outcomes = (name: string) => () => {
    const value = name === "growth" ? 15 : name === "yield" ? 27 : 7.1;
    return { value, low: value - 1, high: value + 1 };
  };
  const imagined = withFantasies(described, rows, [[{ variable: "heat", value: 40 }]], outcomes);
  assert.deepEqual(imagined.observational, rows.observational);
  assert.deepEqual(imagined.interventions, [{ variable: 0, values: Float64Array.of(40, 7.1, 15, 27) }]);
});

Deno.test("experiments that run count as spent", () => {
  const described = ruled("budget: 9", ["domain: [20, 40]", "domain: [20, 40], cost: 5"]);
  const rows = { observational: new Float64Array(), interventions: [{ variable: 1, values: new Float64Array(4) }] };
  const running = [[{ variable: "heat", value: 30 }, { variable: "pH", value: 7 }]];
  assert.deepEqual(spendingOf(described, rows, running), { spent: 1 + 6, budget: 9 });
  assert.equal(spendingOf(problem(), rows, running), null);
});

Deno.test("where too many variables make the posterior neural, known edges are certain all the same", () => {
  const names = ["C", "E", ...Array.from({ length: 10 }, (_, k) => `Z${k}`)];
  const variables = names.map((name) => ({
    name,
    domain: name === "E" ? null : { kind: "interval" as const, low: -3, high: 3 },
  }));
  const known = { required: [["Z1", "E"]] as const, forbidden: [["C", "E"]] as const, roots: [], tiers: [] };
  const opened = openSession({ ...problem(), variables, target: "E", known }, { checkpoint: "linear" });
  opened.tell(Array.from({ length: 30 }, (_, r) => {
    const stream = createStream(r);
    const cause = stream.normal();
    const others = Object.fromEntries(names.slice(2).map((name) => [name, stream.normal()]));
    return { values: { C: cause, E: 2 * cause + 0.3 * stream.normal(), ...others } };
  }));
  const { parents, parentsBy } = opened.ask(1);
  const of = (name: string) => parents.find(({ variable }) => variable === name)?.probability;
  assert.deepEqual([parentsBy, of("Z1"), of("C")], ["neural", 1, 0]);
});

Deno.test("a recommendation that is expected to be worse than setting nothing says so", () => {
  const desk = {
    problem: problem(),
    observed: { value: 20, low: 19, high: 21 },
    responses: null,
    expected: () => ({ value: 18, low: 10, high: 26 }),
  } as unknown as Desk;
  const choice = { settings: [{ variable: "heat", value: 30 }], probability: 1, judgement: null };
  const worse = recommendationOf(desk, [choice]);
  assert.match(worse.reason ?? "", /setting nothing is expected to be better, but not surely/);
  assert.equal(recommendationOf({ ...desk, observed: { value: 17, low: 16, high: 18 } }, [choice]).reason, null);
});

Deno.test("a domain may be given by its step", () => {
  const { variables } = problem(["domain: [20, 40]", "domain: { low: 20, high: 20.3, step: 0.1 }"]);
  assert.deepEqual(variables[0].domain, { kind: "values", values: [20, 20.1, 20.2, 20.3] });
  assert.ok(PROBLEM_TEXT.includes("domain: [20, 40]"));
});
