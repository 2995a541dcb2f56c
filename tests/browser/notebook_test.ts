import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { executeNotebook, htmlReport, notebookReport, parseNotebook, withPictures } from "../../lib/report/mod.ts";
import { launch, openReport } from "./chromium.ts";

const fixtures = fileURLToPath(new URL("../report/fixtures/", import.meta.url));

Deno.test({
  name: "the report of a notebook opens without complaint or request, with its figure drawn, at both widths",
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
        assert.equal(await page.locator(".js-line").count(), 1);
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

Deno.test({
  name: "figures of a notebook get still pictures of their size, on white, the same at each drawing",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const source = parseNotebook(await Deno.readTextFile(`${fixtures}sample.ipynb`), "sample.ipynb");
    const { notebook } = await executeNotebook(source, { directory: fixtures });
    const draw = async () =>
      (await withPictures(notebook, Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium")).cells
        .flatMap((cell) => cell.cell_type === "code" ? cell.outputs : [])
        .flatMap((output) => "data" in output && "image/png" in output.data ? [String(output.data["image/png"])] : []);
    const [pictures, again] = [await draw(), await draw()];
    assert.equal(pictures.length, 1);
    assert.deepEqual(pictures, again);
    const bytes = new DataView(Uint8Array.fromBase64(pictures[0] ?? "").buffer);
    assert.deepEqual([bytes.getUint32(0), bytes.getUint32(16), bytes.getUint32(20)], [0x89504e47, 1520, 840]);
    const browser = await launch();
    const page = await browser.newPage();
    const corner = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(image, 0, 0);
      return [...context?.getImageData(0, 0, 1, 1).data ?? []];
    }, pictures[0] ?? "");
    await browser.close();
    assert.deepEqual(corner, [255, 255, 255, 255]);
    await assert.rejects(withPictures(notebook, "/no/chromium"), Deno.errors.NotFound);
  },
});
