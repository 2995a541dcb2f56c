import assert from "node:assert/strict";
import { addToRegimeInto, createRegimeSums, type RegimeSums } from "../../lib/numeric/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { drawDag, drawEffects } from "../../lib/surrogate/exact/draw.ts";
import { familiesInto, type FamilyOptions } from "../../lib/surrogate/exact/families.ts";
import { createPosteriorSolver } from "../../lib/surrogate/exact/posterior.ts";
import { backwardInto, forwardInto, parentSetsInto, sumFamiliesInto } from "../../lib/surrogate/exact/structures.ts";
import { createWorkspace } from "../../lib/surrogate/exact/workspace.ts";
import { createExactSurrogate } from "../../lib/surrogate/mod.ts";
import { chainProblem } from "../policy/chain.ts";
import { allDags, enumerate, familyScore, type Row } from "./dags.ts";
import { beliefsAlong, EPISODE } from "./support.ts";

const OPTIONS: FamilyOptions = { score: "bge", edgeOdds: 1, meanRows: 1, freedom: 2 };

/** Rows of a random linear SCM, a third of them interventions on any node but the last. */
function someRows(n: number, count: number, seed: number): Row[] {
  const stream = createStream(seed).child(n);
  const weights = Array.from({ length: n * n }, () => stream.uniformIn(-1.5, 1.5) * (stream.uniform() < 0.6 ? 1 : 0));
  return Array.from({ length: count }, (_, r) => {
    const set = r % 3 === 2 ? stream.integer(n - 1) : -1;
    const x: number[] = [];
    for (let i = 0; i < n; i++) {
      const noise = 0.7 * stream.normal() + 0.3 * i;
      const sum = x.reduce((total, value, j) => total + weights[i * n + j] * value, noise);
      x.push(i === set ? stream.uniformIn(-3, 3) : sum);
    }
    return { x, set };
  });
}

function sumsOf(rows: readonly Row[], n: number): RegimeSums {
  const sums = createRegimeSums(n);
  for (const { x, set } of rows) addToRegimeInto(sums, Float64Array.from(x), set);
  return sums;
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, ${expected}`,
  );
}

Deno.test("there are 1, 3, 25 and 543 DAGs on 1 to 4 nodes, and the sum over sinks counts each once", () => {
  assert.deepEqual([1, 2, 3, 4].map((n) => allDags(n).length), [1, 3, 25, 543]);
  for (const [n, count] of [[1, 1], [2, 3], [3, 25], [4, 543], [5, 29281], [6, 3781503]]) {
    const work = createWorkspace(n);
    sumFamiliesInto(work, false);
    forwardInto(work);
    const whole = work.size - 1;
    near(work.forward[whole] * Math.exp(work.scale[whole]), count, 1e-11, `${n} nodes`);
  }
});

for (const score of ["bge", "bic"] as const) {
  for (const edgeOdds of [1, 0.3]) {
    Deno.test(`${score} with edge odds ${edgeOdds} agrees with the enumeration of all DAGs to 1e-10`, () => {
      for (const n of [2, 3, 4]) {
        for (const rows of [0, 4, 30].filter((count) => score === "bge" || count > 0)) {
          const options = { ...OPTIONS, score, edgeOdds };
          const data = someRows(n, rows, 3);
          const expected = enumerate(data, n, options);
          const posterior = createPosteriorSolver(n).solve(sumsOf(data, n), options);
          const what = `${n} nodes, ${rows} rows`;
          near(posterior.entropy, expected.entropy, 1e-10, `${what}: entropy`);
          for (let v = 0; v < n - 1; v++) {
            near(posterior.parent[v], expected.parent[v], 1e-10, `${what}: parent ${v}`);
            if (score === "bic") continue;
            for (const name of ["mean", "second", "level"] as const) {
              near(posterior.effects[name][v], expected.effects[v][name], 1e-10, `${what}: effect ${v}, ${name}`);
            }
          }
        }
      }
    });
  }
}

Deno.test("with edges that are known to be there or not, the posterior is the enumeration of the DAGs that have them", () => {
  const masks = { must: Int32Array.of(0, 1, 0, 2), may: Int32Array.of(0, 15, 3, 14) };
  for (const rows of [0, 5, 30]) {
    const data = someRows(4, rows, 3);
    const options = { ...OPTIONS, masks };
    const expected = enumerate(data, 4, options);
    assert.ok(expected.dags.length > 3 && expected.dags.length < 60, `${expected.dags.length}`);
    const posterior = createPosteriorSolver(4).solve(sumsOf(data, 4), options);
    near(posterior.entropy, expected.entropy, 1e-10, `${rows} rows: entropy`);
    for (let v = 0; v < 3; v++) {
      near(posterior.parent[v], expected.parent[v], 1e-10, `${rows} rows: parent ${v}`);
      for (const name of ["mean", "second", "level"] as const) {
        near(posterior.effects[name][v], expected.effects[v][name], 1e-10, `${rows} rows: effect ${v}, ${name}`);
      }
    }
  }
  const circle = { must: Int32Array.of(2, 1, 0), may: Int32Array.of(7, 7, 7) };
  assert.throws(
    () => createPosteriorSolver(3).solve(sumsOf(someRows(3, 4, 3), 3), { ...OPTIONS, masks: circle }),
    /No DAG is possible/,
  );
});

Deno.test("a family's score is the ratio of two normal-Wishart marginals of the rows in which the node was not set", () => {
  for (const n of [3, 5]) {
    const data = someRows(n, 25, 8);
    const work = createWorkspace(n);
    familiesInto(work, sumsOf(data, n), OPTIONS);
    for (let node = 0; node < n; node++) {
      for (let set = 0; set < work.size; set++) {
        if ((set >> node & 1) === 1) continue;
        near(work.logScore[node * work.size + set], familyScore(node, set, data, n, OPTIONS), 1e-9, `${node} | ${set}`);
      }
    }
  }
});

Deno.test("without data DAGs that differ by reversing edges of one class are equally probable", () => {
  const { parent, effects } = createPosteriorSolver(3).solve(createRegimeSums(3), OPTIONS);
  // Of the 25 DAGs on 3 nodes, 8 contain a given directed edge.
  const { dags } = enumerate([], 3, OPTIONS);
  assert.equal(dags.filter((parents) => (parents[2] & 1) === 1).length, 8);
  near(parent[0], 8 / 25, 1e-12, "edge");
  near(effects.mean[0], 0, 1e-12, "effect");
});

Deno.test("thousands of rows neither overflow nor underflow, and settle the parents and effects", () => {
  const data = someRows(6, 6000, 5);
  const { parent, effects: { mean, second }, entropy } = createPosteriorSolver(6).solve(sumsOf(data, 6), OPTIONS);
  const stream = createStream(5).child(6);
  const weights = Array.from({ length: 36 }, () => stream.uniformIn(-1.5, 1.5) * (stream.uniform() < 0.6 ? 1 : 0));
  const effects = Array<number>(6).fill(0);
  effects[5] = 1;
  for (let v = 4; v >= 0; v--) for (let g = v + 1; g < 6; g++) effects[v] += weights[g * 6 + v] * effects[g];
  for (let v = 0; v < 5; v++) {
    assert.equal(Math.round(parent[v]), weights[5 * 6 + v] === 0 ? 0 : 1, `parent ${v}: ${parent[v]}`);
    const sd = Math.sqrt(second[v] - mean[v] ** 2);
    assert.ok(sd < 0.1 && Math.abs(mean[v] - effects[v]) < 5 * sd + 1e-9, `effect ${v}`);
  }
  assert.ok(entropy < 0.5);
});

Deno.test("DAGs are drawn with their posterior probabilities, and effects with the posterior's moments", () => {
  const n = 3;
  const data = someRows(n, 6, 4);
  const scatter = sumsOf(data, n);
  const { dags, probability, effects } = enumerate(data, n, OPTIONS);
  const solver = createPosteriorSolver(n);
  familiesInto(solver.work, scatter, OPTIONS);
  const draws = 4000;
  const stream = createStream(1);
  const counts = new Map<string, number>();
  for (let k = 0; k < draws; k++) {
    const key = drawDag(solver.work, stream.child(k)).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  dags.forEach((parents, d) => {
    const sd = Math.sqrt(probability[d] * (1 - probability[d]) / draws);
    const share = (counts.get(parents.join()) ?? 0) / draws;
    assert.ok(Math.abs(share - probability[d]) < 4.5 * sd + 1e-12, `${parents}: ${share}, not ${probability[d]}`);
  });
  const sums = [0, 0];
  for (let k = 0; k < draws; k++) {
    drawEffects(solver.work, scatter, OPTIONS, stream.child("effects").child(k)).forEach((x, v) => sums[v] += x);
  }
  effects.forEach(({ mean, second }, v) => {
    const sd = Math.sqrt((second - mean * mean) / draws);
    assert.ok(Math.abs(sums[v] / draws - mean) < 4.5 * sd, `effect ${v}: ${sums[v] / draws}, not ${mean}`);
  });
});

Deno.test("parent sets of any node sum to 1", () => {
  const work = createWorkspace(5);
  familiesInto(work, sumsOf(someRows(5, 20, 2), 5), OPTIONS);
  sumFamiliesInto(work, false);
  forwardInto(work);
  backwardInto(work);
  for (let node = 0; node < 5; node++) {
    parentSetsInto(work, node);
    near(work.parentSets.reduce((a, b) => a + b, 0), 1, 1e-11, `node ${node}`);
  }
});

Deno.test("rows one after the other and all at once give the same beliefs, whatever else is in the batch", () => {
  const problems = [chainProblem(3), chainProblem(5)];
  const { beliefs, environment } = beliefsAlong(createExactSurrogate({ draw: true }), problems, 5);
  const streams = problems.map((_, e) => createStream(3).child(e));
  const fresh = createExactSurrogate({ draw: true }).track(environment.observation.problems, streams);
  assert.deepEqual(fresh.update(environment.observation), beliefs[5]);
  const alone = beliefsAlong(createExactSurrogate(), [problems[0]], 5);
  assert.deepEqual([...alone.beliefs[5].parent], [...beliefs[5].parent.subarray(0, 3)]);
  assert.deepEqual([...alone.beliefs[5].effect!.mean], [...beliefs[5].effect!.mean.subarray(0, 3)]);
});

Deno.test("on chains the parent is found and effects are 1.5 and 2.25 target units", () => {
  const { beliefs } = beliefsAlong(createExactSurrogate(), [chainProblem(3)], 20);
  const { parent, effect } = beliefs[20];
  assert.ok(parent[1] > 0.99 && parent[0] < 0.3 && parent[2] === 0);
  near(effect!.mean[1], 1.5, 0.1, "effect of the parent");
  near(effect!.mean[0], 2.25, 0.1, "effect of the first variable");
});

Deno.test("too many variables and bad options are refused by name", () => {
  assert.throws(
    () => beliefsAlong(createExactSurrogate(), [chainProblem(11)], 0, EPISODE),
    /at most 10 variables, not 11/,
  );
  assert.throws(() => createExactSurrogate({ edgeOdds: 0 }), /edgeOdds = 0/);
  assert.throws(() => createExactSurrogate({ freedom: 1 }), /freedom = 1/);
  assert.throws(() => createExactSurrogate({ meanRows: -1 }), /meanRows = -1/);
});
