import assert from "node:assert/strict";
import { type ExperimentProblem, openSession, parseProblem, readData, restoreSession } from "../../lib/advisor/mod.ts";
import { adviceOn } from "../../lib/advisor/advice.ts";
import { parentSurrogate } from "../../lib/advisor/beliefs.ts";
import { type ExperimentRows } from "../../lib/advisor/rows.ts";
import { loadConfig } from "../../lib/config/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { adviceText } from "../../lib/report/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { createPolicy } from "../../lib/training/policy.ts";
import { changed, measure, PROBLEM_TEXT, temporary } from "./support.ts";

await useBackend("cpu");

const SETS = "set_at_once: { max: 2 }\nvariables:";
const problem = (...changes: readonly (readonly [string, string])[]) =>
  parseProblem(changed(["variables:", SETS], ...changes), "problem.yaml");

/** Rows as CSV: what was set, by name, and what is written in the column of settings. */
function csv(rows: readonly (readonly [set: Readonly<Record<string, number>>, cell: string])[]): string {
  const lines = rows.map(([set, cell], r) => {
    const { heat, pH, growth, yield: made } = measure(r, set);
    return [heat, pH, growth, made, `"${cell}"`].join(",");
  });
  return ["heat,pH,growth,yield,set", ...lines].join("\n");
}

const FREE = Array.from({ length: 20 }, () => [{}, ""] as const);
const read = (text: string, described: ExperimentProblem = problem()) =>
  readData(described, temporary("data.csv", text));

Deno.test("A setting may name several columns, with or without their values; sets with the same members are one kind", async () => {
  const { rows } = await read(csv([
    ...FREE,
    [{ heat: 40, pH: 7 }, "heat;pH"],
    [{ heat: 30, pH: 6 }, "pH = 6; heat = 30"],
    [{ heat: 20 }, "heat"],
  ]));
  assert.deepEqual(rows.interventions.map(({ variable, members }) => members ?? [variable]), [[0, 1], [0, 1], [0]]);
  assert.deepEqual(rows.interventions.map(({ values }) => [values[0], values[1]]).slice(0, 2), [[40, 7], [30, 6]]);
});

Deno.test("What a setting may not say is refused with row and column", async () => {
  const refuses = (cell: string, set: Readonly<Record<string, number>>, message: RegExp, described = problem()) =>
    assert.rejects(() => read(csv([...FREE, [set, cell]]), described), { name: "DataError", message });
  const both = { heat: 40, pH: 7 };
  await refuses("heat;heat", both, /row 21, column set: heat is named twice/);
  await refuses("heat;growth", both, /row 21.*growth cannot be set/);
  await refuses("heat;phh", both, /row 21.*no variable is named "phh"/);
  await refuses("heat = 39; pH", both, /it says heat = 39, column heat says 40/);
  const one = parseProblem(PROBLEM_TEXT, "problem.yaml");
  await refuses("heat;pH", both, /heat, pH set at once; the problem sets at most 1 \(set_at_once\)/, one);
  const apart = problem(["interventions: 12", "interventions: 12\nexclusive: [[heat, pH]]"]);
  await refuses("heat;pH", both, /heat and pH exclude each other/, apart);
});

Deno.test("A file in which every knob is set in every row needs no row in which nothing was", async () => {
  const stream = createStream(4);
  const designed = problem(["setting: set", 'setting: "*"']);
  const rows = Array.from({ length: 12 }, () => {
    const set = { heat: stream.uniformIn(20, 40), pH: stream.choice([6, 7, 8]) };
    return [set, "never read"] as const;
  });
  const { rows: found } = await read(csv(rows), designed);
  assert.equal(found.observational.length, 0);
  assert.ok(found.interventions.every(({ members }) => members?.length === 2));
  const advice = adviseSets(designed, found);
  assert.equal(advice.interventions.made, 12);
  assert.ok(advice.suggestions.length > 1);
  assert.ok(Number.isFinite(advice.observed.value));
});

Deno.test("Problems of sets are checked where they are written", () => {
  const refuses = (changes: readonly (readonly [string, string])[], message: RegExp) =>
    assert.throws(() => problem(...changes), { name: "ConfigError", message });
  refuses([["max: 2", "min: 3, max: 2"]], /set_at_once/);
  refuses([["max: 2", "min: 3, max: 3"]], /3 variables at once of 2 that can be set/);
  refuses([["max: 2", "max: 1"], ["setting: set", 'setting: "*"']], /sets all 2 variables/);
  refuses(
    [["interventions: 12", "interventions: 12\nexclusive: [[heat, growth]]"]],
    /"growth" is no variable that can be set/,
  );
});

/** Advice of an untrained network that chooses sets and prefers none yet. */
function adviseSets(described: ExperimentProblem, rows: ExperimentRows, count = 5) {
  const words = [
    "policy.kind=statistics",
    "policy.response_points=7",
    "policy.value_head={kind: categorical, levels: 7}",
  ];
  const config = loadConfig("configs/sets.yaml", words);
  const policy = createPolicy(config, createStream(1));
  return adviceOn(described, rows, { policy, config, update: 0 }, parentSurrogate(described), { count }).advice;
}

Deno.test("Sets are suggested by their probability, with what is expected of them; the same rows give the same answer", async () => {
  const { rows } = await read(csv([
    ...FREE,
    ...[40, 38, 22, 36].flatMap((
      heat,
    ) => [[{ heat, pH: 6 }, "heat;pH"] as const, [{ heat, pH: 8 }, "heat;pH"] as const]),
  ]));
  const advice = adviseSets(problem(), rows, 60);
  assert.deepEqual(advice, adviseSets(problem(), rows, 60));
  const { suggestions } = advice;
  assert.ok(suggestions.every(({ probability }, k) => k === 0 || probability <= suggestions[k - 1].probability));
  const sizes = new Set(suggestions.map(({ settings }) => settings?.length));
  assert.deepEqual([...sizes].sort(), [1, 2]);
  assert.ok(suggestions.every(({ settings, variable }) => settings?.[0].variable === variable));
  const at = (heat: number, pH: number) =>
    suggestions.find(({ settings = [] }) =>
      settings.length === 2 && settings.every(({ variable, value }) => value === (variable === "heat" ? heat : pH))
    )?.expected;
  const [hot, cold] = [at(40, 6), at(20, 6)];
  assert.ok(hot !== undefined && cold !== undefined, "both are among the suggestions");
  assert.ok(hot.low > cold.high, "a higher heat makes more");
  assert.ok(hot.low < 27.5 && hot.high > 27.5, `${hot.low} to ${hot.high} holds 2 (10 + 5) − 0.4 · 6`);
  const { recommendation } = advice;
  assert.ok(recommendation.expected.value > cold.high);
  assert.match(adviceText(advice), /heat \+ pH|pH \+ heat/);
});

Deno.test("A session is told sets, stored, and goes on with the same rows", () => {
  const described = problem();
  const session = openSession(described);
  session.tell(Array.from({ length: 8 }, (_, r) => ({ values: measure(r) })));
  session.tell({ values: measure(50, { heat: 39, pH: 6 }), set: ["pH", "heat"] });
  session.tell({ values: measure(51, { heat: 25 }), set: "heat" });
  assert.deepEqual(session.rows.interventions.map(({ members }) => members), [[0, 1], undefined]);
  assert.throws(
    () => session.tell({ values: measure(52, { heat: 25 }), set: ["heat", "heat"] }),
    { name: "DataError", message: /heat is named twice/ },
  );
  const mixed = [{ values: measure(1, { heat: 30 }), set: "heat" }, {
    values: measure(2, { heat: 30 }),
    set: ["heat", "pH"],
  }];
  assert.throws(() => session.tell(mixed), { name: "DataError", message: /heat and heat and pH were set/ });
  const stored = JSON.parse(JSON.stringify(session));
  assert.deepEqual(stored.interventions.map(({ set }: { set: unknown }) => set), [["heat", "pH"], "heat"]);
  const restored = restoreSession(stored);
  assert.deepEqual(restored.rows, session.rows);
  assert.deepEqual(restored.ask(3), session.ask(3));
});
