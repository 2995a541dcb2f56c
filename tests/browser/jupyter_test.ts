/** The sample notebook clicked through in a real Jupyter server (Debian's jupyter-notebook, or JUPYTER=path to one). */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { kernelName, kernelSpec } from "../../lib/report/mod.ts";
import { launch } from "./chromium.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server without token on a free port of this machine, with the project's kernel installed in `share`. */
async function startServer(share: string): Promise<Server> {
  const command = Deno.env.get("JUPYTER") ?? "/usr/bin/jupyter-notebook";
  if (!await Deno.stat(command).then((file) => file.isFile, () => false)) {
    throw new Error(
      `no Jupyter at ${command}: install it (Debian: apt-get install jupyter-notebook) or set JUPYTER to its path`,
    );
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const process = new Deno.Command(command, {
    args: [
      "--allow-root",
      "--no-browser",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--NotebookApp.token=",
      `--notebook-dir=${root}`,
    ],
    env: {
      JUPYTER_PATH: share,
      JUPYTER_CONFIG_DIR: `${share}/config`,
      JUPYTER_DATA_DIR: `${share}/data`,
      JUPYTER_RUNTIME_DIR: `${share}/runtime`,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt++) {
    const ready = await fetch(`${url}/api`).then((answer) => answer.text().then(() => answer.ok), () => false);
    if (ready) break;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  return {
    url,
    async stop() {
      process.kill("SIGTERM");
      await process.status;
    },
  };
}

Deno.test({
  name: "the sample notebook runs by clicking in a Jupyter server with the project's kernel",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const share = await Deno.makeTempDir();
    await Deno.mkdir(`${share}/kernels/${kernelName}`, { recursive: true });
    const spec = kernelSpec(Deno.execPath(), Deno.version.deno);
    await Deno.writeTextFile(`${share}/kernels/${kernelName}/kernel.json`, JSON.stringify(spec));
    // The server saves what it opens: it works on a copy, which must lie where the imports of the cells lead.
    const copy = `${root}tests/report/fixtures/clicked.ipynb`;
    await Deno.copyFile(`${root}tests/report/fixtures/sample.ipynb`, copy);
    const server = await startServer(share);
    const browser = await launch("127.0.0.1");
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      await page.goto(`${server.url}/notebooks/tests/report/fixtures/clicked.ipynb`);
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
      assert.match(await output(3), /Figure: Squares \(squares\)/);
      assert.equal(await cells.nth(4).locator(".output table tbody tr").count(), 2);
      assert.match(await output(6), /5\/5 steps[\s\S]*finished/);
      assert.match(await output(7), /Some bold words[\s\S]*Some more words/);
      assert.match(await output(8), /RangeError: the value 5 is out of range/);
      const screenshots = Deno.env.get("SCREENSHOTS");
      if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/jupyter.png` });
    } finally {
      await browser.close();
      await server.stop();
      await Deno.remove(copy);
      await Deno.remove(share, { recursive: true });
    }
  },
});
