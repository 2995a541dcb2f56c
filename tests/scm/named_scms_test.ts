import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  DEFAULT_ACCURACY,
  domainEnds,
  type Intervention,
  outcomeModel,
  parseScm,
  type Scm,
  settableVariables,
} from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { monteCarloOutcomes } from "../../lib/scm/monte_carlo.ts";

const FOLDER = new URL("../../configs/scms/", import.meta.url);
const FINE = { ...DEFAULT_ACCURACY, rows: 8192 };

function load(name: string): Scm {
  return parseScm(Deno.readTextFileSync(new URL(`${name}.yaml`, FOLDER)), `${name}.yaml`);
}

/** `set(scm, "B", -5, "D", 3)` is do(B = −5, D = 3). */
function set(scm: Scm, ...pairs: readonly (string | number)[]): Intervention {
  return pairs.flatMap((name, i) =>
    i % 2 === 1 ? [] : [{
      variable: scm.variables.findIndex((v) => v.name === name),
      value: Number(pairs[i + 1]),
      kind: "perfect" as const,
    }]
  );
}

/** Best variable, value and outcome as `name value outcome`, by brute force over all path sums and both ends of every domain. */
function bruteForce(scm: Scm): string {
  const effect = (from: number, at: number): number => {
    const { parents, mechanism } = scm.variables[at];
    assert.ok(mechanism.kind === "linear");
    return from === at ? 1 : parents.reduce((sum, p, k) => sum + mechanism.weights[k] * effect(from, p), 0);
  };
  let best = { name: "", value: 0, outcome: Infinity };
  for (const v of settableVariables(scm)) {
    const { name, domain } = scm.variables[v];
    assert.ok(domain !== null);
    for (const value of domainEnds(domain)) {
      const outcome = effect(v, scm.target) * value;
      if (outcome < best.outcome) best = { name, value, outcome };
    }
  }
  return `${best.name} ${best.value} ${best.outcome.toFixed(4)}`;
}

Deno.test("the linear benchmark SCMs have the optima of their total effects", () => {
  const optima: Record<string, string> = {
    chain_3: "X0 -5 -11.2500",
    chain_5: "X0 -5 -25.3125",
    fork: "Z -5 -10.0000",
    collider: "X -5 -6.0000",
    collider_strong: "Y -5 -10.0000",
    collider_signed: "X -5 -10.0000",
    diamond: "X -5 -10.0000",
    butterfly: "B -5 -10.3800",
    mixed_coefficients: "A -5 -10.0000",
    dense: "X0 5 -4.6564",
    sparse: "X3 5 -6.7387",
    easy: "A -5 -9.0000",
    medium: "H -5 -6.3000",
    hard: "I -5 -2.0000",
  };
  for (const [name, expected] of Object.entries(optima)) {
    const scm = load(name);
    const { best } = outcomeModel(scm);
    const found = `${scm.variables[best.variable].name} ${best.value} ${best.outcome.toFixed(4)}`;
    assert.equal(found, expected, name);
    assert.equal(bruteForce(scm), expected, name);
    assert.equal(scm.name, name);
  }
  assert.equal(
    [...Deno.readDirSync(FOLDER)].length,
    Object.keys(optima).length + 5,
    "every other file has its own test",
  );
});

Deno.test("easy, medium and hard have 5, 8 and 10 variables", () => {
  assert.deepEqual(["easy", "medium", "hard"].map((name) => load(name).variables.length), [5, 8, 10]);
});

/** E[Y | do(X = x)] of ToyGraph with deviation s of the noise of Z: Z is normal, so both expectations are closed. */
function toyByX(x: number, s: number): number {
  const m = Math.exp(-x);
  return Math.exp(-s * s / 2) * Math.cos(m) - Math.exp(-m / 20 + s * s / 800);
}

for (const [name, s, byX] of [["toy_graph", 1, -1.46], ["toy_graph_tmlr", 0.1, -1.8506]] as const) {
  Deno.test(`${name}: do(Z = −3.2003) gives −2.1718, the best by X ${byX}, as published`, () => {
    const scm = load(name);
    const outcomes = monteCarloOutcomes(scm, FINE);
    assert.equal(scm.variables[outcomes.best.variable].name, "Z");
    assert.ok(Math.abs(outcomes.best.value + 3.2003) < 1e-4);
    assert.ok(Math.abs(outcomes.best.outcome + 2.1718) < 1e-4);
    let closed = Infinity, tabulated = Infinity;
    for (let k = 0; k <= 2000; k++) {
      const x = -5 + k / 200;
      closed = Math.min(closed, toyByX(x, s));
      tabulated = Math.min(tabulated, outcomes.expected(0, x));
      const difference = Math.abs(outcomes.expected(0, x) - toyByX(x, s));
      assert.ok(difference < 4.5 * outcomes.standardError + outcomes.interpolationError, `${x}: ${difference}`);
    }
    assert.ok(Math.abs(closed - byX) < 0.006);
    assert.ok(Math.abs(tabulated - byX) < 0.02);
  });
}

Deno.test("random search on ToyGraph improves as published", () => {
  const outcomes = outcomeModel(load("toy_graph"), { ...DEFAULT_ACCURACY, tolerance: 5e-3 });
  const published = [[1, -0.6], [5, -1.4], [10, -1.67], [20, -1.86], [40, -2.01], [100, -2.12]] as const;
  const repetitions = 400;
  const sums = new Map<number, number>();
  for (let i = 0; i < repetitions; i++) {
    const stream = createStream(51).child(i);
    let best = Infinity;
    for (let trial = 1; trial <= 100; trial++) {
      const byX = stream.sign() === 1;
      best = Math.min(best, outcomes.expected(byX ? 0 : 1, byX ? stream.uniformIn(-5, 5) : stream.uniformIn(-5, 20)));
      sums.set(trial, (sums.get(trial) ?? 0) + best);
    }
  }
  for (const [trial, value] of published) {
    const mean = (sums.get(trial) ?? 0) / repetitions;
    assert.ok(Math.abs(mean - value) < 4.5 * 0.8 / Math.sqrt(repetitions * Math.sqrt(trial)), `${trial}: ${mean}`);
  }
});

Deno.test("complete_graph: cos D − D/5 is least at D = 3.3430, and do(B = −5, D = 3.3430) gives −3.4831", () => {
  const scm = load("complete_graph");
  const f = (d: number) => Math.cos(d) - d / 5;
  let best = -5;
  for (let k = 0; k <= 100_000; k++) if (f(-5 + k / 1e4) < f(best)) best = -5 + k / 1e4;
  assert.ok(Math.abs(best - 3.343) < 1e-3);
  assert.ok(Math.abs(f(best) + 1.6484) < 1e-4);
  const joint = expectedOutcome(scm, set(scm, "B", -5, "D", best), { ...FINE, rows: 65_536 });
  assert.ok(
    Math.abs(joint.mean + 3.4831) < Math.max(4.5 * joint.standardError, 0.01),
    `${joint.mean} ± ${joint.standardError}`,
  );
  const observed = settableVariables(scm).map((v) => scm.variables[v].name);
  assert.deepEqual(observed, ["B", "D", "E"]);
  assert.deepEqual(scm.variables.filter((v) => !v.observed).map(({ name }) => name), ["U1", "U2"]);
});

Deno.test("chain_tmlr: cutting Z from X is worth more than setting W; both together are best", () => {
  const scm = load("chain_tmlr");
  const table: [Intervention, number][] = [
    [[], 1.5],
    [set(scm, "W", 1), 0.5],
    [set(scm, "Z", 0.3), 0],
    [set(scm, "Z", 0.3, "W", 1), -1],
  ];
  for (const [intervention, published] of table) {
    const { mean, standardError } = expectedOutcome(scm, intervention, { ...FINE, rows: 65_536 });
    assert.ok(
      Math.abs(mean - published) < 4.5 * standardError + 1e-9,
      `${mean} ± ${standardError} against ${published}`,
    );
  }
});

Deno.test("healthcare_psa: statin at 1 and aspirin at 0 lower the PSA as published", () => {
  const scm = load("healthcare_psa");
  const table: [Intervention, number][] = [
    [[], 5.806],
    [set(scm, "Aspirin", 0), 5.617],
    [set(scm, "Statin", 1), 5.345],
    [set(scm, "Aspirin", 0, "Statin", 1), 5.155],
  ];
  for (const [intervention, published] of table) {
    const { mean } = expectedOutcome(scm, intervention, FINE);
    assert.ok(Math.abs(mean - published) < 0.002, `${mean} against ${published}`);
  }
  const { best } = outcomeModel(scm, DEFAULT_ACCURACY);
  assert.equal(scm.variables[best.variable].name, "Statin");
  assert.equal(best.value, 1);
});
