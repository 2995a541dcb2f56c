import assert from "node:assert/strict";
import { anomalyLatex, contentLatex, fieldLatex, sumLatex, theoryLatex } from "../../lib/report/theory_latex.ts";
import { exampleResults } from "./theory_data.ts";

Deno.test("fields, anomalies and sums are written as a physicist does", () => {
  assert.equal(fieldLatex("3×(3b,1)_-2/3"), "3\\,(\\overline{\\mathbf{3}},\\mathbf{1})_{-\\tfrac{2}{3}}");
  assert.equal(fieldLatex("(1,2)_1/2,0*"), "(\\mathbf{1},\\mathbf{2})^{*}_{\\tfrac{1}{2},\\,0}");
  assert.equal(fieldLatex("(10)"), "(\\mathbf{10})");
  assert.equal(
    contentLatex("(1,1)_1 + 2×(1,1)_0"),
    "(\\mathbf{1},\\mathbf{1})_{1} + 2\\,(\\mathbf{1},\\mathbf{1})_{0}",
  );
  assert.equal(anomalyLatex("SU3^2 U1"), "\\mathrm{SU}(3)^{2}\\,\\mathrm{U}(1)");
  assert.equal(anomalyLatex("SU2R^2 U1X"), "\\mathrm{SU}(2)^{2}_{R}\\,\\mathrm{U}(1)_{X}");
  assert.equal(anomalyLatex("grav^2 U1"), "\\text{grav}^{2}\\,\\mathrm{U}(1)");
  assert.equal(sumLatex("1/2 − 1/2 = 0"), "\\tfrac{1}{2} - \\tfrac{1}{2} = 0");
  assert.equal(sumLatex("−3 + 4 = 0 (mod 2)"), "-3 + 4 = 0 \\pmod {2}");
  assert.throws(() => fieldLatex("quark"), /no field's name/);
});

Deno.test("the tables of a theory have a row for each field and each anomaly, and no text that LaTeX would misread", () => {
  const [{ proof }] = exampleResults(null).proofs;
  const latex = theoryLatex(proof);
  assert.equal(latex.match(/\\\\$/gm)?.length, proof.fields.length + proof.anomalies.length + 2);
  assert.equal(latex.match(/\\begin\{tabular\}/g)?.length, 2);
  const cells = latex.split("\n").filter((line) => !line.startsWith("%")).join("\n").replace(/\$[^$]*\$/g, "");
  assert.doesNotMatch(cells, /[_^#%]/);
});
