import assert from "node:assert/strict";
import { theoryFindings, theoryReport } from "../../lib/report/mod.ts";
import { exampleTheory, search } from "./theory_data.ts";

Deno.test("what a theory report says is computed from its numbers, in both directions", () => {
  const said = (success: number, best: number) =>
    theoryFindings(exampleTheory([search("GRPO", success), search("uniform", 0.001), search("annealing", best)])).join(
      " ",
    );
  assert.match(said(0.4, 0.1), /annealing.*ratio of 4\.0/);
  assert.match(said(0.1, 0.2), /annealing.*ratio of 0\.5/);
  assert.match(said(0.4, 0.1), /90\.0 % of 200 theories/);
  assert.match(
    theoryFindings(exampleTheory([search("GRPO", 0.4), search("uniform", 0)])).join(" "),
    /uniform.*no success at all/,
  );
  assert.match(theoryFindings(exampleTheory([], false)).join(" "), /No consistent theory was found/);
});

Deno.test("the report writes out every anomaly of a found theory, and the same data give the same bytes", async () => {
  const html = await theoryReport(exampleTheory([search("GRPO", 0.4), search("uniform", 0)]));
  assert.equal(await theoryReport(exampleTheory([search("GRPO", 0.4), search("uniform", 0)])), html);
  for (const { name } of exampleTheory([]).proofs[0].proof.anomalies) assert.ok(html.includes(name.slice(0, 4)), name);
  assert.match(html, /= 0/);
  assert.match(html, /Fermions: <code>\(3,2\)_1\/6 \+ /);
});

Deno.test("success over all prompts is drawn where it is another curve than the success of what was written", async () => {
  const data = exampleTheory([]);
  const drawn = async (shift: number) =>
    (await theoryReport({
      ...data,
      updates: data.updates.map((row) => ({ ...row, stage_success: row.success + shift })),
    })).includes("Success over all prompts");
  assert.deepEqual([await drawn(0), await drawn(0.1)], [false, true]);
});
