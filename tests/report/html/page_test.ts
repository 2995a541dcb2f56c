import assert from "node:assert/strict";
import { type Block } from "../../../lib/report/mod.ts";
import { htmlReport } from "../../../lib/report/html/page.ts";
import { trainingReport } from "../../../lib/report/training/report.ts";
import { exampleRun } from "../run_data.ts";

const page = (blocks: readonly Block[]) => htmlReport({ title: "T", sections: [{ heading: "S", blocks }] });
const figure = (type: "scatter" | "heatmap" | "surface"): Block => ({ kind: "figure", data: [{ type }] });

/** The scripts that the browser would run. */
function scripts(html: string): string[] {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? "");
}

Deno.test("the same run gives the same bytes", async () => {
  assert.equal(await trainingReport(exampleRun()), await trainingReport(exampleRun()));
});

Deno.test("a page names nothing outside itself", async () => {
  const html = await trainingReport(exampleRun());
  const markup = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/xmlns="[^"]*"/g, "");
  assert.doesNotMatch(markup, /(?:src|href)\s*=\s*["']?(?!data:|#)[^"'\s>]|url\((?!data:)|@import/);
});

Deno.test("the policy admits exactly the page's own scripts, by their SHA-256", async () => {
  const html = await trainingReport(exampleRun());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  const hashes = await Promise.all(
    scripts(html).map(async (script) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script))).toBase64()
    ),
  );
  assert.equal(hashes.length, 2);
  assert.match(policy, /^default-src 'none'; /);
  assert.deepEqual([...policy.matchAll(/'sha256-([^']*)'/g)].map((match) => match[1]), hashes);
  assert.doesNotMatch(/script-src[^;]*/.exec(policy)?.[0] ?? "", /unsafe/);
});

Deno.test("a page without figures carries no Plotly, and others the smallest that draws them", async () => {
  const sizes = await Promise.all(
    [[], [figure("scatter")], [figure("scatter"), figure("heatmap")], [figure("surface")]].map(
      async (blocks) => (await page(blocks)).length,
    ),
  );
  const [none, basic, cartesian, full] = sizes.map((size) => size / 1e6);
  assert.ok(none !== undefined && none < 0.15, `${none}`);
  assert.ok(basic !== undefined && basic > 1 && basic < 1.5, `${basic}`);
  assert.ok(cartesian !== undefined && cartesian > 1.5 && cartesian < 2.5, `${cartesian}`);
  assert.ok(full !== undefined && full > 4, `${full}`);
});

Deno.test("a figure inside a grid is found", async () => {
  assert.ok((await page([{ kind: "grid", blocks: [figure("scatter")] }])).length > 1e6);
});

Deno.test("a report of a training run stays below 2.5 MB", async () => {
  assert.ok((await trainingReport(exampleRun(2000))).length < 2.5e6);
});

Deno.test("text, figures, configuration and code cannot end the element that they stand in", async () => {
  const attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
  const html = await htmlReport({
    title: attack,
    subtitle: attack,
    sections: [{
      heading: attack,
      blocks: [
        { kind: "markdown", text: attack },
        { kind: "figure", title: attack, caption: attack, data: [{ type: "scatter", name: attack }] },
        { kind: "table", columns: [{ key: "a", label: attack }], rows: [{ a: attack }], caption: attack },
        { kind: "code", code: attack, language: "typescript", title: attack },
        { kind: "keyValues", appearance: "list", items: [{ label: attack, value: attack, note: attack }] },
        { kind: "output", stream: "stdout", text: attack },
        { kind: "html", html: attack },
        { kind: "image", mime: "image/png", base64: "AAAA", alt: attack },
      ],
    }],
    provenance: { command: attack, commit: attack, config: { [attack]: attack }, versions: { [attack]: attack } },
  });
  assert.equal(scripts(html).length, 2);
  assert.equal(html.match(/<script/g)?.length, 4 + (scripts(html).join("").match(/<script/g)?.length ?? 0));
  assert.ok(!html.replace(/<script[\s\S]*?<\/script>/g, "").includes("<img src=x"));
});

Deno.test("displayed HTML keeps its table and loses what could run, load or leave the page", async () => {
  const html = await page([{
    kind: "html",
    html: `<table><tr><td style="text-align:right;position:fixed" onclick="x()">1</td></tr></table>
<meta http-equiv="refresh" content="0;url=http://a.example"><style>body{display:none}</style><iframe src="http://a.example"></iframe>
<a href="javascript:x()">a</a><img src="http://a.example/p.png"><img src="//a.example/p.png"><img src="relative.png"><form action="http://a.example"></form><div>open`,
  }]);
  const main = /<main>([\s\S]*)<\/main>/.exec(html)?.[1] ?? "";
  assert.match(main, /<td style="text-align:right">1<\/td>/);
  assert.doesNotMatch(main, /onclick|position|<meta|<style|<iframe|javascript:|a\.example|relative|<form/);
  assert.match(main, /<div>open<\/div>/);
});

Deno.test("maths brings the fonts that it uses and no others", async () => {
  const faces = async (text: string) =>
    [...(await page([{ kind: "markdown", text }])).matchAll(
      /@font-face{font-family:(KaTeX_\w+);font-style:(\w+);font-weight:(\d+)/g,
    )]
      .map((match) => match.slice(1).join(" ")).sort();
  assert.deepEqual(await faces("no maths"), []);
  assert.deepEqual(await faces("$x_1$"), ["KaTeX_Main normal 400", "KaTeX_Math italic 400"]);
  const more = await faces("$\\mathbb{E}\\mathcal{L}\\mathbf{x} \\Bigl( \\sum_i \\Bigr)$ and $$\\sum_i \\frac{1}{2}$$");
  for (
    const face of [
      "KaTeX_AMS normal 400",
      "KaTeX_Caligraphic normal 400",
      "KaTeX_Main normal 700",
      "KaTeX_Size2 normal 400",
    ]
  ) {
    assert.ok(more.includes(face), `${face} is not among ${more.join(", ")}`);
  }
});

Deno.test("headings of the same words have different anchors", async () => {
  const html = await htmlReport({ title: "T", sections: [1, 2].map(() => ({ heading: "Über α", blocks: [] })) });
  const ids = [...html.matchAll(/<section id="([^"]*)"/g)].map((match) => match[1]);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.ok(html.includes(`href="#${id}"`));
});

Deno.test("a table aligns numbers, marks the best competitor, and sorts by the number behind the text", async () => {
  const html = await page([{
    kind: "table",
    columns: [{ key: "m", label: "Method" }, { key: "v", label: "Value", better: "higher" }, {
      key: "p",
      label: "p",
      format: "p",
    }],
    rows: [
      { m: "a", v: { value: 0.91, low: 0.9, high: 0.92 }, p: 1e-9 },
      { m: "b", v: 0.95, p: null },
      { m: "oracle", v: 1, p: 0.5 },
    ],
    ranked: [0, 1],
  }]);
  assert.match(html, /<td class="right best" data-sort="0.95">0.950<\/td>/);
  assert.match(html, /<td class="right" data-sort="0.91">0.910 <span class="interval">\[0.900, 0.920\]<\/span><\/td>/);
  assert.match(html, /<td class="right" data-sort="1e-9">&lt; 0.001<\/td>/);
  assert.match(html, /<td class="right">–<\/td>/);
  assert.equal(html.match(/class="right best"/g)?.length, 1);
});

Deno.test("a table that is too wide stands in parts of about equal width, each with its first column and every row", async () => {
  const names = Array.from({ length: 12 }, (_, c) => `m${c}`);
  const row = (method: string) => ({
    method,
    ...Object.fromEntries(names.map((name) => [name, { value: 0.5, low: 0.25, high: 0.75 }])),
  });
  const columns = [{ key: "method", label: "Method" }, ...names.map((name) => ({ key: name, label: name }))];
  const parts = async (count: number) => {
    const html = await page([{ kind: "table", columns: columns.slice(0, count + 1), rows: [row("a"), row("b")] }]);
    return [...html.matchAll(/<table[^]*?<\/table>/g)].map(([table]) => ({
      columns: table.match(/<th scope="col"/g)?.length,
      rows: table.match(/<th scope="row"/g)?.length,
    }));
  };
  assert.deepEqual(await parts(8), [{ columns: 9, rows: 2 }]);
  assert.deepEqual(await parts(12), [{ columns: 7, rows: 2 }, { columns: 7, rows: 2 }]);
});

Deno.test("where all of a column are alike, none is the best", async () => {
  const bold = async (a: number, b: number) =>
    (await page([{
      kind: "table",
      columns: [{ key: "m", label: "Method" }, { key: "v", label: "Value", better: "higher" }],
      rows: [{ m: "a", v: a }, { m: "b", v: b }],
    }])).match(/class="right best"/g)?.length ?? 0;
  assert.deepEqual([await bold(0, 0), await bold(0, 1)], [0, 1]);
});

Deno.test("package versions and the configuration are folded away", async () => {
  const html = await htmlReport({ title: "t", sections: [], provenance: { versions: { zod: "4" }, config: { a: 1 } } });
  assert.deepEqual(
    [...html.matchAll(/<details class="code"( open)?><summary>(\w+)/g)].map(([, open, name]) => [open, name]),
    [
      [undefined, "Versions"],
      [undefined, "Configuration"],
    ],
  );
});

Deno.test("a table that names a row it does not have is refused", async () => {
  await assert.rejects(
    page([{ kind: "table", columns: [{ key: "a", label: "A" }], rows: [{ a: 1 }], emphasised: [1] }]),
    /table row 1 does not exist: the table has 1 rows/,
  );
});

Deno.test("numbers that JSON cannot hold become gaps in a figure, and typed arrays become lists", async () => {
  const html = await page([{
    kind: "figure",
    data: [{ type: "scatter", x: new Float64Array([1, NaN, 0.1 + 0.2]), y: [Infinity, 2, 3] }],
  }]);
  assert.ok(html.includes('"x":[1,null,0.3],"y":[null,2,3]'));
});
