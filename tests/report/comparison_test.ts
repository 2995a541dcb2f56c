import assert from "node:assert/strict";
import {
  comparisonSummary,
  criticalDifferenceFigure,
  type FigureBlock,
  leadSentence,
  pairsTable,
  plannedTable,
  type TableBlock,
  winsFigure,
} from "../../lib/report/mod.ts";
import { claims, verdictSentences } from "../../lib/report/comparison/sentences.ts";
import { comparisonCsv } from "../../lib/report/comparison/frames.ts";
import { comparisonMarkdown, markdownTable } from "../../lib/report/comparison/markdown.ts";
import { comparisonReport, comparisonSections } from "../../lib/report/comparison/report.ts";
import { latexTable } from "../../lib/report/comparison/latex.ts";
import { textTable } from "../../lib/report/text_table.ts";
import { structureTable } from "../../lib/report/comparison/tables.ts";
import type { Estimate } from "../../lib/evaluation/mod.ts";
import { cliques } from "../../lib/report/comparison/critical_difference.ts";
import { exampleComparison } from "./comparison_data.ts";

const data = exampleComparison();
const blocks = comparisonSections(data).flatMap((section) => section.blocks)
  .flatMap((block) => block.kind === "grid" ? block.blocks : [block]);
const figures = blocks.filter((block): block is FigureBlock => block.kind === "figure");
const tables = blocks.filter((block): block is TableBlock => block.kind === "table");

Deno.test("a comparison has every figure of the methodology", () => {
  const titles = figures.map(({ title }) => title);
  for (
    const title of [
      "By kind of graph",
      "By number of variables",
      "Critical-difference diagram",
      "Ranks",
      "How often a run of the row beats one of the column on a problem, per cent",
      "Learning curves: interquartile mean over training seeds",
      "careful",
      "Effect sizes over training seeds",
      "Effect sizes over problems",
      "Performance profiles",
      "Cumulative regret",
    ]
  ) assert.ok(titles.includes(title), `${title} is not among ${titles.join(", ")}`);
});

Deno.test("the verdict stands first, in one sentence for each method that others were planned to be compared with", () => {
  assert.match(
    leadSentence(data.primary),
    /^Of 3 planned comparisons by mean value on 12 held-out problems \*\*3 show a difference\*\* \(5 %, Holm's correction\)\.$/,
  );
  assert.deepEqual(verdictSentences(data.primary).toSorted(), [
    "**blr-obs-ucb** is beaten by careful; better than hasty <b>.",
    "**careful** is better than hasty <b>.",
  ]);
  const undecided = {
    ...data.primary,
    pairs: data.primary.pairs.map((pair) => ({
      ...pair,
      judgement: pair.judgement === null ? null : {
        ...pair.judgement,
        holm: 0.2,
        verdict: "undecided" as const,
        detectable: pair.first === "careful" ? 0.02 : 0.03,
      },
    })),
  };
  assert.match(leadSentence(undecided), /none shows a difference/);
  assert.ok(
    verdictSentences(undecided).includes(
      "**blr-obs-ucb** is not told apart from careful, hasty <b> (a difference of 0.020 to 0.030 would have been found with a chance of 80 %).",
    ),
    verdictSentences(undecided).join("\n"),
  );
  assert.ok(claims(undecided).every((claim) => claim.startsWith("No difference")));
  const [summary] = comparisonSections(data);
  const [note, lead] = summary.blocks;
  assert.ok(note.kind === "markdown" && note.text.startsWith("> results/x"));
  assert.ok(lead.kind === "markdown" && lead.text.startsWith("Of 3 planned"));
  assert.deepEqual(summary.blocks.slice(2).map((block) => block.kind === "table" ? block.columns[0].label : ""), [
    "Model",
    "First",
  ]);
});

Deno.test("the planned comparisons say what could have been seen; other pairs are shown without a verdict", () => {
  const planned = plannedTable(data.primary);
  assert.deepEqual(planned.rows.map(({ first, second, verdict }) => `${first} ${second} ${verdict}`).toSorted(), [
    "careful blr-obs-ucb better",
    "hasty <b> blr-obs-ucb worse",
    "hasty <b> careful worse",
  ]);
  assert.ok(planned.rows.every(({ detectable }) => typeof detectable === "number" && detectable > 0));
  const all = pairsTable(data.primary);
  assert.deepEqual(all.rows.map(({ planned }) => planned).toSorted(), ["no", "no", "yes", "yes", "yes"]);
  assert.ok(all.columns.every(({ key }) => key !== "verdict"));
});

Deno.test("the terminal shows the verdict and tables of at most 100 characters a line, the headline split if it must be", () => {
  const text = comparisonSummary(data);
  assert.match(text, /^Of 3 planned comparisons .*\n/);
  assert.doesNotMatch(text, /\*\*/);
  for (const line of text.split("\n").filter((line) => /─| ± /.test(line))) assert.ok([...line].length <= 100, line);
  assert.match(text, /careful +grpo\.scale=group grpo\.clip_high=0\.28/);
  const table = textTable({
    kind: "table",
    columns: ["name", "a", "b", "c"].map((key) => ({ key, label: key })),
    rows: [{ name: "method", a: { value: 0.5, low: 0.4, high: 0.6 }, b: 1, c: null }],
  }, 24);
  assert.equal(
    table,
    [
      "name                a",
      "──────  ─────────────",
      "method  0.500 ± 0.100",
      "",
      "name        b  c",
      "──────  ─────  ─",
      "method  1.000  –",
    ].join("\n"),
  );
});

Deno.test("tests are about pairs with a model, and bounds are in none", () => {
  const pairs = data.primary.pairs.map(({ first, second }) => `${first} / ${second}`);
  assert.deepEqual(pairs, [
    "hasty <b> / careful",
    "careful / blr-obs-ucb",
    "careful / random",
    "hasty <b> / blr-obs-ucb",
    "hasty <b> / random",
  ]);
  const [heat] = winsFigure(data.primary).data;
  assert.ok(heat.type === "heatmap");
  const z = heat.z as (number | null)[][];
  assert.equal(z[2][3], null, "two baselines are not compared");
  assert.ok(Math.abs((z[0][1] ?? NaN) + (z[1][0] ?? NaN) - 100) < 1e-9);
});

Deno.test("cliques are the largest sets of neighbours within the critical difference", () => {
  assert.deepEqual(cliques([1, 1.5, 2, 4, 4.2], 1), [[0, 2], [3, 4]]);
  assert.deepEqual(cliques([1, 1.8, 2.6], 1), [[0, 1], [1, 2]]);
  assert.deepEqual(cliques([1, 3, 5], 1), []);
  assert.equal(
    criticalDifferenceFigure({ ...data.primary, omnibus: { ...data.primary.omnibus, friedman: null } }),
    null,
  );
});

Deno.test("the tables hold every method and metric, the bound competes for nothing, and CSV files the same numbers", () => {
  const headline = tables.find(({ columns }) => columns.some(({ key }) => key === "meanValue"));
  assert.ok(headline !== undefined);
  assert.deepEqual(headline.rows.map(({ method }) => method), [
    "oracle (privileged)",
    "careful",
    "blr-obs-ucb",
    "hasty <b>",
    "random",
  ]);
  assert.ok(!headline.ranked?.includes(0));
  const csv = comparisonCsv(data);
  const [header, ...rows] = csv["pairs.csv"].trim().split("\n");
  assert.match(header, /^metric,first,second,.*planned,holm,benjamini_hochberg,welch_p,paired_t_p,wilcoxon_p/);
  assert.equal(rows.length, 2 * data.primary.pairs.length);
  const column = (name: string) => Number(rows[0].split(",")[header.split(",").indexOf(name)]);
  assert.equal(column("holm"), Number(data.primary.pairs[0].judgement?.holm.toPrecision(6)));
  assert.deepEqual(rows.slice(0, 5).map((row) => row.split(",")[header.split(",").indexOf("planned")]).toSorted(), [
    "0",
    "0",
    "1",
    "1",
    "1",
  ]);
  assert.ok(Math.abs(column("effect") / column("cohen_d") - 0.8) < 0.01, "g is d times 1 − 3 / (4 · 4 − 1), about");
  const environments = csv["environments.csv"].trim().split("\n");
  assert.equal(environments.length, 1 + 5 * 4);
  assert.match(environments[1], /^chain,4,careful,policy,3,/);
});

Deno.test("beliefs about the parents are shown where a method has some, and mark what knew the truth", () => {
  assert.equal(structureTable(data.methods), null);
  const estimate = data.methods[0].summary.meanValue;
  const names = ["f1", "shd", "precision", "recall", "auroc", "auprc", "logLoss", "entropy"] as const;
  const metrics = Object.fromEntries(names.map((name) => [name, estimate])) as Record<typeof names[number], Estimate>;
  const structure = { surrogate: "exact", privileged: true, metrics, calibrationError: 0.1 };
  const [first, ...others] = data.methods;
  const believing = { ...data, methods: [{ ...first, structure }, ...others] };
  const table = structureTable(believing.methods);
  assert.deepEqual(table?.rows.map(({ method, surrogate }) => [method, surrogate]), [[
    "careful (privileged)",
    "exact",
  ]]);
  assert.match(comparisonCsv(believing)["summary.csv"], /^careful,policy,3,structure\/f1,/m);
});

Deno.test("Markdown holds the findings and tables, and a bar in a cell does not end it", () => {
  const text = comparisonMarkdown(data);
  assert.match(text, /^# Two ways to learn\n\n```sh\ndeno task compare\n```\n/);
  assert.match(text, /^\| careful \| 3 \| 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] \|/m);
  assert.match(text, /^Of 3 planned comparisons/m);
  assert.match(text, /^- \*\*careful\*\* is better than hasty <b>\./m);
  assert.match(text, /^\| hasty <b> \| careful \| −0\.\d{3} \[.*\| worse \| 0\.\d{3} \|$/m);
  const table = { kind: "table", columns: [{ key: "a", label: "A" }], rows: [{ a: "x|y" }] } as const;
  assert.equal(markdownTable(table), "| A |\n| --- |\n| x\\|y |");
});

Deno.test("the LaTeX table escapes names and sets the best competitor bold, not the bound", () => {
  const text = latexTable(data, ["meanValue", "success"]);
  const row = (name: string) => text.split("\n").find((line) => line.startsWith(name)) ?? "";
  assert.match(row("careful"), /\\mathbf\{0\.\d{3}\}/);
  assert.doesNotMatch(row("oracle"), /mathbf/);
  assert.equal(text.match(/&/g)?.length, 6 * 3, "six rows of four columns");
  assert.match(latexTable({ ...data, methods: data.methods.slice(2) }, ["meanValue"]), /blr-obs-ucb & 1 &/);
});

Deno.test("the same comparison gives the same bytes, and no name becomes markup", async () => {
  const [first, second] = [await comparisonReport(data), await comparisonReport(exampleComparison())];
  assert.equal(first, second);
  assert.ok(first.includes("hasty &lt;b&gt;"));
  assert.ok(!/<td[^>]*>[^<]*hasty <b>/.test(first));
});
