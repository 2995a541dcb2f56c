import assert from "node:assert/strict";
import { openSession, restoreSession, simulateSession, type StoredSession } from "../../lib/advisor/mod.ts";
import { problemOfScm, publicProblem } from "../../lib/advisor/problem.ts";
import { recordedRows } from "../../lib/advisor/rows.ts";
import { digestOf } from "../../lib/advisor/stored.ts";
import { recordedObservation } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { outcomeModel, parseScm } from "../../lib/scm/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { openPolicy } from "../../lib/training/mod.ts";
import { measure, problem } from "./support.ts";

await useBackend("auto");

const ROWS = Array.from({ length: 20 }, (_, r) => ({ values: measure(r) }));

/** A session on the bioreactor with 20 observed rows. */
function started(...changes: readonly (readonly [string, string])[]) {
  const session = openSession(problem(...changes));
  session.tell(ROWS);
  return session;
}

Deno.test("an answer is a distribution over what can be set, within the domains, and names the better end of the cause", () => {
  const session = openSession(problem(), { checkpoint: "linear" });
  session.tell(ROWS);
  const advice = session.ask(100);
  const total = advice.suggestions.reduce((sum, { probability }) => sum + probability, 0);
  assert.ok(Math.abs(total - 1) < 1e-5, `${total}`);
  assert.deepEqual(
    advice.suggestions.map(({ variable, value }) => `${variable} ${value}`).toSorted(),
    ["heat 20", "heat 40", "pH 6", "pH 8"],
  );
  const [first] = advice.suggestions;
  assert.deepEqual([first.variable, first.value, first.unit], ["heat", 40, "°C"]);
  // E[yield | heat = 40] = 2·(0.5·10 + 10) − 0.4·7 = 27.2
  assert.ok(first.expected.low < 27.2 && first.expected.high > 27.2, JSON.stringify(first));
  assert.deepEqual(advice.interventions, { made: 0, left: 12 });
  assert.equal(advice.final, false);
  // Student's t: 2.093 for 19 degrees of freedom.
  const yields = Array.from({ length: 20 }, (_, r) => measure(r).yield);
  const mean = yields.reduce((sum, y) => sum + y, 0) / 20;
  const sd = Math.sqrt(yields.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 19);
  assert.ok(Math.abs(advice.observed.high - mean - 2.0930 * sd / Math.sqrt(20)) < 1e-3 * sd);
});

Deno.test("the policy that answers by default chooses among 33 values of an interval and all of a list", () => {
  const { suggestions, recommendation } = started().ask(1000);
  const of = (name: string) => suggestions.filter(({ variable }) => variable === name).map(({ value }) => value);
  assert.equal(of("heat").length, 33);
  assert.deepEqual(of("pH").toSorted(), [6, 7, 8]);
  assert.deepEqual([suggestions[0].variable, suggestions[0].value], ["heat", 40]);
  assert.equal(recommendation.variable, "heat");
});

Deno.test("telling outcomes narrows the effect and moves what is most uncertain", () => {
  const session = started();
  const before = session.ask();
  const setTo = (name: "heat" | "pH", value: number, seed: number) =>
    session.tell({ values: measure(seed, { [name]: value }), set: name });
  for (let k = 0; k < 4; k++) setTo("heat", k % 2 === 0 ? 40 : 20, 200 + k);
  const after = session.ask();
  const sdOf = (advice: typeof after, name: string) =>
    advice.effects.find(({ variable }) => variable === name)?.overDomain.sd ?? NaN;
  assert.ok(sdOf(after, "heat") < 0.6 * sdOf(before, "heat"));
  assert.equal(sdOf(after, "pH"), sdOf(before, "pH"));
  assert.equal(after.mostUncertain, "pH");
  const heat = after.effects.find(({ variable }) => variable === "heat");
  assert.ok(heat !== undefined && heat.slope.low < 1 && heat.slope.high > 1, "the slope is 1 % for each °C");
  assert.equal(after.interventions.made, 4);
});

Deno.test("the same experiment in other units gets the same answer in those units", () => {
  const kelvin = problem(["unit: °C, domain: [20, 40]", "unit: K, domain: [293.15, 313.15]"]);
  const session = openSession(kelvin);
  const values = (r: number) => ({ ...measure(r), heat: measure(r).heat + 273.15 });
  session.tell(Array.from({ length: 20 }, (_, r) => ({ values: values(r) })));
  const [here, there] = [started().ask(4).suggestions, session.ask(4).suggestions];
  here.forEach((suggestion, k) => {
    const shift = suggestion.variable === "heat" ? 273.15 : 0;
    assert.ok(Math.abs(there[k].value - suggestion.value - shift) < 1e-9);
    assert.ok(Math.abs(there[k].probability - suggestion.probability) < 1e-4);
    assert.ok(Math.abs(there[k].expected.high - suggestion.expected.high) < 1e-6);
  });
});

Deno.test("direct causes come from the exact posterior, and from the neural surrogate where there are too many variables", () => {
  assert.equal(started().ask().parentsBy, "exact");
  const names = ["C", "E", ...Array.from({ length: 10 }, (_, k) => `Z${k}`)];
  const variables = names.map((name) => ({
    name,
    domain: name === "E" ? null : { kind: "interval" as const, low: -3, high: 3 },
  }));
  const session = openSession({ ...problem(), variables, target: "E" });
  const row = (r: number, set?: number) => {
    const stream = createStream(r);
    const cause = set ?? stream.normal();
    const others = names.slice(2).map((name) => [name, stream.normal()]);
    return { C: cause, E: 2 * cause + 0.3 * stream.normal(), ...Object.fromEntries(others) };
  };
  session.tell(Array.from({ length: 60 }, (_, r) => ({ values: row(r) })));
  for (let k = 0; k < 6; k++) session.tell({ values: row(100 + k, k % 2 === 0 ? 3 : -3), set: "C" });
  const { parents, parentsBy } = session.ask();
  assert.equal(parentsBy, "neural");
  assert.equal(parents[0].variable, "C");
  assert.ok(parents[0].probability > 0.9 && parents[1].probability < 0.5, JSON.stringify(parents.slice(0, 2)));
});

Deno.test("a session goes through JSON and back with identical answers, then and after more rows", () => {
  const session = started();
  session.tell({ values: measure(300, { heat: 40 }), set: "heat" });
  session.tell([1, 2].map((r) => ({ values: measure(310 + r, { pH: 6 }), set: "pH" })));
  const back = restoreSession(JSON.parse(JSON.stringify(session)));
  assert.equal(JSON.stringify(back), JSON.stringify(session));
  assert.deepEqual(back.ask(), session.ask());
  for (const one of [session, back]) one.tell({ values: measure(320, { heat: 20 }), set: "heat" });
  assert.deepEqual(back.ask(), session.ask());
  assert.equal(session.ask().rows.interventional, 4);
  assert.equal(session.made, 3);
  const other = { ...session.toJSON(), checkpoint: "linear-1" };
  assert.throws(() => restoreSession(other), /it was altered after it was written$/);
  const sealed = { ...other, digest: digestOf(other) };
  assert.throws(() => restoreSession(sealed), /made with other weights than linear-1 has now/);
});

Deno.test("an altered session is refused with a sentence, whatever was altered", () => {
  const session = started();
  session.tell({ values: measure(500, { heat: 40 }), set: "heat" });
  session.tell([6, 6].map((pH, r) => ({ values: measure(501 + r, { pH }), set: "pH" })));
  const text = JSON.stringify(session);
  const kinds = new Map<string, number>();
  const expectRefusal = (altered: unknown, what: string) => {
    if (JSON.stringify(altered) === text) return;
    try {
      restoreSession(altered);
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.ok(["DataError", "ConfigError"].includes(error.name), `${what}: ${error.stack}`);
      kinds.set(error.name, (kinds.get(error.name) ?? 0) + 1);
      return;
    }
    assert.fail(`${what} was accepted`);
  };
  for (const path of pathsIn(JSON.parse(text))) {
    const where = path.join(".");
    for (const value of [null, [], {}, "x", "", -1, 0.5, 1e9, true]) {
      expectRefusal(edited(JSON.parse(text), path, value), `${where} = ${JSON.stringify(value)}`);
    }
    expectRefusal(edited(JSON.parse(text), path, undefined), `${where} left out`);
  }
  for (const odd of [null, undefined, 3, "x", [], {}]) expectRefusal(odd, JSON.stringify(odd));
  assert.ok((kinds.get("DataError") ?? 0) > 1500, JSON.stringify([...kinds]));
});

Deno.test("a sealed session whose parts do not fit together is refused with their place", () => {
  const session = started();
  session.tell({ values: measure(500, { heat: 40 }), set: "heat" });
  const stored = JSON.parse(JSON.stringify(session));
  const refuses = (path: readonly string[], value: unknown, message: RegExp) => {
    const altered = edited(structuredClone(stored), path, value) as StoredSession;
    assert.throws(() => restoreSession({ ...altered, digest: digestOf(altered) }), message);
  };
  refuses(["observational", "3"], [1, 2], /observational\.3: 2 values of 4 variables$/);
  refuses(["interventions", "0", "rows", "0"], [1], /interventions\.0\.rows\.0: 1 values of 4 variables$/);
  refuses(["interventions", "0", "rows"], [], /interventions\.0\.rows: /);
  refuses(["interventions", "0", "set"], "growth", /growth cannot be set/);
  refuses(["interventions", "0", "set"], "hat", /no variable is named "hat"; did you mean "heat"/);
  refuses(["interventions", "0", "rows", "0", "0"], 55, /heat was set to 55, outside its domain/);
  refuses(["problem", "target"], "nothing", /no variable is named "nothing"/);
  refuses(["problem", "variables", "0", "domain", "low"], 99, /expected at least two values, lowest first/);
  refuses(
    ["problem", "variables", "1", "domain", "values"],
    [7, 6],
    /domain\.values: expected each value once, the low/,
  );
  refuses(["version"], 1, /the stored session cannot be used: version: /);
});

/** Every place in a value. */
function pathsIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return at.length === 0 ? [] : [at];
  const inner = Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

/** The value with something else at a place; undefined takes it away. */
function edited(root: unknown, path: readonly string[], value: unknown): unknown {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), root) as object;
  const last = path[path.length - 1];
  if (value !== undefined) Reflect.set(parent, last, value);
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
  return root;
}

Deno.test("numbers that cannot be worked with are refused with the variable, and no answer holds one that is none", () => {
  const answer = (scale: number, shift: number) => {
    const ends = [20, 40].map((end) => end * scale + shift);
    const session = openSession(problem(["domain: [20, 40]", `domain: [${ends[0]}, ${ends[1]}]`]));
    const values = (r: number) => ({ ...measure(r), heat: measure(r).heat * scale + shift });
    session.tell(Array.from({ length: 20 }, (_, r) => ({ values: values(r) })));
    return session.ask();
  };
  assert.throws(
    () => answer(1e300, 0),
    /bioreactor: the values of heat are around \de\+301; write them in a unit in which/,
  );
  assert.throws(() => answer(1e-200, 0), /the values of heat are around \de-199/);
  assert.throws(() => answer(1, 1e9), /heat are around 1\.00e\+9 and vary by \d\.\d only; subtract a constant/);
  for (const [scale, shift] of [[1e90, 0], [1e-90, 0], [1, 1e6]]) {
    const { suggestions, recommendation, effects, observed } = answer(scale, shift);
    const numbers = [observed, recommendation.expected, ...suggestions.map(({ expected }) => expected)]
      .flatMap(({ value, low, high }) => [value, low, high]);
    assert.ok(
      [...numbers, ...effects.map(({ overDomain }) => overDomain.sd)].every(Number.isFinite),
      `${scale} ${shift}`,
    );
  }
});

Deno.test("what is recommended is the policy's choice unless surely more is expected of another setting, and says so", () => {
  const session = openSession(problem(["interventions: 12", "interventions: 8"]), { checkpoint: "linear" });
  // The yield is best in the middle of heat's domain: a policy that knows ends alone cannot choose it.
  const row = (seed: number, set?: number) => {
    const values = measure(seed, set === undefined ? {} : { heat: set });
    return { ...values, yield: 80 - 0.3 * (values.heat - 30) ** 2 + 0.3 * createStream(seed).child("yield").normal() };
  };
  session.tell(Array.from({ length: 20 }, (_, r) => ({ values: row(r) })));
  [20, 40, 25, 35, 30, 28, 32, 22].forEach((heat, k) => session.tell({ values: row(700 + k, heat), set: "heat" }));
  const { final, recommendation, suggestions, observed, effects, parentsCaution } = session.ask();
  assert.equal(final, true);
  assert.ok(recommendation.expected.value > suggestions[0].expected.value);
  const better = suggestions.some(({ expected }) => expected.value > recommendation.expected.value);
  assert.equal(better && !/expected to be better still, but not surely/.test(recommendation.reason ?? ""), false);
  assert.ok(recommendation.variable !== null || recommendation.expected.value === observed.value);
  assert.ok(recommendation.variable !== "heat" || Math.abs((recommendation.value ?? NaN) - 30) < 4);
  assert.match(recommendation.reason ?? "", /^the policy would set .*, of which surely less is expected/);
  assert.equal(effects.find(({ variable }) => variable === "heat")?.bent, true);
  assert.equal(effects.find(({ variable }) => variable === "pH")?.bent, false);
  assert.match(parentsCaution ?? "", /a response bends: they can be sure and wrong/);
  const heat = suggestions.filter(({ variable }) => variable === "heat");
  for (const { value, expected } of heat) {
    const truth = 80 - 0.3 * (value - 30) ** 2;
    assert.ok(expected.low <= truth && truth <= expected.high, `${value}: ${JSON.stringify(expected)}, true ${truth}`);
  }
});

Deno.test("a policy with beliefs of its own is asked what it expects, and what it would settle for", () => {
  const session = started();
  [20, 40, 30].forEach((heat, k) => session.tell({ values: measure(700 + k, { heat }), set: "heat" }));
  const { suggestions, recommendation, observed } = session.ask(1000);
  const { policy } = openPolicy("general");
  const { problem: experiment, rows } = session;
  const recorded = recordedRows(rows, experiment.variables.length);
  const asked = recordedObservation(publicProblem(experiment), recorded, experiment.interventions);
  const { cells, mean, sd, halfInterval } = policy.responses?.(asked) ?? assert.fail("the general policy has beliefs");
  const { statistics, problems } = asked;
  const inUnits = (gain: number) =>
    statistics.centre[problems.targets[0]] +
    problems.signs[0] * statistics.spread[problems.targets[0]] * 4 * Math.sinh(gain / 4);
  for (const { variable, value, expected } of suggestions) {
    const v = session.problem.variables.findIndex(({ name }) => name === variable);
    const place = (value - problems.low[v]) / (problems.high[v] - problems.low[v]) * (cells - 1);
    const left = Math.min(cells - 2, Math.floor(place));
    const at = (data: Float32Array) => {
      const [a, b] = [data[v * cells + left], data[v * cells + left + 1]];
      return a + (place - left) * (b - a);
    };
    const half = halfInterval * at(sd);
    const near = (actual: number, gain: number) =>
      assert.ok(Math.abs(actual - inUnits(gain)) < 1e-3 * (1 + Math.abs(actual)), `${variable} ${value}: ${actual}`);
    near(expected.value, at(mean));
    near(expected.low, at(mean) - half);
    near(expected.high, at(mean) + half);
  }
  const answer = policy.recommend(asked);
  const chosen = session.problem.variables[answer.variable[0]].name;
  assert.ok(recommendation.expected.value > observed.value);
  const first = suggestions[0];
  if (recommendation.variable !== first.variable || recommendation.value !== first.value) {
    assert.match(recommendation.reason ?? "", /^the policy would (try .* next, and settle for this|set .*)/);
  } else assert.equal(chosen, recommendation.variable);
  policy.dispose();
});

Deno.test("settings that are told may scatter as far as the problem tolerates", () => {
  const session = started();
  session.tell([40.1, 39.95].map((heat, r) => ({ values: measure(600 + r, { heat }), set: "heat" })));
  assert.deepEqual([...session.rows.interventions[0].values.filter((_, at) => at % 4 === 0)], [40, 39.95]);
  assert.throws(
    () => session.tell({ values: measure(1, { heat: 40.3 }), set: "heat" }),
    /the nearest is 40, and 0\.2 °C/,
  );
});

Deno.test("after the last intervention the answer is final", () => {
  const session = started(["interventions: 12", "interventions: 1"]);
  session.tell({ values: measure(400, { heat: 40 }), set: "heat" });
  const advice = session.ask();
  assert.equal(advice.final, true);
  assert.deepEqual(advice.interventions, { made: 1, left: 0 });
});

Deno.test("one observed row is refused, and so is what cannot be told", () => {
  const session = openSession(problem());
  session.tell({ values: measure(0) });
  assert.throws(() => session.ask(), /bioreactor: 1 rows in which nothing was set; at least 2 are needed/);
  const { growth, ...incomplete } = measure(1);
  assert.throws(() => session.tell({ values: incomplete }), /row 1: growth is missing/);
  assert.throws(() => session.tell({ values: { ...incomplete, growth, grwoth: 1 } }), /named "grwoth"; did you mean/);
  assert.throws(() => session.tell({ values: { ...measure(1), pH: NaN } }), /row 1: pH is NaN, not a finite number/);
  assert.throws(() => session.tell({ values: measure(1, { heat: 50 }), set: "heat" }), /outside its domain \[20, 40\]/);
  assert.throws(
    () => session.tell([20, 40].map((heat) => ({ values: measure(1, { heat }), set: "heat" }))),
    /row 2: heat was set to 40, in row 1 to 20/,
  );
  assert.throws(
    () => session.tell([{ values: measure(1, { heat: 20 }), set: "heat" }, { values: measure(2) }]),
    /rows told together are one intervention/,
  );
  assert.throws(() => openSession({ ...problem(), target: "nothing" }), /no variable is named "nothing"/);
});

Deno.test("the closed loop on chain-3 finds the best intervention, the same for the same seed", () => {
  const file = new URL("../../configs/scms/chain_3.yaml", import.meta.url);
  const scm = parseScm(Deno.readTextFileSync(file), "chain_3.yaml");
  const outcomes = outcomeModel(scm);
  const options = { observationalRows: 20, interventions: 8, seed: 0 };
  const { steps, recommended } = simulateSession(scm, outcomes, options);
  assert.equal(steps.length, 8);
  assert.deepEqual([recommended.variable, recommended.value, recommended.expected], ["X0", -5, -11.25]);
  assert.ok(steps.every(({ regret, expected }) => Math.abs(regret - (expected + 11.25)) < 1e-12));
  assert.deepEqual(simulateSession(scm, outcomes, options).steps, steps);
  assert.notDeepEqual(simulateSession(scm, outcomes, { ...options, seed: 1 }).steps[0].measured, steps[0].measured);
});

Deno.test("hidden variables of an SCM are not part of the experiment", () => {
  const scm = parseScm(
    `name: h
objective: minimize
target: Y
variables:
  H: { observed: false }
  X: { linear: { H: 1 }, domain: [0, 1] }
  Y: { linear: { X: 1, H: 1 } }`,
    "h.yaml",
  );
  const { variables } = problemOfScm(scm, 3);
  assert.deepEqual(variables.map(({ name, domain }) => [name, domain !== null]), [["X", true], ["Y", false]]);
});
