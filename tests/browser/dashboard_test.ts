import assert from "node:assert/strict";
import { createDashboard } from "../../lib/dashboard/mod.ts";
import { Run, RunIndex } from "../../lib/runs/mod.ts";
import { configOf, inFolder, options } from "../training/support.ts";
import { launch } from "./chromium.ts";

Deno.test("the dashboard lists runs, overlays their curves, follows a running one, and loads nothing from elsewhere", () =>
  inFolder(async (root) => {
    using running = Run.create(root, configOf("seed=1"), options);
    using other = Run.create(root, configOf("seed=2"), options);
    for (const run of [running, other]) {
      for (const update of [1, 2, 3]) run.log(update, { normalised_value: update / 4, entropy: 1 / update });
    }
    other.finish({ normalised_value: 0.75 });
    using index = RunIndex.open(root, assert.fail);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, createDashboard(index));
    const browser = await launch("127.0.0.1");
    try {
      const page = await (await browser.newContext({ viewport: { width: 1200, height: 800 } })).newPage();
      const complaints: string[] = [];
      const foreign: string[] = [];
      const origin = `http://127.0.0.1:${server.addr.port}/`;
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
      });
      await page.goto(origin);
      const boxes = page.locator("#runs input");
      await boxes.nth(1).waitFor();
      assert.equal(await boxes.count(), 2);
      const curves = (count: number) =>
        page.waitForFunction(
          (count) =>
            document.querySelectorAll('[data-metric="normalised_value"] .scatterlayer .trace').length === count,
          count,
        );
      // What runs is shown at first, with its other seed: the mean, and the band around it.
      await curves(2);
      assert.equal(await page.locator("#runs input:checked").count(), 2);
      assert.match(await page.locator("#runs tr", { hasText: "running" }).innerText(), /3 \/ \d+/);
      const chart = page.locator('[data-metric="normalised_value"]');
      assert.equal(await chart.locator(".js-fill").count(), 1, "a band");
      await page.uncheck("#bands");
      await page.waitForFunction(() => document.querySelectorAll(".js-fill").length === 0);
      await curves(2);
      await boxes.nth(1).uncheck();
      await curves(1);
      await page.fill("#metric-filter", "value");
      await page.locator(".chart").nth(1).waitFor({ state: "detached" });
      // Who is sent the address sees the same.
      const address = page.url();
      await page.goto("about:blank");
      await page.goto(address);
      await curves(1);
      assert.deepEqual([await page.locator("#runs input:checked").count(), await page.isChecked("#bands")], [1, false]);
      assert.equal(await page.inputValue("#metric-filter"), "value");
      await page.fill("#metric-filter", "");
      await boxes.nth(1).check();
      await curves(2);
      await page.click("#heads button:text('score')");
      await page.locator("th[aria-sort=descending]", { hasText: "score" }).waitFor();
      for (const width of [1280, 420]) {
        await page.setViewportSize({ width, height: 800 });
        // Figures follow the window in their own time.
        await page.waitForFunction((width) => document.documentElement.scrollWidth <= width, width);
      }
      assert.equal(await page.locator(".chart").count(), 2);
      running.log(4, { normalised_value: 1, entropy: 0.25 });
      await page.waitForFunction(() =>
        [...document.querySelectorAll("#runs td")].some(({ textContent }) => /^4 \/ /.test(textContent ?? ""))
      );
      await page.waitForFunction(() => {
        const drawn = document.querySelector('[data-metric="normalised_value"]') as { data?: { x: number[] }[] } | null;
        return drawn?.data?.some(({ x }) => x.length === 4);
      });
      await page.fill("#metric-filter", "entropy");
      await chart.waitFor({ state: "detached" });
      await page.fill("#filter", "state=finished");
      await page.waitForFunction(() => document.querySelectorAll("#runs input").length === 1);
      await page.fill("#filter", "nonsense");
      await page.locator("#problem", { hasText: "expected KEY=VALUE" }).waitFor();
      assert.deepEqual(foreign, []);
      assert.deepEqual(complaints.filter((text) => !text.includes("400 (Bad Request)")), []);
    } finally {
      await browser.close();
      await server.shutdown();
    }
  }));
