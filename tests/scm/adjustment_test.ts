import assert from "node:assert/strict";
import { backdoorSet, createScm, type Scm } from "../../lib/scm/mod.ts";
import { areSeparated } from "../../lib/scm/graph.ts";

/** A linear SCM of the given edges; names that start with U are hidden, Y is the target. */
function graph(text: string): Scm {
  const edges = text.split(" ").map((edge) => edge.split(">"));
  const names = [...new Set(edges.flat())];
  return createScm({
    name: text,
    variables: names.map((name) => {
      const parents = edges.flatMap(([from, to]) => to === name ? [from] : []);
      return {
        name,
        parents,
        mechanism: { kind: "linear", intercept: 0, weights: parents.map(() => 1) },
        observed: !name.startsWith("U"),
        domain: name === "Y" || name.startsWith("U") ? null : { kind: "interval", low: -1, high: 1 },
      };
    }),
    target: "Y",
    objective: "minimize",
  });
}

function named(scm: Scm, variable: string): readonly string[] | null {
  const index = scm.variables.findIndex(({ name }) => name === variable);
  return backdoorSet(scm, index)?.map((v) => scm.variables[v].name).toSorted() ?? null;
}

Deno.test("d-separation: chains and forks are blocked by their middle, colliders are opened by it and what follows", () => {
  // 0 → 1 → 2, 3 ← 1, 0 → 4 ← 5, 4 → 6
  const parents = [[], [0], [1], [1], [0, 5], [], [4]];
  assert.equal(areSeparated(parents, 0, 2, []), false);
  assert.equal(areSeparated(parents, 0, 2, [1]), true);
  assert.equal(areSeparated(parents, 2, 3, []), false);
  assert.equal(areSeparated(parents, 2, 3, [1]), true);
  assert.equal(areSeparated(parents, 0, 5, []), true);
  assert.equal(areSeparated(parents, 0, 5, [4]), false);
  assert.equal(areSeparated(parents, 0, 5, [6]), false);
  assert.equal(areSeparated(parents, 5, 2, [6]), false);
  assert.equal(areSeparated(parents, 5, 2, [6, 0]), true);
});

Deno.test("back-door sets: the parents of the causal paths, nothing where nothing confounds", () => {
  assert.deepEqual(named(graph("X>M M>Y"), "X"), []);
  assert.deepEqual(named(graph("X>M M>Y"), "M"), []);
  // Z confounds; W causes the target alone and makes the estimate exact; the mediator is left out.
  assert.deepEqual(named(graph("Z>X Z>Y X>M M>Y W>Y"), "X"), ["W", "Z"]);
  // V moves X alone: to adjust for it would only add noise.
  assert.deepEqual(named(graph("V>X X>Y Z>X Z>Y"), "X"), ["Z"]);
  // The collider between two causes is no confounder, and a descendant of X is never adjusted for.
  assert.deepEqual(named(graph("X>C Y>D X>Y D>E"), "X"), []);
});

Deno.test("hidden causes: another set where there is one, null where there is none", () => {
  // U > Z and U > Y: Z alone blocks X ← Z, and X ← Z ← U → Y.
  assert.deepEqual(named(graph("U>Z U>Y Z>X X>Y"), "X"), ["Z"]);
  assert.equal(named(graph("U>X U>Y X>Y"), "X"), null);
  // The front-door graph has no back-door set.
  assert.equal(named(graph("U>X U>Y X>M M>Y"), "X"), null);
  assert.deepEqual(named(graph("U>X U>Y X>M M>Y"), "M"), ["X"]);
  // M-bias: nothing confounds, and to adjust for C would.
  assert.deepEqual(named(graph("U1>X U1>C U2>C U2>Y X>Y"), "X"), []);
});
