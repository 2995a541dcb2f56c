import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { lineFigure, showFigure, showProgress, showTable, withPictures } from "../../lib/report/mod.ts";
import { htmlReport } from "../../lib/report/html/page.ts";
import { notebookReport } from "../../lib/report/notebook/export.ts";
import {
  checkNotebook,
  executeNotebook,
  formatNotebook,
  type Notebook,
  parseNotebook,
} from "../../lib/notebook/mod.ts";
import { withoutOutputs } from "../../lib/notebook/nbformat.ts";
import { structureFaults } from "../../lib/notebook/check.ts";
import { checkLanguage } from "../../lib/notebook/nbformat.ts";
import { explainFailure, withSourceLine } from "../../lib/notebook/explain.ts";
import { outputCollector } from "../../lib/notebook/outputs.ts";
import { notebookOf } from "./sample.ts";
import { freshFolder } from "../folder.ts";

const fixture = fileURLToPath(new URL("./fixtures/sample.ipynb", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const bundle = (shown: object) =>
  (shown as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")]?.() ?? {};

Deno.test("a notebook is read and written without a change", async () => {
  const text = await Deno.readTextFile(fixture);
  assert.equal(formatNotebook(parseNotebook(text, "sample")), text);
});

Deno.test("what is no notebook is refused with its place", () => {
  const value = notebookOf("1");
  const bad = (change: object) => () => parseNotebook(JSON.stringify({ ...value, ...change }), "x.ipynb");
  assert.throws(() => parseNotebook("{", "x.ipynb"), /x\.ipynb is not JSON/);
  assert.throws(() => parseNotebook("[1]", "x.ipynb"), /x\.ipynb is no notebook of nbformat 4/);
  assert.throws(bad({ nbformat: 3 }), /x\.ipynb is of nbformat 3, and 4 is read here: open it in Jupyter and save it/);
  assert.throws(bad({ cells: undefined }), /no notebook of nbformat 4: cells:/);
  assert.throws(bad({ cells: [...value.cells, ...value.cells] }), /two cells have the same id/);
  assert.throws(bad({ cells: [{ ...value.cells[0], outputs: [{ output_type: "pyout" }] }] }), /cells\.0\.outputs\.0/);
});

Deno.test("a notebook from before cells had ids, or behind a byte-order mark, is read as Jupyter would write it", () => {
  const cells = [
    { cell_type: "markdown", metadata: {}, source: "text" },
    { cell_type: "code", metadata: { collapsed: false }, source: ["1;\n", "2;"], execution_count: 3, outputs: [] },
    { cell_type: "code", metadata: {}, source: "", id: "cell-1" },
  ];
  for (const minor of [0, 2, 4, 5]) {
    const text = JSON.stringify({ nbformat: 4, nbformat_minor: minor, metadata: {}, cells });
    const read = parseNotebook(`\uFEFF${text}`, "old.ipynb");
    assert.equal(read.nbformat_minor, 5);
    assert.deepEqual(read.cells.map(({ id }) => id), ["cell-1-without-id", "cell-2", "cell-1"]);
    assert.equal(formatNotebook(parseNotebook(formatNotebook(read), "again")), formatNotebook(read));
  }
});

Deno.test("a notebook of another kernel is refused in a sentence, those of Deno and those that do not say are not", async () => {
  const of = (metadata: Record<string, unknown>) => ({ ...notebookOf(), metadata });
  const python = { kernelspec: { name: "python3", language: "python", display_name: "Python 3" } };
  await assert.rejects(executeNotebook(of(python), { directory: "." }), {
    name: "NotebookError",
    message: "the notebook is written for the kernel python3 (python); here run TypeScript and JavaScript, in a " +
      "kernel of Deno's",
  });
  await assert.rejects(executeNotebook(of({ kernelspec: { name: "ir" } }), { directory: "." }), /the kernel ir;/);
  await assert.rejects(executeNotebook(of({ language_info: { name: "R" } }), { directory: "." }), /a kernel \(R\)/);
  for (
    const known of [{}, { kernelspec: { name: "deno" } }, { kernelspec: { name: "tslab", language: "typescript" } }, {
      language_info: { name: "javascript" },
    }]
  ) checkLanguage(of(known));
});

Deno.test("streams join, displays are updated across cells, and outputs are cleared as Jupyter says", () => {
  const collector = outputCollector();
  const say = (cell: number, name: string, text: string) =>
    collector.add(cell, { type: "stream", content: { name, text } });
  const show = (cell: number, type: string, text: string, display_id: string) =>
    collector.add(cell, { type, content: { data: { "text/plain": text }, metadata: {}, transient: { display_id } } });
  say(0, "stdout", "a");
  say(0, "stdout", "b\nc");
  say(0, "stderr", "d");
  show(0, "display_data", "one", "id");
  show(1, "update_display_data", "two\nlines", "id");
  show(1, "update_display_data", "nothing", "another id");
  assert.deepEqual(collector.outputs(0), [
    { output_type: "stream", name: "stdout", text: ["ab\n", "c"] },
    { output_type: "stream", name: "stderr", text: ["d"] },
    { output_type: "display_data", data: { "text/plain": ["two\n", "lines"] }, metadata: {} },
  ]);
  assert.deepEqual(collector.outputs(1), []);
  collector.add(0, { type: "clear_output", content: { wait: true } });
  assert.equal(collector.outputs(0).length, 3);
  say(0, "stdout", "new");
  assert.equal(collector.outputs(0).length, 1);
  collector.add(0, { type: "clear_output", content: { wait: false } });
  assert.deepEqual(collector.outputs(0), []);
});

Deno.test("the line of an error is that of the outermost frame of the cell, empty lines before the code counted", () => {
  const content = {
    ename: "E",
    evalue: "v",
    traceback: ["E: v", "    at f (<anonymous>:9:1)", "    at g (file:///x.ts:1:1)", "    at <anonymous>:2:3"],
  };
  const lines = withSourceLine(content, "\nfirst\nsecond").traceback;
  assert.ok(Array.isArray(lines));
  assert.equal(lines.at(-1), "line 3 of the cell: second");
  assert.deepEqual(withSourceLine({ ename: "E", evalue: "v", traceback: [""] }, "x").traceback, ["E: v"]);
});

Deno.test("a failure without reason is explained by the parser, or by the cell's imports", async () => {
  const syntax = await explainFailure("let x = {;", Deno.execPath());
  assert.equal(syntax.ename, "SyntaxError");
  const load = await explainFailure(`import a from "npm:a";\nconst b = await import('./b.ts');`, Deno.execPath());
  assert.equal(load.evalue, "the kernel could not load one of the cell's imports: npm:a, ./b.ts");
});

Deno.test("a report of a notebook has its title, its sections, its code and the richest form of each output", async () => {
  const figure = showFigure(
    lineFigure([{ name: "s", x: [1, 2], y: [1, 4], color: "#0072B2" }], { x: "n", y: "y" }, {
      title: "Squares",
      caption: "With a *caption*.",
      height: 300,
    }),
  );
  const table = showTable({
    columns: [{ key: "v", label: "Value" }],
    rows: [{ v: { value: 0.5, low: 0.4, high: 0.6 } }],
  });
  const output = (data: Record<string, unknown>) => ({ output_type: "display_data", data, metadata: {} }) as const;
  const base = notebookOf("code()", { source: "hidden()", tags: ["hide-input"] });
  const [first, second] = base.cells;
  assert.ok(first?.cell_type === "code" && second?.cell_type === "code");
  const text = (id: string, source: string) => ({ cell_type: "markdown", id, metadata: {}, source }) as const;
  const notebook: Notebook = {
    ...base,
    cells: [
      text("a", "# The title\nIntroduction"),
      text("b", "## Part one\n\n```ts\n# no heading\n```\n### Detail\nmore"),
      { ...first, outputs: [output(JSON.parse(JSON.stringify(bundle(figure)))), output({ ...bundle(table) })] },
      {
        ...second,
        outputs: [output({ "text/html": "<b>html</b>", "text/plain": "x" }), {
          output_type: "stream",
          name: "stdout",
          text: ["10%\r20%\r", "30%\n"],
        }],
      },
    ],
  };
  const report = notebookReport(notebook, "name", {});
  assert.equal(report.title, "The title");
  assert.deepEqual(report.sections.map(({ heading, level }) => [heading, level]), [[undefined, undefined], [
    "Part one",
    2,
  ], ["Detail", 3]]);
  const blocks = report.sections[2]?.blocks ?? [];
  assert.deepEqual(blocks.map(({ kind }) => kind), ["markdown", "code", "figure", "table", "html", "output"]);
  assert.ok(blocks[2]?.kind === "figure");
  const { title, caption, height, layout } = blocks[2];
  assert.deepEqual([title, caption, height], ["Squares", "With a *caption*.", 300]);
  assert.ok(!("meta" in (layout ?? {})) && !("margin" in (layout ?? {})));
  const html = await htmlReport(report);
  assert.match(html, />30%\n<\/pre>/);
  assert.ok(!html.includes("hidden()"));
});

Deno.test("what a cell shows has a form for every front end", () => {
  const table = bundle(
    showTable({
      columns: [{ key: "m", label: "M" }, { key: "v", label: "V", digits: 2 }],
      rows: [{ m: "<a>", v: -1 }, { m: "b", v: null }],
    }),
  );
  assert.equal(table["text/plain"], "M        V\n<a>  −1.00\nb        –");
  assert.match(
    String(table["text/html"]),
    /<td style="text-align:left">&lt;a&gt;<\/td><td style="text-align:right">−1\.00<\/td>/,
  );
  const interval = bundle(
    showTable({ columns: [{ key: "v", label: "V" }], rows: [{ v: { value: 1, low: 0, high: 2 } }] }),
  );
  assert.match(String(interval["text/html"]), />1\.000 \[0\.000,\u00a02\.000\]</);
  const progress = bundle(showProgress(2, 5, "steps"));
  assert.equal(progress["text/plain"], "2/5 steps");
  const figure = bundle(showFigure({ kind: "figure", title: "T", data: [{ type: "scatter", name: "s", y: [1, 2] }] }));
  assert.deepEqual(Object.keys(figure), ["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"]);
  assert.match(String(figure["image/svg+xml"]), /^<svg [\s\S]*>T<[\s\S]*<\/svg>$/);
  assert.equal(figure["text/plain"], "Figure: T (s)");
  const undrawn = bundle(showFigure({ kind: "figure", title: "T", data: [{ type: "surface", name: "s" }] }));
  assert.deepEqual(Object.keys(undrawn), ["application/vnd.plotly.v1+json", "text/plain"]);
  assert.equal(undrawn["text/plain"], "Figure: T (s)\nOnly Plotly can draw it: it has surface traces.");
});

Deno.test("the check passes a good notebook and names every fault of a bad one by cell and line", async () => {
  const folder = freshFolder();
  const good = `${folder}/good.ipynb`;
  await Deno.writeTextFile(`${folder}/lib.ts`, "export const two: number = 2;\n");
  await Deno.writeTextFile(
    good,
    formatNotebook(
      notebookOf({ source: "let steps = 5;", tags: ["parameters"] }, 'import { two } from "./lib.ts";', "steps * two;"),
    ),
  );
  assert.deepEqual(await checkNotebook(good, config), []);
  const bad = notebookOf(
    { source: "let steps = 5;", tags: ["parameters"] },
    "const a: number = 'text';\nconst unused = 1;",
    "var  b = a;",
  );
  const stored = { ...bad, cells: bad.cells.map((cell) => ({ ...cell, execution_count: 1 })) } as Notebook;
  const path = `${folder}/bad.ipynb`;
  await Deno.writeTextFile(path, JSON.stringify(stored));
  const faults = (await checkNotebook(path, config)).join("\n");
  for (
    const fault of [
      /3 cells hold outputs or execution counts/,
      /keys sorted/,
      /Type 'string' is not assignable[\s\S]*code cell 2, line 1, column 7/,
      /no-unused-vars[\s\S]*code cell 2, line 2/,
      /no-var[\s\S]*code cell 3, line 1/,
      /not formatted/,
    ]
  ) {
    assert.match(faults, fault);
  }
});

Deno.test("a notebook without parameters or of another language is at fault", () => {
  assert.deepEqual(structureFaults(notebookOf("1;")), ['no cell is tagged "parameters"']);
  const faults = (source: string) => structureFaults(notebookOf({ source, tags: ["parameters"] }));
  assert.deepEqual(faults("f(1);"), ['the cell tagged "parameters" declares none']);
  assert.deepEqual(faults("const a = 1;"), []);
  assert.match(faults("let a = ;")[0], /^the notebook's parameters cell cannot be read: .*\(1:8\)/);
  const python = {
    ...notebookOf({ source: "let a = 1;", tags: ["parameters"] }),
    metadata: { language_info: { name: "python" } },
  };
  assert.deepEqual(structureFaults(python), [
    "its language is python, not typescript: select the project's kernel and save it",
  ]);
});

Deno.test("clearing a notebook leaves nothing of a run", () => {
  const run = {
    ...notebookOf("1"),
    cells: notebookOf("1").cells.map((cell) => ({ ...cell, execution_count: 3 })),
  } as Notebook;
  assert.deepEqual(withoutOutputs(run), notebookOf("1"));
});

Deno.test("every SVG of a notebook gets pixels of twice its size, on its own ground, the same at each time", async () => {
  const [code] = notebookOf("1").cells;
  assert.ok(code?.cell_type === "code");
  const figure = bundle(showFigure({ kind: "figure", title: "µ and τ", data: [{ type: "scatter", y: [1, 2] }] }));
  const output = (data: Record<string, unknown>) => ({ output_type: "display_data", data, metadata: {} }) as const;
  const notebook = {
    ...notebookOf("1"),
    cells: [{
      ...code,
      outputs: [output(figure), output({ "image/svg+xml": ["<svg"] }), output({ "text/plain": "x" })],
    }],
  };
  const [first, second] = [await withPictures(notebook), await withPictures(notebook)];
  assert.deepEqual(first, second);
  const cell = first.notebook.cells[0];
  assert.ok(cell?.cell_type === "code");
  const pictures = cell.outputs.map((one) => "data" in one ? one.data["image/png"] : undefined);
  assert.deepEqual(pictures.slice(1), [undefined, undefined]);
  assert.deepEqual(first.problems.map(({ number }) => number), [1]);
  const bytes = new DataView(Uint8Array.fromBase64(String(pictures[0])).buffer);
  const [width, height] = /width="(\d+)" height="(\d+)"/.exec(String(figure["image/svg+xml"]))?.slice(1) ?? [];
  assert.deepEqual([bytes.getUint32(0), bytes.getUint32(16), bytes.getUint32(20)], [
    0x89504e47,
    2 * Number(width),
    2 * Number(height),
  ]);
});
