import assert from "node:assert/strict";
import type { Observation } from "../../lib/environment/mod.ts";
import { adjustedPrior, gatherTrials, NO_PRIOR, observationalPriors, observedRows } from "../../lib/surrogate/mod.ts";
import { KNOTS } from "../../lib/surrogate/response/knots.ts";
import { warpedGain } from "../../lib/surrogate/response/trials.ts";
import { chain } from "../environment/support.ts";
import { after, OPTIONS } from "../policy/support.ts";

/** X0 → X1 → X2, weights 1.5, to be minimised; the state after some interventions. */
const seen = (moves: readonly (readonly [number, number])[], options = OPTIONS): Observation =>
  after([chain(), chain()], moves, 4, options);

Deno.test("a gain is itself near 0, grows by its logarithm far away, and stays finite", () => {
  assert.ok(Math.abs(warpedGain(0.2) - 0.2) < 1e-4);
  assert.ok(Math.abs(warpedGain(400) - 4 * Math.log(200)) < 1e-3);
  assert.equal(warpedGain(-3), -warpedGain(3));
  assert.ok(Number.isFinite(warpedGain(-Infinity)));
});

Deno.test("trials are the rows of each variable at distinct values, with more meaning better", () => {
  const observation = seen([[0, -1], [1, 0.5], [0, 1], [0, -1]]);
  const { history, problems, statistics } = observation;
  const trials = gatherTrials(observation, 1);
  assert.deepEqual([...trials[0].at], [-1, 1]);
  assert.deepEqual([...trials[0].count], [2, 1]);
  assert.deepEqual([[...trials[1].at], [...trials[1].count], trials[1].scatter], [[0.5], [1], 0]);
  assert.equal(trials[2].at.length, 0);
  const target = problems.width + problems.targets[1];
  const gain = (r: number) =>
    warpedGain(
      -(history.values[(history.capacity + r) * problems.width + 2] - statistics.centre[target]) /
        statistics.spread[target],
    );
  const [first, last] = [gain(OPTIONS.observationalRows), gain(OPTIONS.observationalRows + 3)];
  assert.ok(Math.abs(trials[0].mean[0] - (first + last) / 2) < 1e-12);
  assert.ok(Math.abs(trials[0].scatter - (first - last) ** 2 / 2) < 1e-12);
});

Deno.test("observational rows leave out what was set", () => {
  const rows = observedRows(seen([[0, -1], [1, 1]]), 0);
  assert.equal(rows.outcome.length, OPTIONS.observationalRows);
  assert.ok(rows.columns.every((column) => column.length === OPTIONS.observationalRows));
  const mean = rows.columns[0].reduce((sum, x) => sum + x, 0) / rows.outcome.length;
  assert.ok(Math.abs(mean) < 1e-12, "columns are standardised by the starting rows");
  assert.equal(rows.knots[0].length, KNOTS.length);
});

Deno.test("observation says that low ends of the chain are good, also with the cause of the parent adjusted for", () => {
  const rows = observedRows(seen([]), 0);
  for (const [variable, adjustment] of [[0, []], [1, []], [1, [0]]] as const) {
    const { curve } = adjustedPrior(rows, variable, adjustment);
    assert.ok(curve !== null && curve.mean[0] > 1 && curve.mean[32] < -1, `${variable}: ${curve?.mean}`);
  }
});

Deno.test("the priors of variables have as many sources for each form", () => {
  const observation = seen([]);
  assert.deepEqual(observationalPriors(observation, 0, [0, 1], "curve").map((own) => own.length), [1, 1]);
  const hedged = observationalPriors(observation, 0, [0, 1], "hedged");
  assert.deepEqual(hedged.map((own) => own.length), [4, 4]);
  assert.equal(hedged[0][0].curve, null);
  // In the additive regression on both, X1 has the whole effect and X0 none.
  const range = (v: number) => {
    const mean = hedged[v][3].curve?.mean ?? new Float64Array(33);
    return mean[0] - mean[32];
  };
  assert.ok(range(1) > 3 * Math.abs(range(0)), `${range(0)}, ${range(1)}`);
});

Deno.test("fewer than three observational rows say nothing", () => {
  const observation = seen([], { ...OPTIONS, observationalRows: 2 });
  assert.deepEqual(observationalPriors(observation, 0, [0, 1], "hedged"), [[NO_PRIOR], [NO_PRIOR]]);
  assert.equal(observationalPriors(seen([], { ...OPTIONS, observationalRows: 3 }), 0, [0, 1], "hedged")[0].length, 4);
});
