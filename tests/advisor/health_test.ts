import assert from "node:assert/strict";
import { openSession } from "../../lib/advisor/mod.ts";
import { isTrend } from "../../lib/advisor/health.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { measure, problem } from "./support.ts";

await useBackend("cpu");

const cautionsOf = (session: ReturnType<typeof openSession>) => session.ask(1).cautions;
const options = { checkpoint: "linear" };

Deno.test("rows that are alike raise no alarm; few rows are said", () => {
  const session = openSession(problem(), options);
  session.tell(Array.from({ length: 7 }, (_, r) => ({ values: measure(r) })));
  assert.match(cautionsOf(session).join(), /^there are only 7 rows in which nothing was set/);
  session.tell(Array.from({ length: 13 }, (_, r) => ({ values: measure(7 + r) })));
  for (let k = 0; k < 8; k++) {
    session.tell({ values: measure(200 + k, { heat: [20, 25, 35, 40][k % 4] }), set: "heat" });
  }
  assert.deepEqual(cautionsOf(session), []);
});

Deno.test("false alarms of a trend are as rare as they should be, and a trend of a noise's size over the rows is found", () => {
  const stream = createStream(5);
  const alarms = (slope: number, count: number) => {
    let found = 0;
    for (let k = 0; k < count; k++) {
      const groups = [0, 10].map((level) =>
        Array.from({ length: 8 }, (_, time) => ({ time, value: level + slope * time + stream.normal() }))
      );
      if (isTrend(groups)) found++;
    }
    return found / count;
  };
  const rate = alarms(0, 4000);
  assert.ok(rate < 0.003, `${rate} where 0.001 was expected`);
  assert.ok(alarms(1, 200) > 0.95);
  assert.equal(isTrend([[{ time: 0, value: 1 }, { time: 1, value: 1 }]]), false);
});

Deno.test("drift is noticed in rows without a setting and among repeats, and a control is asked for", () => {
  const drifting = (r: number, set = {}) => {
    const row = measure(r, set);
    return { ...row, yield: row.yield + 1.2 * (r % 100) };
  };
  const session = openSession(problem(), options);
  session.tell(Array.from({ length: 20 }, (_, r) => ({ values: drifting(r) })));
  assert.match(
    cautionsOf(session).join(),
    /yield moves with time in the rows in which nothing was set: repeat a setting/,
  );
  const repeats = openSession(problem(), options);
  repeats.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  for (let k = 0; k < 10; k++) {
    repeats.tell({ values: drifting(300 + k, { heat: k % 2 === 0 ? 40 : 20 }), set: "heat" });
  }
  assert.match(cautionsOf(repeats).join(), /yield moves with time among repeats of the same settings/);
});

Deno.test("a hidden common cause is suspected where setting does not do what observation says", () => {
  // heat follows what also makes the yield: setting it does nothing.
  const row = (r: number, heat?: number) => {
    const stream = createStream(r);
    const hidden = 2 * stream.normal();
    return {
      heat: heat ?? 30 + hidden + 0.3 * stream.normal(),
      pH: 7 + 0.3 * stream.normal(),
      growth: 10 + stream.normal(),
      yield: 20 + 2 * hidden + 0.3 * stream.normal(),
    };
  };
  const told = (keys: string) => {
    const session = openSession(problem(["variables:", `${keys}variables:`]), options);
    session.tell(Array.from({ length: 30 }, (_, r) => ({ values: row(r) })));
    for (let k = 0; k < 8; k++) session.tell({ values: row(400 + k, k % 2 === 0 ? 40 : 20), set: "heat" });
    return session;
  };
  // Unless it is known that the yield does not make the heat, that would explain it as well.
  assert.deepEqual(cautionsOf(told("")), []);
  const session = told("known: { tiers: [[heat, pH], [growth], [yield]] }\n");
  assert.match(
    cautionsOf(session).join(),
    /setting heat moves yield by -?0\.\d+ for each unit.*a hidden common cause is suspected/,
  );
});
