import assert from "node:assert/strict";
import { theoryFindings, theoryReport } from "../../lib/report/theory.ts";
import { anomalyLatex, contentLatex, sumLatex } from "../../lib/report/theory_latex.ts";
import { comparison, exampleResults, exampleTheory, search } from "./theory_data.ts";

Deno.test("what a theory report says is computed from its numbers, in both directions", () => {
  const said = (training: number, after: number, best: number) =>
    theoryFindings(
      exampleResults(comparison(training, after, [search("uniform", 0.001), search("annealing", best)])),
    ).join(" ");
  assert.match(said(0.4, 0.9, 0.1), /scored in training 40\.000 % succeed, of those written after it 90\.000 %/);
  assert.match(said(0.4, 0.9, 0.1), /the best search, annealing, has 10\.000 % .*ratios of 4\.0 and 9\.0/);
  assert.match(said(0.1, 0.8, 0.2), /annealing.*ratios of 0\.5 and 4\.0/);
  assert.match(said(0.4, 0.9, 0.1), /90\.0 % of 200 theories/);
  assert.match(
    theoryFindings(exampleResults(comparison(0.4, 0.9, [search("uniform", 0)]))).join(" "),
    /no search has a success in as many as training/,
  );
  assert.match(theoryFindings(exampleResults(null, false)).join(" "), /No consistent theory was found/);
});

Deno.test("the report writes out every anomaly of a found theory, and the same data give the same bytes", async () => {
  const report = () => theoryReport(exampleTheory(exampleResults(comparison(0.4, 0.9, [search("uniform", 0)]))));
  const html = await report();
  assert.equal(await report(), html);
  const [{ proof }] = exampleResults(null).proofs;
  // Next to every formula KaTeX keeps its source.
  const formulas = new Set(
    [...html.matchAll(/<annotation encoding="application\/x-tex">([^<]*)</g)].map(([, tex]) => tex),
  );
  for (const { name, sum } of proof.anomalies) {
    assert.ok(formulas.has(anomalyLatex(name)), name);
    assert.ok(formulas.has(sumLatex(sum)), sum);
  }
  assert.ok(formulas.has(contentLatex(proof.fermions)));
  assert.ok(!html.includes(`class="katex-error"`));
  assert.ok(html.includes("\\begin{tabular}{ll}"), "the tables can be copied");
});

Deno.test("success over all prompts is drawn where it is another curve than the success of what was written", async () => {
  const data = exampleTheory(exampleResults(null));
  const drawn = async (shift: number) =>
    (await theoryReport({
      ...data,
      updates: data.updates.map((row) => ({ ...row, stage_success: row.success + shift })),
    })).includes("Success over all prompts");
  assert.deepEqual([await drawn(0), await drawn(0.1)], [false, true]);
});

Deno.test("before a run's end its report has curves alone and claims nothing about what was found", async () => {
  const html = await theoryReport(exampleTheory(null));
  assert.match(html, /Learning curves/);
  assert.ok(!/consistent theory was found|After training|Theories found/.test(html));
});
