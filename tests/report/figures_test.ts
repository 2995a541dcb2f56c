import assert from "node:assert/strict";
import type { ScatterData } from "plotly.js-dist-min";
import { type FigureBlock, lineFigure } from "../../lib/report/mod.ts";
import { constantsSentence, diagnosticFigures } from "../../lib/report/training/panels.ts";

const line = { name: "a", color: "#0072B2" };
const range = ({ layout }: FigureBlock) => layout?.yaxis?.range;
const trace = (figure: FigureBlock, at: number) => figure.data[at] as Partial<ScatterData>;

Deno.test("a band is cut where the quantity ends, and its line is left as it is", () => {
  const series = [{ ...line, x: [1, 2], y: [0.9, 1.2], low: [-0.3, 0.5], high: [1.1, 1.3] }];
  const cut = lineFigure(series, { x: "n", y: "share", within: [0, 1] });
  assert.deepEqual(trace(cut, 0).y, [1, 1, 0.5, 0]);
  assert.deepEqual(trace(cut, 1).y, [0.9, 1.2]);
  assert.deepEqual(trace(lineFigure(series, { x: "n", y: "v" }), 0).y, [1.1, 1.3, 0.5, -0.3]);
});

Deno.test("a line without variation has an axis from 0, within what the quantity can be; others have Plotly's", () => {
  const of = (y: number[], within?: [number, number], logY = false) =>
    range(
      lineFigure([{ ...line, x: [1, 2], y }], { x: "n", y: "v", logY, ...(within === undefined ? {} : { within }) }),
    );
  assert.deepEqual(of([0, 0]), [-0.03, 1.03]);
  assert.deepEqual(of([-2, -2]), [-4.12, 0.12]);
  assert.deepEqual(of([0.75, 0.75], [0, 1]), [-0.03, 1.03]);
  assert.deepEqual(of([0, NaN], [0, 0.5]), [-0.015, 0.515]);
  assert.deepEqual([of([1, 2]), of([0, 0], undefined, true), of([NaN])], [undefined, undefined, undefined]);
});

Deno.test("few whole numbers along an axis are labelled one by one", () => {
  const step = (x: number[]) => lineFigure([{ ...line, x, y: x }], { x: "n", y: "v" }).layout?.xaxis?.dtick;
  assert.deepEqual([step([1, 2, 5]), step([1, 2.5]), step([1, 20]), step([50, 60])], [
    1,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("labels of a logarithmic axis do not run into each other, however many decades it spans", () => {
  const tick = (y: number[]) =>
    lineFigure([{ ...line, x: [1, 2], y }], { x: "n", y: "v", logY: true }).layout?.yaxis?.dtick;
  assert.deepEqual([tick([1, 9]), tick([1, 1e4]), tick([1e-20, 1])], ["D2", 1, 3]);
});

Deno.test("metrics that never change are a sentence and no panels", () => {
  const updates = [1, 2, 3].map((update) => ({ update, entropy: 1 / update, learning_rate: 0.002, parent_rate: 0.5 }));
  assert.deepEqual(diagnosticFigures(updates).map(({ title }) => title), ["Policy entropy"]);
  assert.equal(constantsSentence(updates), "The same at every update: `parent_rate` 0.500, `learning_rate` 0.002.");
  assert.equal(constantsSentence(updates.map(({ update, entropy }) => ({ update, entropy }))), undefined);
});
