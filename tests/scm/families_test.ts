import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { FAMILIES, type Family } from "../../lib/scm/mod.ts";
import { edgeProbability, sampleGraph } from "../../lib/scm/random/families.ts";
import { childLists } from "../../lib/scm/graph.ts";

const density = { edgesPerVariable: 1.75, maximumProbability: 0.8, attachments: 2 };

function graph(family: Family, n: number, name: number | string = 0): number[][] {
  return sampleGraph(family, n, density, createStream(1).child(family).child(name));
}

Deno.test("every family yields parents that come before their children, none twice, at every size", () => {
  for (const family of FAMILIES) {
    for (const n of [2, 3, 4, 7, 40, 200]) {
      const parents = graph(family, n, n);
      assert.equal(parents.length, n);
      parents.forEach((list, v) => {
        assert.ok(list.every((p) => p >= 0 && p < v), `${family} ${n}`);
        assert.equal(new Set(list).size, list.length);
      });
    }
  }
});

Deno.test("a chain, a fork and a collider are what the field calls them", () => {
  assert.deepEqual(graph("chain", 4), [[], [0], [1], [2]]);
  assert.deepEqual(graph("fork", 4), [[], [0], [0], [0]]);
  assert.deepEqual(graph("collider", 4), [[], [], [], [0, 1, 2]]);
});

Deno.test("Erdős–Rényi graphs have the expected number of edges, spread evenly over the pairs", () => {
  assert.equal(edgeProbability(8, density), 0.5);
  assert.equal(edgeProbability(3, density), 0.8);
  const draws = 2000, n = 8;
  const counts = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < draws; i++) graph("erdos-renyi", n, i).forEach((list, v) => list.forEach((p) => counts[p][v]++));
  for (let p = 0; p < n; p++) {
    for (let v = p + 1; v < n; v++) assert.ok(Math.abs(counts[p][v] / draws - 0.5) < 4.5 * Math.sqrt(0.25 / draws));
  }
});

Deno.test("scale-free graphs have m edges a variable and the tail of a power law, not of a random graph", () => {
  const n = 200;
  const largest = (family: Family) =>
    Array.from({ length: 20 }, (_, i) => {
      const parents = graph(family, n, i);
      const children = childLists(parents);
      return Math.max(...parents.map((list, v) => list.length + children[v].length));
    }).reduce((a, b) => a + b) / 20;
  const parents = graph("scale-free", n);
  assert.deepEqual(parents.map((list) => list.length), parents.map((_, v) => Math.min(v, 2)));
  // Barabási & Albert: the largest degree grows like m·√n ≈ 28; of a random graph with as many edges it is about 11.
  assert.ok(largest("scale-free") > 20);
  assert.ok(largest("erdos-renyi") < 14);
});

Deno.test("scale-free hubs have an out-degree distribution with exponent near 3", () => {
  const degrees: number[] = [];
  for (let i = 0; i < 60; i++) {
    childLists(graph("scale-free", 200, i)).forEach((list) => degrees.push(list.length + 2));
  }
  const tail = degrees.filter((k) => k >= 6);
  const exponent = 1 + tail.length / tail.reduce((sum, k) => sum + Math.log(k / 5.5), 0); // Clauset et al. 2009, equation 3.7
  assert.ok(exponent > 2.5 && exponent < 3.5, `${exponent}`);
});

Deno.test("two-layer graphs have causes without parents and effects without children", () => {
  for (let i = 0; i < 50; i++) {
    const parents = graph("two-layer", 9, i);
    const children = childLists(parents);
    parents.forEach((list, v) => {
      if (v < 5) assert.equal(list.length, 0);
      else assert.ok(list.length >= 1 && list.every((p) => p < 5) && children[v].length === 0);
    });
  }
});

Deno.test("a mixture joins two blocks: one of its first variables causes every root of the second", () => {
  let mixed = 0;
  for (let i = 0; i < 200; i++) {
    const parents = graph("mixture", 8, i);
    const isChain = parents.every((list, v) => list.length === (v > 0 ? 1 : 0) && (v === 0 || list[0] === v - 1));
    const isFork = parents.every((list, v) => v === 0 ? list.length === 0 : list.length === 1 && list[0] === 0);
    const isCollider = parents.every((list, v) => list.length === (v === 7 ? 7 : 0));
    if (!isChain && !isFork && !isCollider) mixed++;
    assert.ok(parents[7].length > 0);
  }
  assert.ok(mixed > 190);
});
