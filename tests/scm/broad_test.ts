import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  checkDistribution,
  createScm,
  domainEnds,
  formatScm,
  gainShare,
  LINEAR_DISTRIBUTION,
  type Mechanism,
  parseScm,
  parseTrack,
  sampleProblem,
  sampleRows,
  type Scm,
  type ScmDistribution,
  settableVariables,
  trackStream,
  TRAINING_ACCURACY,
  type Variety,
} from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { define, interval, linear, noise, variance } from "./support.ts";

const TEXT = Deno.readTextFileSync(new URL("../../configs/tracks/broad.yaml", import.meta.url));
const track = parseTrack(TEXT, "broad.yaml");

function problems(count: number) {
  const stream = trackStream(track, "train");
  return Array.from({ length: count }, (_, i) => sampleProblem(track.distribution, stream.child(i), TRAINING_ACCURACY));
}

const drawn = problems(150);

/** One line of weights and noise of which only one way of being varied is left. */
function only(variety: Partial<Variety>, changes: Partial<ScmDistribution> = {}): ScmDistribution {
  const base: Variety = {
    unconfounded: 1,
    signalToNoise: { min: 2, max: 2 },
    noiseActions: { additive: 1 },
    roots: { noise: 1 },
    domains: { around: 1 },
    listed: 0,
    fixed: 0,
  };
  const distribution = { ...LINEAR_DISTRIBUTION, ...changes, variety: { ...base, ...variety } };
  checkDistribution(distribution);
  return distribution;
}

Deno.test("a composed mechanism is the sum of products that its terms say, in simulation and in files", () => {
  const mechanism: Mechanism = {
    kind: "composed",
    intercept: 0.5,
    terms: [
      { scale: 2, factors: [{ shape: "sine", weights: [1, 0.5], shift: 0.3 }] },
      {
        scale: -1,
        factors: [
          { shape: "bump", weights: [2, 0], shift: 0 },
          { shape: "threshold", weights: [0, 1], shift: 0.2 },
          { shape: "saturation", weights: [1, 0], shift: 0 },
        ],
      },
      { scale: 0.1, factors: [{ shape: "cube", weights: [1, 0], shift: 1 }] },
      { scale: 0.2, factors: [{ shape: "exponential", weights: [0, 0.5], shift: 0 }] },
      { scale: 0.3, factors: [{ shape: "square", weights: [0, 1], shift: 1 }] },
      { scale: 0.4, factors: [{ shape: "identity", weights: [1, -1], shift: 0 }] },
    ],
  };
  const f = (x: number, z: number) =>
    0.5 + 2 * Math.sin(x + 0.5 * z + 0.3) - Math.exp(-2 * x * x) * (z + 0.2 < 0 ? 0 : 1) * Math.tanh(x) +
    0.1 * (x + 1) ** 3 + 0.2 * Math.exp(0.5 * z) + 0.3 * (z + 1) ** 2 + 0.4 * (x - z);
  const variables = [
    { name: "X", mechanism: linear(0), noise: noise(1), domain: interval(-3, 3) },
    { name: "Z", mechanism: linear(0), noise: noise(1), domain: interval(-3, 3) },
    { name: "Y", parents: ["X", "Z"], mechanism, noise: noise(0) },
  ];
  const scm = createScm(define(variables, "Y"));
  const rows = sampleRows(scm, 200, [], createStream(3));
  for (let r = 0; r < 200; r++) {
    const expected = f(rows[3 * r], rows[3 * r + 1]);
    assert.ok(Math.abs(rows[3 * r + 2] - expected) <= 1e-7 * Math.max(1, Math.abs(expected)));
  }
  assert.deepEqual(parseScm(formatScm(scm), "x"), scm);
  const wrong = { ...mechanism, terms: [{ scale: 1, factors: [{ shape: "sine", weights: [1], shift: 0 }] }] } as const;
  assert.throws(
    () => createScm(define([...variables.slice(0, 2), { ...variables[2], mechanism: wrong }], "Y")),
    /ScmError: SCM ".*", variable Y: a factor of term 0 has 1 weights for 2 parents \(X, Z\)/,
  );
});

Deno.test("systems of the broad track pass every check, are written and read back, and can be improved", () => {
  for (const { scm, outcomes } of drawn) {
    const definition = {
      name: scm.name,
      target: scm.variables[scm.target].name,
      objective: scm.objective,
      variables: scm.variables.map((v) => ({ ...v, parents: v.parents.map((p) => scm.variables[p].name) })),
    };
    assert.deepEqual(createScm(definition).variables, scm.variables);
    assert.deepEqual(parseScm(formatScm(scm), "x").variables, scm.variables);
    assert.ok(gainShare(outcomes) > track.distribution.minimumGain);
  }
  assert.deepEqual(problems(2).map(({ scm }) => scm), drawn.slice(0, 2).map(({ scm }) => scm));
});

Deno.test("the broad track holds every size, noise, domain and kind of optimum that its description names", () => {
  const sizes = new Set(drawn.map(({ scm }) => scm.variables.filter(({ observed }) => observed).length));
  assert.deepEqual([...sizes].sort((a, b) => a - b), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const variables = drawn.flatMap(({ scm }) => scm.variables);
  assert.deepEqual(
    [...new Set(variables.map(({ noise }) => noise.distribution.kind))].sort(),
    ["gaussian", "gumbel", "laplace", "student-t", "uniform"],
  );
  for (const kind of ["linear", "polynomial", "sigmoid", "tanh", "mlp", "composed"]) {
    assert.ok(variables.some(({ mechanism }) => mechanism.kind === kind), kind);
  }
  const share = (test: (problem: (typeof drawn)[number]) => boolean) => drawn.filter(test).length / drawn.length;
  const domain = ({ scm, outcomes }: (typeof drawn)[number]) => scm.variables[outcomes.best.variable].domain;
  assert.ok(share((p) => domain(p)?.kind === "values") > 0.05);
  const inside = share((p) => {
    const own = domain(p);
    if (own?.kind !== "interval") return false;
    const margin = 0.02 * (own.high - own.low);
    return p.outcomes.best.value > own.low + margin && p.outcomes.best.value < own.high - margin;
  });
  assert.ok(inside > 0.15 && inside < 0.6, `inside ${inside}`);
  const multiplicative = variables.filter(({ noise }) => noise.combination === "multiplicative").length;
  assert.ok(multiplicative > 10);
  const fixed = share(({ scm }) =>
    settableVariables(scm).length < scm.variables.filter(({ observed }) => observed).length - 1
  );
  assert.ok(fixed > 0.2 && fixed < 0.8, `fixed ${fixed}`);
});

Deno.test("a signal-to-noise ratio is the ratio of what parents and noise do", () => {
  const distribution = only({ signalToNoise: { min: 3, max: 3 } }, {
    families: { chain: 1 },
    sizes: { min: 2, max: 2 },
  });
  const ratios = Array.from({ length: 40 }, (_, i) => {
    const scm = sampleScm(distribution, createStream(5).child(i));
    const rows = sampleRows(scm, 4000, [], createStream(6).child(i));
    const y = rows.filter((_, k) => k % 2 === scm.target);
    const own = scm.variables[scm.target].noise.scale ** 2;
    return Math.sqrt((variance(y) - own) / own);
  });
  const mean = ratios.reduce((a, b) => a + b) / ratios.length;
  assert.ok(Math.abs(mean - 3) < 0.2, `${mean}`);
});

Deno.test("noise that a parent decides on spreads unevenly and leaves the expectation alone", () => {
  const distribution = only({ noiseActions: { heteroscedastic: 1 } }, {
    families: { chain: 1 },
    sizes: { min: 2, max: 2 },
  });
  const ratios = Array.from({ length: 12 }, (_, i) => {
    const scm = sampleScm(distribution, createStream(8).child(i));
    const [v] = settableVariables(scm);
    const [low, high] = domainEnds(scm.variables[v].domain ?? { kind: "values", values: [0] });
    const spread = (value: number) => {
      const rows = sampleRows(scm, 3000, [{ variable: v, value, kind: "perfect" }], createStream(9).child(i));
      const y = rows.filter((_, k) => k % scm.variables.length === scm.target);
      const { mean } = expectedOutcome(scm, [{ variable: v, value, kind: "perfect" }]);
      const error = Math.sqrt(variance(y) / 3000);
      assert.ok(Math.abs(y.reduce((a, b) => a + b) / 3000 - mean) < 5 * error);
      return Math.sqrt(variance(y));
    };
    return Math.abs(Math.log(spread(high) / spread(low)));
  });
  assert.ok(Math.min(...ratios) > 0.2, `${ratios}`);
});

Deno.test("domains lie as their shape says, and lists hold sorted values", () => {
  const ends = (variety: Partial<Variety>) => {
    const distribution = only(variety, { families: { fork: 1 }, sizes: { min: 3, max: 3 } });
    return Array.from({ length: 30 }, (_, i) => {
      const scm: Scm = sampleScm(distribution, createStream(10).child(i));
      const root = scm.variables.findIndex(({ parents }) => parents.length === 0);
      const sd = scm.variables[root].noise.scale;
      const mean = (scm.variables[root].mechanism as { readonly intercept: number }).intercept;
      const domain = scm.variables[root].domain ?? { kind: "values", values: [] };
      return { domain, ends: domainEnds(domain).map((x) => (x - mean) / sd) };
    });
  };
  const width = ([low, high]: number[]) => high - low;
  for (const own of ends({ domains: { narrow: 1 } })) assert.ok(width(own.ends) < 1.9);
  const wide = ends({ domains: { wide: 1 } }).map((own) => width(own.ends));
  assert.ok(Math.min(...wide) > 8 && Math.max(...wide) > 30);
  for (const own of ends({ domains: { "off-centre": 1 } })) {
    assert.ok(Math.max(...own.ends.map(Math.abs)) > 2.5 * Math.min(...own.ends.map(Math.abs)));
  }
  for (const { domain } of ends({ listed: 1 })) {
    assert.ok(domain.kind === "values" && domain.values.length >= 2 && domain.values.length <= 12);
    assert.deepEqual(domain.values.toSorted((a, b) => a - b), domain.values);
  }
});

Deno.test("asymmetric domains reach farther to one side, and leave the drawn systems else as they are", () => {
  const plain = LINEAR_DISTRIBUTION;
  const skewed = { ...plain, asymmetry: 1 };
  let far = 0;
  for (let i = 0; i < 60; i++) {
    const scm = sampleScm(skewed, createStream(12).child(i));
    const root = scm.variables.find(({ parents, domain }) => parents.length === 0 && domain !== null);
    if (root?.domain?.kind !== "interval") continue;
    const mean = (root.mechanism as { readonly intercept: number }).intercept;
    const [below, above] = [mean - root.domain.low, root.domain.high - mean];
    assert.ok(Math.min(below, above) >= -0.5 - 1e-9 && Math.min(below, above) <= 2 + 1e-9);
    assert.ok(Math.max(below, above) >= 2.5 - 1e-9 && Math.max(below, above) <= 10 + 1e-9);
    far++;
  }
  assert.ok(far > 30);
  const stream = createStream(13);
  assert.deepEqual(sampleScm({ ...plain, asymmetry: 0 }, stream.child(0)), sampleScm(plain, stream.child(0)));
  assert.throws(() => checkDistribution({ ...plain, asymmetry: 2 }), /asymmetry: 2 is no share in \[0, 1\]/);
});

Deno.test("what makes no sense in a varied track is refused with its place", () => {
  const refuse = (from: string, to: string, message: RegExp) => {
    const changed = TEXT.replace(from, to);
    assert.notEqual(changed, TEXT);
    assert.throws(() => parseTrack(changed, "t.yaml"), message);
  };
  refuse("unconfounded: 0.5", "unconfounded: 1.5", /variety\.unconfounded: 1\.5 is no share/);
  refuse("{ min: 0.5, max: 30 }", "{ min: 0, max: 30 }", /variety\.signalToNoise: \[0, 30\] must be a range above 0/);
  refuse("narrow: 2", "narow: 2", /variety\.domains\.narow: unknown key; did you mean "narrow"\?/);
  refuse("{ min: 5, max: 200 }", "{ min: 1, max: 200 }", /training\.observational_rows: \[1, 200\] must be a range/);
});
