/** The sample notebook clicked through in a real Jupyter server (Debian's jupyter-notebook, or JUPYTER=path to one). */

import assert from "node:assert/strict";
import { seriesColours } from "../../lib/report/mod.ts";
import { launch } from "./chromium.ts";
import { pixelsOf, root, sampleCopy, startServer } from "./jupyter.ts";

const [blue, orange] = seriesColours;

/** @throws Error that says how to install it */
async function notebookCommand(): Promise<string> {
  const command = Deno.env.get("JUPYTER") ?? "/usr/bin/jupyter-notebook";
  if (await Deno.stat(command).then((file) => file.isFile, () => false)) return command;
  throw new Error(
    `no Jupyter at ${command}: install it (Debian: apt-get install jupyter-notebook) or set JUPYTER to its path`,
  );
}

Deno.test({
  name: "the sample notebook runs by clicking in a Jupyter server with the project's kernel",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using sample = await sampleCopy("clicked");
    const server = await startServer(
      await notebookCommand(),
      ["--NotebookApp.token=", `--notebook-dir=${root}`],
      "kernel",
    );
    const browser = await launch("127.0.0.1");
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      await page.goto(`${server.url}/notebooks/${sample.path}`);
      await page.waitForSelector("#kernel_indicator .kernel_idle_icon, .kernel_idle_icon", { timeout: 30_000 });
      assert.match(await page.locator("#kernel_indicator").innerText(), /Causal GRPO \(Deno/);
      const cells = page.locator(".code_cell");
      for (let place = 0; place < await cells.count(); place++) {
        await cells.nth(place).click();
        await page.keyboard.press("Control+Enter");
        // The prompt holds a number once the cell has run, a star before.
        await page.waitForFunction(
          (index) =>
            /\[\d+\]/.test(
              document.querySelectorAll(".code_cell")[index]?.querySelector(".input_prompt")?.textContent ?? "",
            ),
          place,
          { timeout: 30_000 },
        );
      }
      await page.waitForTimeout(500);
      const output = (place: number) => cells.nth(place).locator(".output").innerText();
      assert.match(await output(2), /to the standard output[\s\S]*to the standard error[\s\S]*and back[\s\S]*10/);
      // Lines of two pixels across a figure.
      assert.ok(await pixelsOf(cells.nth(3).locator(".output svg.drawn-figure"), blue) > 600);
      assert.ok(await pixelsOf(cells.nth(7).locator(".output svg.drawn-figure"), orange) > 600);
      assert.match(await output(7), /Roots up to 5/);
      assert.equal(await cells.nth(4).locator(".output table tbody tr").count(), 2);
      assert.match(await output(6), /5\/5 steps[\s\S]*finished/);
      assert.match(await output(8), /Some bold words[\s\S]*Some more words/);
      assert.match(await output(9), /RangeError: the value 5 is out of range/);
      const screenshots = Deno.env.get("SCREENSHOTS");
      if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/jupyter.png` });
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});
