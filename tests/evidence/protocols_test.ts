import assert from "node:assert/strict";
import { agreement, PROTOCOLS } from "../../lib/evidence/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";

await useBackend("simd");

const row = (published: number, spread: number | null, ours: readonly [number, number, number] | number) => ({
  what: "x",
  published: { value: published, ...(spread === null ? {} : { spread }) },
  ours: typeof ours === "number" ? { value: ours } : { value: ours[0], low: ours[1], high: ours[2] },
});

Deno.test("an exact number is equal or not, an interval is above, below or not told apart", () => {
  assert.equal(agreement(row(112, null, 112)), "equal");
  assert.equal(agreement(row(112, null, 111)), "unequal");
  assert.equal(agreement(row(8.91, 0.04, [9.5, 9.4, 9.6])), "above");
  assert.equal(agreement(row(8.91, 0.5, [9.5, 9.4, 9.6])), "not told apart");
  assert.equal(agreement(row(5.17, 0.05, [5.1, 5.0, 5.13])), "not told apart");
  assert.equal(agreement(row(5.17, 0.05, [5.1, 5.0, 5.11])), "below");
  assert.equal(agreement({ ...row(1, null, 1), ours: null }), null);
  assert.equal(agreement({ ...row(1, null, 1), published: null }), null);
});

Deno.test("protocols have names of their own", () => {
  assert.equal(new Set(PROTOCOLS.map(({ name }) => name)).size, PROTOCOLS.length);
});

for (const protocol of PROTOCOLS) {
  Deno.test(`${protocol.name}: its small setting repeats itself, and what is exact equals what was published`, async () => {
    const steps: [number, number][] = [];
    const run = () => protocol.run({ seed: 0, small: true, progress: (done, total) => void steps.push([done, total]) });
    const tables = await run();
    assert.ok(steps.length > 0 && steps.every(([done, total]) => done > 0 && done <= total));
    assert.deepEqual(await run(), tables);
    const rows = tables.flatMap((table) => table.rows);
    assert.ok(rows.some(({ ours }) => ours !== null));
    assert.ok(rows.every(({ ours }) => ours === null || Number.isFinite(ours.value)));
    assert.deepEqual(rows.filter((each) => agreement(each) === "unequal"), []);
  });
}
