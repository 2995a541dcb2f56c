import assert from "node:assert/strict";
import type { Data } from "plotly.js-dist-min";
import type { Page } from "npm:playwright-core@1.65.1";
import { type Block } from "../../lib/report/mod.ts";
import { htmlReport } from "../../lib/report/html/page.ts";
import { comparisonReport } from "../../lib/report/comparison/report.ts";
import { theoryReport } from "../../lib/report/theory.ts";
import { trainingReport } from "../../lib/report/training/report.ts";
import { twoPhaseReport } from "../../lib/report/two_phase.ts";
import { study } from "../contest/two_phase_study.ts";
import { exampleComparison } from "../report/comparison_data.ts";
import { exampleRun } from "../report/run_data.ts";
import { comparison, exampleResults, exampleTheory, search } from "../report/theory_data.ts";
import { launch, openReport } from "./chromium.ts";

/** For each figure, how many marks stand in its plot area: lines, points, bars, boxes, pictures, slices, or painted canvas pixels. */
function marks(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("div.plot-area")].map((plot) => {
      const drawn = [
        ...plot.querySelectorAll(".plot path, .plot image, .pielayer path, .gl-container canvas, .ternarylayer path"),
      ];
      return drawn.filter((mark) => {
        const box = mark.getBoundingClientRect();
        return mark instanceof HTMLCanvasElement ? box.width > 0 : box.width + box.height > 1;
      }).length;
    })
  );
}

/** Tables of which a reader does not see every column, as `drawn/shown` widths. */
function cut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("main .scroll")].filter((box) => box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.scrollWidth}/${box.clientWidth}: ${box.closest("section")?.id}`)
  );
}

const noLeaks = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "a training report opens without complaint or request at both widths, light and dark, with every figure drawn",
  noLeaks,
  async () => {
    const html = await trainingReport(exampleRun());
    const browser = await launch();
    try {
      for (const width of [1280, 420]) {
        for (const colorScheme of ["light", "dark"] as const) {
          const report = await openReport(browser, html, { width, colorScheme });
          assert.deepEqual(report.complaints, []);
          assert.deepEqual(report.requests, []);
          const drawn = await marks(report.page);
          assert.ok(drawn.length > 10 && drawn.every((count) => count > 0), `marks: ${drawn.join(" ")}`);
          const seen = await report.page.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            ground: getComputedStyle(document.body).backgroundColor,
            ink: getComputedStyle(document.querySelector(".xtitle") ?? document.body).fill,
            badMaths: document.querySelectorAll(".katex-error").length,
            missingFonts: [...document.fonts].filter((font) => font.status === "error").length,
            inter: document.fonts.check("13px Inter"),
          }));
          assert.ok(seen.scroll <= width, `the page is ${seen.scroll} px wide in a window of ${width}`);
          if (width === 1280) assert.deepEqual(await cut(report.page), []);
          assert.equal(seen.ground, colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 23, 28)");
          assert.equal(seen.ink, colorScheme === "light" ? "rgb(90, 100, 114)" : "rgb(154, 164, 178)");
          assert.deepEqual([seen.badMaths, seen.missingFonts, seen.inter], [0, 0, true]);
          await report.close();
        }
      }
    } finally {
      await browser.close();
    }
  },
);

/** The other reports, each with the number of figures that it has at least. */
const REPORTS = [
  { what: "a comparison of models", figures: 12, html: () => comparisonReport(exampleComparison()) },
  {
    what: "a study of two-phase training",
    figures: 4,
    html: () => twoPhaseReport({ study: study(), findings: ["A finding."], provenance: {} }),
  },
  {
    what: "a theory run",
    figures: 3,
    html: () => theoryReport(exampleTheory(exampleResults(comparison(0.4, 0.9, [search("uniform", 0)])))),
  },
];

for (const { what, figures, html } of REPORTS) {
  Deno.test(`${what} opens without complaint or request, with every figure drawn`, noLeaks, async () => {
    const browser = await launch();
    try {
      for (const width of [1280, 420]) {
        const report = await openReport(browser, await html(), { width });
        assert.deepEqual(report.complaints, []);
        assert.deepEqual(report.requests, []);
        const drawn = await marks(report.page);
        assert.ok(drawn.length >= figures && drawn.every((count) => count > 0), `marks: ${drawn.join(" ")}`);
        const scroll = await report.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(scroll <= width, `the page is ${scroll} px wide in a window of ${width}`);
        if (width === 1280) assert.deepEqual(await cut(report.page), []);
        await report.close();
      }
    } finally {
      await browser.close();
    }
  });
}

Deno.test(
  "the toggle changes page and figures, a heading sorts its table, and print is light with all code open",
  noLeaks,
  async () => {
    const browser = await launch();
    try {
      const { page, complaints, close } = await openReport(browser, await trainingReport(exampleRun()), {
        width: 1280,
      });
      const ink = () => page.evaluate(() => getComputedStyle(document.querySelector(".xtitle") ?? document.body).fill);
      await page.click("#theme");
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(20, 23, 28)");
      assert.equal(await ink(), "rgb(154, 164, 178)");

      const table = page.locator("table.sortable").first();
      const first = () => table.locator("tbody th").first().textContent();
      const original = await first();
      await table.locator("thead button").nth(3).click();
      assert.equal(await table.locator("thead th").nth(3).getAttribute("aria-sort"), "descending");
      const steps = await table.locator("tbody tr td:nth-child(4)").allTextContents();
      assert.deepEqual(steps, ["3.0", "2.6", "2.0", "–", "–"]);
      await table.locator("thead button").nth(3).click();
      assert.deepEqual(await table.locator("tbody tr td:nth-child(4)").allTextContents(), [
        "2.0",
        "2.6",
        "3.0",
        "–",
        "–",
      ]);
      await table.locator("thead button").nth(3).click();
      assert.equal(await first(), original);

      await page.emulateMedia({ media: "print" });
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
      assert.equal(
        await page.evaluate(() => [...document.querySelectorAll("details")].every((fold) => fold.open)),
        true,
      );
      // Nothing is wider than the sheet: A4 less its margins.
      await page.setViewportSize({ width: 703, height: 1000 });
      const beyond = await page.evaluate(() =>
        [...document.querySelectorAll("main .main-svg, main table")].map((drawn) => drawn.getBoundingClientRect().right)
          .filter((right) => right > innerWidth + 1)
      );
      assert.deepEqual(beyond, []);
      assert.ok((await page.pdf()).length > 50_000);
      assert.deepEqual(complaints, []);
      await close();
    } finally {
      await browser.close();
    }
  },
);

Deno.test("each bundle draws its trace types under the page's policy", noLeaks, async () => {
  const z = [[1, 2, 3], [2, 4, 1], [0, 1, 5]];
  const y = [1, 2, 2, 3, 8];
  const bundles: Record<string, Data[]> = {
    basic: [{ type: "scatter", y }, { type: "bar", y }, { type: "pie", values: [1, 2], labels: ["a", "b"] }],
    cartesian: [
      { type: "heatmap", z },
      { type: "contour", z },
      { type: "box", y },
      { type: "violin", y },
      { type: "histogram", x: y },
      { type: "histogram2d", x: y, y },
      { type: "scatterternary", a: [1, 2], b: [2, 1], c: [1, 1], mode: "markers" },
    ],
    full: [
      { type: "parcoords", dimensions: [{ values: [1, 2], label: "a" }, { values: [2, 1], label: "b" }] },
      { type: "sankey", node: { label: ["a", "b"] }, link: { source: [0], target: [1], value: [1] } },
      { type: "scatterpolar", r: [1, 2], theta: [0, 90], mode: "markers" },
    ],
  };
  const browser = await launch();
  try {
    for (const [bundle, traces] of Object.entries(bundles)) {
      const blocks = traces.map((trace): Block => ({ kind: "figure", title: String(trace.type), data: [trace] }));
      const html = await htmlReport({ title: bundle, sections: [{ heading: bundle, blocks }] });
      const report = await openReport(browser, html, { width: 800 });
      // Chromium says that it draws WebGL in software here; that is no complaint about the page.
      assert.deepEqual(report.complaints.filter((text) => !/WebGL|GPU stall|swiftshader/i.test(text)), []);
      const drawn = await report.page.evaluate(() =>
        [...document.querySelectorAll("div.plot-area")].map((plot) =>
          [...plot.querySelectorAll("path, image, canvas, rect.bar")].filter((mark) => {
            const box = mark.getBoundingClientRect();
            return mark.closest(".modebar, .legend, .infolayer, .draglayer, .bglayer, .gridlayer, defs") === null &&
              box.width > 2;
          }).length
        )
      );
      assert.ok(drawn.length === traces.length && drawn.every((count) => count > 0), `${bundle}: ${drawn.join(" ")}`);
      await report.close();
    }
  } finally {
    await browser.close();
  }
});

Deno.test("what a cell displayed can run no script, whatever it says", noLeaks, async () => {
  const attack = (n: number) => `document.documentElement.dataset.broken="${n}"`;
  const html = await htmlReport({
    title: "attack",
    sections: [{
      heading: "attack",
      blocks: [
        {
          kind: "html",
          html: `<script>${attack(1)}</script><img src=x onerror='${attack(2)}'><b onmouseover='${attack(3)}'>b</b>`,
        },
        { kind: "html", html: `<svg onload='${attack(4)}'></svg><a href="javascript:${attack(5)}">a</a>` },
        { kind: "markdown", text: `<script>${attack(6)}</script> [x](javascript:${attack(7)})` },
        { kind: "figure", data: [{ type: "scatter", y: [1, 2], name: `</script><script>${attack(8)}</script>` }] },
      ],
    }],
  });
  // The same page with the attack put in behind the sanitiser's back: the policy alone must stop it.
  const injected = html.replace("</main>", `<script>${attack(9)}</script><img src=x onerror='${attack(10)}'></main>`);
  const browser = await launch();
  try {
    for (const [page, violations] of [[html, false], [injected, true]] as const) {
      const report = await openReport(browser, page, { width: 800 });
      for (const link of await report.page.locator("main a").all()) {
        await link.click({ timeout: 1000 }).catch(() => undefined);
      }
      assert.equal(await report.page.evaluate(() => document.documentElement.dataset.broken), undefined);
      assert.equal(report.complaints.some((text) => /Content Security Policy/.test(text)), violations);
      await report.close();
    }
  } finally {
    await browser.close();
  }
});
