import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { htmlReport } from "../../lib/report/html/page.ts";
import { notebookReport } from "../../lib/report/notebook/export.ts";
import { executeNotebook, parseNotebook } from "../../lib/notebook/mod.ts";
import { launch, openReport } from "./chromium.ts";

const fixtures = fileURLToPath(new URL("../notebook/fixtures/", import.meta.url));

Deno.test({
  name: "the report of a notebook opens without complaint or request, with its figures drawn, at both widths",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const source = parseNotebook(await Deno.readTextFile(`${fixtures}sample.ipynb`), "sample.ipynb");
    const { notebook, failures } = await executeNotebook(source, { directory: fixtures });
    assert.deepEqual(failures, []);
    const html = await htmlReport(notebookReport(notebook, "sample", { command: "deno task notebook sample" }));
    const browser = await launch();
    try {
      for (const width of [1280, 420]) {
        const { page, complaints, requests, close } = await openReport(browser, html, { width });
        assert.deepEqual([complaints, requests], [[], []]);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
        // One figure and the last state of a live one.
        assert.equal(await page.locator(".js-line").count(), 2);
        assert.equal(await page.locator("table.sortable").count(), 2);
        assert.deepEqual(await page.locator("nav a").allTextContents(), [
          "Text",
          "Figures and tables",
          "Live",
          "Errors",
        ]);
        assert.match(
          await page.locator("pre.error").innerText(),
          /RangeError: the value 5 is out of range[\s\S]*line 4 of the cell: fail\(steps\);/,
        );
        await close();
      }
    } finally {
      await browser.close();
    }
  },
});
