import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";

/** The first words of a stream, as a text that can be compared. */
function head(path: readonly (string | number)[], seed = 1): string {
  const stream = path.reduce((s, name) => s.child(name), createStream(seed));
  return [stream.uint32(), stream.uint32(), stream.uint32(), stream.uint32()].join(" ");
}

/** The standard normal distribution function, by Simpson's rule. */
function normalCdf(x: number): number {
  const steps = 400;
  const h = x / steps;
  let sum = 1 + Math.exp(-0.5 * x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * (i * h) ** 2);
  return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
}

Deno.test("the same seed and path give the same numbers, whatever was drawn from the parent before", () => {
  const parent = createStream(9);
  const fresh = parent.child("a").child(4).uniform();
  for (let i = 0; i < 37; i++) parent.normal();
  assert.equal(parent.child("a").child(4).uniform(), fresh);
  assert.equal(createStream(9).child("a").child(4).uniform(), fresh);
});

Deno.test("different paths are different streams: order, type, prefix and seed all count", () => {
  const paths = [
    [],
    ["a"],
    ["b"],
    ["ab"],
    ["a", "b"],
    ["abc"],
    ["ab", "c"],
    ["a", "bc"],
    [""],
    ["", ""],
    [0],
    [1],
    ["0"],
    [
      "1",
    ],
    [0, 0],
    [2 ** 32],
    [2 ** 53 - 1],
    ["\u0000"],
    ["a\u0000"],
  ];
  const heads = [...paths.map((path) => head(path)), head([], 2), head([], 2 ** 32 + 1)];
  assert.equal(new Set(heads).size, heads.length);
});

Deno.test("fillNormalInto and fillUniformInto give the numbers of single calls from any position", () => {
  for (let offset = 0; offset < 40; offset++) {
    const one = createStream(3).child(offset), many = createStream(3).child(offset);
    for (let i = 0; i < offset; i++) assert.equal(one.uint32(), many.uint32());
    const filled = new Float64Array(5000);
    many.fillNormalInto(filled, 0, 3000 + offset);
    many.fillUniformInto(filled, 3000 + offset, 4000);
    many.fillNormalInto(filled, 4000);
    const single = Float64Array.from(filled, (_, i) => i >= 3000 + offset && i < 4000 ? one.uniform() : one.normal());
    assert.deepEqual(filled, single);
    assert.equal(one.uint32(), many.uint32());
  }
});

Deno.test("a fill writes only between start and end", () => {
  const out = new Float64Array(10).fill(7);
  createStream(1).fillNormalInto(out, 3, 5);
  createStream(1).fillUniformInto(out, 6, 7);
  assert.deepEqual([...out].map((x, i) => x === 7 ? -1 : i).filter((i) => i >= 0), [3, 4, 6]);
});

Deno.test("normals have the normal distribution, tail included (Kolmogorov & Smirnov at level 1e-4)", () => {
  const n = 2_000_000;
  const x = new Float64Array(n);
  createStream(5).fillNormalInto(x);
  const moment = (k: number) => x.reduce((sum, v) => sum + v ** k, 0) / n;
  assert.ok(Math.abs(moment(1)) < 4 / Math.sqrt(n));
  assert.ok(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / n));
  assert.ok(Math.abs(moment(4) - 3) < 4 * Math.sqrt(96 / n));
  x.sort();
  let distance = 0;
  for (let i = 0; i < n; i += 1009) distance = Math.max(distance, Math.abs(normalCdf(x[i]) - (i + 0.5) / n));
  assert.ok(distance < 2.23 / Math.sqrt(n), `distance ${distance}`);
  const beyond = x.filter((v) => Math.abs(v) > 3.6541528853610088).length; // all of them drawn by the tail's own method
  const expected = 2 * n * (1 - normalCdf(3.6541528853610088));
  assert.ok(Math.abs(beyond - expected) < 4 * Math.sqrt(expected), `${beyond} against ${expected}`);
});

Deno.test("uniforms fill [0, 1) evenly and neighbouring children are uncorrelated", () => {
  const n = 100_000;
  const root = createStream(8);
  const counts = new Float64Array(50);
  let product = 0;
  for (let i = 0; i < n; i++) {
    const child = root.child(i), next = root.child(i + 1);
    const u = child.uniform();
    counts[Math.floor(u * 50)]++;
    product += (u - 0.5) * (next.uniform() - 0.5);
  }
  const chiSquare = counts.reduce((sum, c) => sum + (c - n / 50) ** 2 / (n / 50), 0);
  assert.ok(chiSquare < 49 + 4 * Math.sqrt(98), `chi-square ${chiSquare}`);
  assert.ok(Math.abs(product / n) < 4 / 12 / Math.sqrt(n));
});

Deno.test("integers are unbiased for bounds that do not divide 2^32", () => {
  const stream = createStream(2);
  const third = 3 * 2 ** 30; // the naive remainder would give the lowest third of values twice as often
  const low = Array.from({ length: 30_000 }, () => stream.integer(third)).filter((k) => k < 2 ** 30).length;
  assert.ok(Math.abs(low - 10_000) < 4 * Math.sqrt(30_000 * 2 / 9));
  assert.equal(stream.integer(1), 0);
});

Deno.test("every order of three things is equally likely, and signs are balanced", () => {
  const stream = createStream(4);
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const key = stream.permutation(3).join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 2000) < 4 * Math.sqrt(12_000 * 5 / 36));
  const positive = Array.from({ length: 10_000 }, () => stream.sign()).filter((s) => s === 1).length;
  assert.ok(Math.abs(positive - 5000) < 200);
});

Deno.test("uniformIn and choice stay within what they were given", () => {
  const stream = createStream(6);
  for (let i = 0; i < 1000; i++) {
    const x = stream.uniformIn(-3, -2);
    assert.ok(x >= -3 && x < -2);
  }
  assert.deepEqual(new Set(Array.from({ length: 60 }, () => stream.choice(["a", "b"]))), new Set(["a", "b"]));
});

Deno.test("names, seeds, bounds and lists that make no sense are refused with the value", () => {
  assert.throws(() => createStream(-1), /RangeError.*-1/);
  assert.throws(() => createStream(1.5), /1\.5/);
  assert.throws(() => createStream(1).child(2 ** 53), /9007199254740992/);
  assert.throws(() => createStream(1).child(NaN), /NaN/);
  assert.throws(() => createStream(1).integer(0), /below 0/);
  assert.throws(() => createStream(1).integer(2 ** 32 + 1), /4294967297/);
  assert.throws(() => createStream(1).choice([]), /empty list/);
});

Deno.test("a uniform number is 53 bits of two words, high bits first", () => {
  const words = createStream(10), uniforms = createStream(10);
  for (let i = 0; i < 1000; i++) {
    const high = BigInt(words.uint32()) >> 5n, low = BigInt(words.uint32()) >> 6n;
    assert.equal(uniforms.uniform(), Number(high * 2n ** 26n + low) / 2 ** 53);
  }
});
