import assert from "node:assert/strict";
import type { Data, Layout } from "plotly.js-dist-min";
import { type Block, type FigureBlock, lineFigure } from "../../../lib/report/mod.ts";
import { intervalFigure } from "../../../lib/report/figures.ts";
import { comparisonSections } from "../../../lib/report/comparison/report.ts";
import { drawFigure } from "../../../lib/report/svg/draw.ts";
import { UndrawableError } from "../../../lib/report/svg/spec.ts";
import { pageColours } from "../../../lib/report/theme.ts";
import { exampleComparison } from "../comparison_data.ts";

const RED = "#ff0000";

function draw(data: readonly Data[], layout: Partial<Layout> = {}, words: Partial<FigureBlock> = {}): string {
  return drawFigure({ kind: "figure", data, layout, height: 300, ...words });
}

/** The points of the paths with an attribute, run by run. */
function points(svg: string, attribute: string): number[][][] {
  return [...svg.matchAll(/<path [^>]*>/g)].map(([path]) => path).filter((path) => path.includes(attribute))
    .flatMap((path) => / d="M([^"]*)"/.exec(path)?.[1].replace("Z", "").split("M") ?? [])
    .map((run) => run.split("L").map((point) => point.split(" ").map(Number)));
}

/** Width and height of the plot area. */
function area(svg: string): [number, number] {
  const [, width, height] = /<svg width="([\d.]+)" height="([\d.]+)" overflow="hidden">/.exec(svg) ?? [];
  return [Number(width), Number(height)];
}

const red = { color: RED };
const close = (found: readonly number[], wanted: readonly number[], tolerance = 0.11) =>
  assert.ok(found.every((value, i) => Math.abs(value - wanted[i]) <= tolerance), `${found} is not ${wanted}`);

Deno.test("a line goes from side to side and keeps a margin of 5.5 % above and below", () => {
  const svg = draw([{ type: "scatter", mode: "lines", x: [2, 4, 6], y: [10, 30, 20], line: red }]);
  const [width, height] = area(svg);
  const [line] = points(svg, `stroke="${RED}"`);
  const y = (value: number) => height * (1 - (value - 8.9) / 22.2);
  close(line[0], [0, y(10)]);
  close(line[1], [width / 2, y(30)]);
  close(line[2], [width, y(20)]);
});

Deno.test("points keep away from the sides, and an axis reaches as far as error bars do", () => {
  const svg = draw([{
    type: "scatter",
    mode: "markers",
    x: [0, 10],
    y: [1, 1],
    error_x: { type: "data", symmetric: false, array: [2, 10], arrayminus: [0, 0], color: RED },
  }]);
  const [width] = area(svg);
  const at = (value: number) => width * (value + 1.1) / 22.2;
  // Each bar is two caps and a line between them.
  const bars = points(svg, `stroke="${RED}"`);
  assert.equal(bars.length, 6);
  close([bars[5][0][0], bars[5][1][0]], [at(10), at(20)]);
  const [marker] = [...svg.matchAll(/transform="translate\(([\d.]+) [\d.]+\)" fill/g)];
  close([Number(marker[1])], [at(0)]);
});

Deno.test("a logarithmic axis is linear in the logarithm, labels decades, and leaves out what it cannot place", () => {
  const svg = draw([{ type: "scatter", mode: "lines", x: [1, 2, 3, 4], y: [0.001, 0, 1, 1000], line: red }], {
    yaxis: { type: "log", range: [-3, 3] },
  }, { height: 600 });
  const [, height] = area(svg);
  const [first, second] = points(svg, `stroke="${RED}"`);
  close([first[0][1]], [height]);
  close([second[0][1], second[1][1]], [height / 2, 0]);
  const labels = [...svg.matchAll(/text-anchor="end"[^>]*>([^<]*)(?:<tspan[^>]*>([^<]*))?/g)].map((match) =>
    `${match[1]}${match[2] ?? ""}`
  );
  assert.deepEqual(labels.filter((label) => /^(0?\.?0*1|1000|1)$/.test(label)), ["0.001", "0.01", "0.1", "1", "1000"]);
  const tiny = draw([{ type: "scatter", mode: "lines", x: [1, 2], y: [1e-7, 1e-5] }], { yaxis: { type: "log" } });
  assert.match(tiny, />10<tspan dy="-4" font-size="9">−6<\/tspan>/);
});

Deno.test("small and large numbers on a linear axis have one power of ten, whole ones no decimals", () => {
  const svg = (y: number[]) => draw([{ type: "scatter", mode: "lines", x: [1, 2, 3], y }]);
  assert.match(svg([1e-5, 2e-5, 3e-5]), />2·10<tspan dy="-4" font-size="9">−5</);
  assert.match(svg([0, 2e7, 4e7]), />4·10<tspan dy="-4" font-size="9">7</);
  assert.doesNotMatch(svg([0.25, 0.5, 1]), />1\.5<\/text>.*>2\.5<\/text>/s);
  assert.match(svg([0, 50_000, 100_000]), />100,000</);
});

Deno.test("categories stand in the order of their appearance, reversed from top to bottom", () => {
  const svg = drawFigure(intervalFigure(
    ["first", "second"].map((label, k) => ({ label, estimate: { value: k, low: k - 1, high: k + 2 }, color: RED })),
    "axis",
    0,
  ));
  const label = (name: string) => Number(new RegExp(`y="([\\d.]+)"[^>]*>${name}<`).exec(svg)?.[1]);
  assert.ok(label("first") < label("second"));
  const [, height] = area(svg);
  close([label("first"), label("second")], [height / 4 + 4, 3 * height / 4 + 4]);
});

Deno.test("traces of a group stand beside each other in their category", () => {
  const svg = draw(
    ["a", "b"].map((name) => ({
      type: "scatter",
      mode: "markers",
      name,
      x: ["one"],
      y: [1],
      offsetgroup: name,
      marker: { color: name === "a" ? RED : "#00ff00" },
    })),
    { xaxis: { type: "category" }, scattermode: "group", scattergap: 0.4, showlegend: false },
  );
  const [width] = area(svg);
  const at = (colour: string) =>
    Number(new RegExp(`translate\\(([\\d.]+) [\\d.]+\\)" fill="${colour}"`).exec(svg)?.[1]);
  close([at(RED), at("#00ff00")], [width * (0.5 - 0.15), width * (0.5 + 0.15)]);
});

Deno.test("a band is closed and translucent, gaps interrupt a line, and fifty thousand points keep their extremes", () => {
  const banded = drawFigure(lineFigure(
    [{ name: "a", x: [1, 2, 3, 4], y: [1, NaN, 2, 3], low: [0, 1, 1, 2], high: [2, 3, 3, 4], color: RED }],
    { x: "n", y: "v" },
  ));
  assert.match(banded, /<path d="M[^"]*Z" fill="rgb\(255,0,0\)" fill-opacity="0.16"\/>/);
  assert.deepEqual(points(banded, `stroke="${RED}"`).map((run) => run.length), [1, 2]);
  const many = Array.from({ length: 50_000 }, (_, i) => i === 25_001 ? 5 : i === 25_003 ? -5 : Math.sin(i));
  const svg = draw([{ type: "scatter", mode: "lines", y: many, line: red }]);
  assert.ok(svg.length < 100_000, `${svg.length} characters`);
  const [, height] = area(svg);
  const heights = points(svg, `stroke="${RED}"`)[0].map(([, y]) => y);
  const margin = height * 0.055 / 1.11;
  close([Math.min(...heights), Math.max(...heights)], [margin, height - margin]);
});

Deno.test("cells of a heat map have the colours of their values, those without a value none", () => {
  const scale: [number, string][] = [[0, "#000000"], [0.5, "#808080"], [1, "#ffffff"]];
  const svg = draw([{
    type: "heatmap",
    x: ["a", "b"],
    y: ["c"],
    z: [[0, 75]],
    text: [["nought", "<75>"]] as unknown as string[],
    texttemplate: "%{text}",
    zmin: 0,
    zmax: 100,
    colorscale: scale,
  }]);
  assert.match(svg, /fill="#000000"\/><text [^>]*>nought</);
  assert.match(svg, /fill="#c0c0c0"\/><text [^>]*>&lt;75></);
  const empty = draw([{ type: "heatmap", x: ["a"], y: ["c"], z: [[null]], zmin: 0, zmax: 1, colorscale: scale }]);
  assert.doesNotMatch(empty, /<g[^>]*><rect[^>]*fill="#[^>]*>(?=<\/svg>)/);
});

Deno.test("what waits in the legend is left out, and the legend breaks into rows", () => {
  const traces = (visible: true | "legendonly") =>
    Array.from({ length: 12 }, (_, k): Data => ({
      type: "scatter",
      mode: "lines",
      name: `method number ${k}`,
      y: [1, 2],
      ...(k === 11 ? { visible } : {}),
    }));
  const shown = draw(traces(true)), waiting = draw(traces("legendonly"));
  assert.match(shown, />method number 11</);
  assert.doesNotMatch(waiting, />method number 11</);
  const rows = new Set([...shown.matchAll(/translate\(\d+ (\d+)\)"><g><path d="M0 0H26"/g)].map((match) => match[1]));
  assert.ok(rows.size > 1);
});

Deno.test("reference lines lie at their value and words at its logarithm, as Plotly reads them", () => {
  const svg = drawFigure(lineFigure([{ name: "a", x: [1, 2], y: [0.1, 10], color: RED }], {
    x: "n",
    y: "v",
    logY: true,
    rangeY: [-1, 1],
    reference: { at: 1, label: "here" },
  }));
  const [, height] = area(svg);
  close([Number(/<line [^>]*y1="([\d.]+)"/.exec(svg)?.[1])], [height / 2]);
  close([Number(/y="([\d.]+)"[^>]*>here</.exec(svg)?.[1])], [height / 2 - 4]);
});

Deno.test("title and caption are text that cannot become markup, and the ground follows the reader's preference", () => {
  const svg = draw([{ type: "scatter", y: [1, 2], name: "<b>&" }], { showlegend: true }, {
    title: `a < b & "c"`,
    caption: "long ".repeat(80),
  });
  assert.match(svg, />a &lt; b &amp; "c"<\/text>/);
  assert.match(svg, />&lt;b>&amp;<\/text>/);
  assert.ok([...svg.matchAll(/>long [^<]*<\/text>/g)].length > 2);
  assert.ok(svg.includes(`fill="${pageColours.light.ground}"`));
  assert.ok(
    svg.includes(`prefers-color-scheme:dark){`) && svg.includes(`.fill-ground{fill:${pageColours.dark.ground}}`),
  );
  assert.equal(
    svg,
    draw([{ type: "scatter", y: [1, 2], name: "<b>&" }], { showlegend: true }, {
      title: `a < b & "c"`,
      caption: "long ".repeat(80),
    }),
  );
});

Deno.test("what the picture could not show is refused by its name", () => {
  const refused = (data: Data[], layout: Partial<Layout>, what: RegExp) =>
    assert.throws(() => draw(data, layout), (error) => error instanceof UndrawableError && what.test(error.message));
  refused([{ type: "surface" }], {}, /^surface traces$/);
  refused([{ type: "scatter", y: [1], line: { shape: "hv" } }], {}, /^data\.0\.line\.shape$/);
  refused([{ type: "scatter", y: [1] }], { barmode: "stack" }, /^layout\.barmode$/);
  refused([{ type: "scatter", y: [1] }], { yaxis: { type: "date" } }, /^layout\.yaxis\.type$/);
  refused([{ type: "scatter", y: [1], marker: { symbol: "hexagon" } }], {}, /^data\.0\.marker\.symbol$/);
});

Deno.test("every figure of a comparison of models can be drawn", () => {
  const figures = (blocks: readonly Block[]): FigureBlock[] =>
    blocks.flatMap((block) => block.kind === "figure" ? [block] : block.kind === "grid" ? figures(block.blocks) : []);
  const all = comparisonSections(exampleComparison()).flatMap(({ blocks }) => figures(blocks));
  assert.ok(all.length >= 12);
  for (const figure of all) assert.match(drawFigure(figure), /^<svg [\s\S]*<\/svg>$/);
});
