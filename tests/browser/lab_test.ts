/**
 * The sample notebook clicked through in a real JupyterLab 4. JUPYTERLAB names its executable (default: jupyter-lab on the
 * PATH); where there is none these tests are skipped.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Locator, Page } from "npm:playwright-core@1.65.1";
import { seriesColours, withPictures } from "../../lib/report/mod.ts";
import { executeNotebook, formatNotebook, parseNotebook } from "../../lib/notebook/mod.ts";
import { launch } from "./chromium.ts";
import { pixelsOf, root, sampleCopy, type Server, startServer } from "./jupyter.ts";

const command = Deno.env.get("JUPYTERLAB") ?? onPath("jupyter-lab");
const [blue, orange] = seriesColours;
/** Pixels of a line two pixels wide across a figure; words in its colour have far fewer. */
const A_LINE = 600;

function onPath(name: string): string | undefined {
  const files = (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${name}`);
  return files.find((path) => existsSync(path));
}

/** A test with a browser and a server that has some of what `deno task lab` installs. */
function labTest(
  name: string,
  parts: Parameters<typeof startServer>[2],
  run: (page: Page, server: Server) => Promise<void>,
): void {
  Deno.test({
    name: `in JupyterLab ${name}`,
    ignore: command === undefined,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const server = await startServer(
        command ?? "",
        ["--IdentityProvider.token=", `--ServerApp.root_dir=${root}`],
        parts,
      );
      const browser = await launch("127.0.0.1");
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      try {
        await run(page, server);
      } finally {
        const screenshots = Deno.env.get("SCREENSHOTS");
        if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/${parts}.png` });
        await browser.close();
        await server.stop();
      }
    },
  });
}

/** Opens a notebook; returns how to scroll to the output of a code cell. */
async function open(page: Page, { url }: Server, path: string): Promise<(place: number) => Promise<Locator>> {
  // Without reset the notebooks that were open before come back in hidden panels.
  await page.goto(`${url}/lab/tree/${path}?reset`);
  await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 120_000 });
  return async (place) => {
    const cell = page.locator(".jp-Notebook .jp-CodeCell").nth(place);
    await cell.scrollIntoViewIfNeeded();
    return cell.locator(".jp-OutputArea-output").first();
  };
}

/**
 * Runs all cells from the menu once there is a kernel, until a cell shows what it should: under load Deno's kernel (2.9.5)
 * sends outputs after it says that their cell is done, and JupyterLab then drops them or puts them below another cell.
 */
async function runAll(page: Page, output: (place: number) => Promise<Locator>, wanted: string): Promise<void> {
  await page.locator("#jp-main-statusbar", { hasText: /Causal GRPO \(Deno .*Idle/ }).waitFor({ timeout: 60_000 });
  for (let attempt = 1;; attempt++) {
    await page.locator(".lm-MenuBar-item", { hasText: "Run" }).click();
    await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
    const last = page.locator(".jp-Notebook .jp-CodeCell").last().locator(".jp-InputPrompt");
    await last.filter({ hasText: new RegExp(`\\[${attempt * CODE_CELLS}\\]`) }).waitFor({ timeout: 60_000 });
    const shown = async (place: number) =>
      await (await output(place)).locator(wanted).first().waitFor({ timeout: 10_000 }).then(() => true, () => false);
    if (await shown(FIGURE) && await shown(LIVE)) return;
    if (attempt === 3) throw new Error(`no ${wanted} after ${attempt} runs`);
  }
}

/** The sample's code cells: how many, and the places of a figure and of a live one. */
const CODE_CELLS = 11, FIGURE = 3, LIVE = 7;

labTest(
  "with the project's extension figures are drawn by Plotly, updated live, and follow the theme",
  "kernel and extension",
  async (page, server) => {
    await using sample = await sampleCopy("lab");
    const output = await open(page, server, sample.path);
    await runAll(page, output, ".main-svg .scatterlayer path");
    const figure = await output(FIGURE);
    assert.ok(await pixelsOf(figure, blue) > A_LINE);
    const live = await output(LIVE);
    await live.locator("text=Roots up to 5").waitFor({ timeout: 30_000 });
    assert.ok(await pixelsOf(live, orange) > A_LINE);
    const ink = (colour: string) =>
      page.waitForFunction(
        (wanted) => getComputedStyle(document.querySelector(".xtitle") ?? document.body).fill === wanted,
        colour,
        { timeout: 30_000 },
      );
    await ink("rgb(90, 100, 114)");
    await page.locator(".lm-MenuBar-item", { hasText: "Settings" }).click();
    await page.locator(".lm-Menu-item", { hasText: "Theme" }).first().click();
    await page.locator('.lm-Menu-item[data-command="apputils:change-theme"]', { hasText: "JupyterLab Dark" }).first()
      .click();
    await ink("rgb(154, 164, 178)");
  },
);

labTest(
  "as it comes figures are pictures, live ones too, and pixels in a notebook that ran elsewhere",
  "kernel",
  async (page, server) => {
    const seen = async (output: (place: number) => Promise<Locator>, kind: string) => {
      for (const [place, colour] of [[FIGURE, blue], [LIVE, orange]] as const) {
        const shown = (await output(place)).locator("img");
        await shown.waitFor({ timeout: 30_000 });
        assert.equal((await shown.getAttribute("src"))?.slice(0, kind.length), kind);
        assert.ok(await pixelsOf(shown, colour) > A_LINE);
      }
    };
    await using sample = await sampleCopy("lab");
    const output = await open(page, server, sample.path);
    await runAll(page, output, "img");
    await seen(output, "data:image/svg");
    await page.locator(".lm-MenuBar-item", { hasText: "File" }).click();
    await page.locator('.lm-Menu-item[data-command="docmanager:save"]').click();

    await using elsewhere = await sampleCopy("elsewhere");
    const source = parseNotebook(await Deno.readTextFile(root + elsewhere.path), "sample");
    const { notebook } = await executeNotebook(source, { directory: `${root}tests/notebook/fixtures` });
    await Deno.writeTextFile(root + elsewhere.path, formatNotebook((await withPictures(notebook)).notebook));
    await seen(await open(page, server, elsewhere.path), "data:image/png");
  },
);
