import assert from "node:assert/strict";
import {
  createEnvironment,
  type Observation,
  publicProblems,
  recordedObservation,
  type RecordedRows,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { chain, linearProblem } from "./support.ts";

/** The rows of an environment's only episode, as somebody would have written them down. */
function recordedFrom({ history, problems }: Observation, rowsPerIntervention: number): RecordedRows {
  const intervened = history.intervened.slice(0, history.rows);
  const interventional = intervened.filter((variable) => variable >= 0).length;
  return {
    values: history.values.slice(0, history.rows * problems.width),
    intervened,
    samples: new Int32Array(interventional / rowsPerIntervention).fill(rowsPerIntervention),
  };
}

Deno.test("recorded rows give the observation of the environment that they came from, bit for bit", () => {
  const problem = chain({ objective: "maximize", intercept: 0.7 });
  for (const rowsPerIntervention of [1, 3]) {
    const environment = createEnvironment([problem], {
      observationalRows: 12,
      interventionalRows: 0,
      horizon: 9,
      rowsPerIntervention,
    });
    const stream = createStream(4);
    environment.reset([stream.child("start")]);
    for (let step = 0; step < 7; step++) {
      const action = { variable: Int32Array.of(step % 2), value: Float64Array.of(Math.cos(step)) };
      environment.step(action, [stream.child(step)]);
    }
    const seen = environment.observation;
    const recorded = recordedObservation(publicProblems([problem]), recordedFrom(seen, rowsPerIntervention), 9);
    assert.deepEqual(recorded.statistics, seen.statistics);
    assert.equal(recorded.step, 7);
    const options = { responsePoints: 5 };
    assert.deepEqual(statisticsViews(recorded, options), statisticsViews(seen, options));
  }
});

Deno.test("direct effects of many interventional rows are those of the regression without them", () => {
  // X → Y and X → Z; setting Y 300 times says nothing about Y's mechanism: its parents' coefficients must not move.
  const problem = linearProblem(["X", "Y", "Z"], [{ from: "X", to: "Y", weight: 1 }, {
    from: "X",
    to: "Z",
    weight: 1,
  }]);
  const open = publicProblems([problem]);
  const rows = (tries: number): RecordedRows => {
    const stream = createStream(5);
    const observational = Array.from({ length: 40 }, () => {
      const x = stream.normal();
      return [x, x + 0.3 * stream.normal(), x + 0.3 * stream.normal()];
    });
    const set = Array.from({ length: tries }, () => {
      const x = stream.normal();
      return [x, stream.uniformIn(-5, 5), x + 0.3 * stream.normal()];
    });
    return {
      values: Float64Array.from([...observational, ...set].flat()),
      intervened: Int32Array.from([...observational.map(() => -1), ...set.map(() => 1)]),
      samples: new Int32Array(tries).fill(1),
    };
  };
  const directOfXOnY = (tries: number) =>
    statisticsViews(recordedObservation(open, rows(tries), 1000)).pairs[1 * 8 + 3];
  const alone = directOfXOnY(0);
  // One count on each side of where the algorithm changes.
  for (const tries of [256, 257, 900]) assert.ok(Math.abs(directOfXOnY(tries) - alone) < 1e-5, `${tries}`);
});

Deno.test("rows that cannot be an experiment are refused with their number", () => {
  const open = publicProblems([chain()]);
  const record = (intervened: readonly number[], samples: readonly number[]) => () =>
    recordedObservation(open, {
      values: new Float64Array(3 * intervened.length),
      intervened: Int32Array.from(intervened),
      samples: Int32Array.from(samples),
    }, 5);
  assert.throws(record([-1, 0], [1]), /Cannot start from 1 rows without intervention: at least 2/);
  assert.throws(record([-1, -1, 0, 1], [2]), /Rows 3 to 4 are not one intervention/);
  assert.throws(record([-1, -1, 2], [1]), /Rows 3 to 3 are not one intervention on a variable that can be set/);
  assert.throws(record([-1, 1, -1, 0], [1]), /Row 2 is counted as observational/);
});
