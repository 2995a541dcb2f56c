/** Jupyter servers for the tests of this folder, with this project's kernel and extension installed in a folder of their own. */

import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import type { Locator } from "npm:playwright-core@1.65.1";
import { jupyterFiles } from "../../lib/report/notebook/lab.ts";

/** The repository, which the servers show. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A running server. */
export interface Server {
  readonly url: string;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a server without token on a free port of this machine.
 * @param command the executable
 * @param options its own options
 * @param parts what of the installed files it gets
 */
export async function startServer(
  command: string,
  options: readonly string[],
  parts: "kernel" | "kernel and extension",
): Promise<Server> {
  const share = await Deno.makeTempDir();
  for (const [path, content] of await jupyterFiles(Deno.execPath(), Deno.version.deno)) {
    if (parts === "kernel" && path.startsWith("labextensions")) continue;
    await Deno.mkdir(`${share}/${dirname(path)}`, { recursive: true });
    await Deno.writeTextFile(`${share}/${path}`, content);
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const process = new Deno.Command(command, {
    args: ["--allow-root", "--no-browser", "--ip=127.0.0.1", `--port=${port}`, ...options],
    env: {
      JUPYTER_PATH: share,
      JUPYTER_CONFIG_DIR: `${share}/config`,
      JUPYTER_DATA_DIR: `${share}/data`,
      JUPYTER_RUNTIME_DIR: `${share}/runtime`,
      JUPYTERLAB_SETTINGS_DIR: `${share}/settings`,
      JUPYTERLAB_WORKSPACES_DIR: `${share}/workspaces`,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  const server = {
    url,
    async stop() {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(share, { recursive: true });
    },
  };
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (await fetch(`${url}/api`).then((answer) => answer.text().then(() => answer.ok), () => false)) return server;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  await server.stop();
  throw new Error(`${command} does not answer at ${url} within two minutes`);
}

/** A copy of the sample notebook: servers save what they open, and imports of its cells lead from where it lies. */
export async function sampleCopy(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = "tests/notebook/fixtures", path = `${folder}/${name}.ipynb`;
  await Deno.copyFile(`${root}${folder}/sample.ipynb`, root + path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(root + path);
      // Where a server keeps what it saved last.
      await Deno.remove(`${root}${folder}/.ipynb_checkpoints`, { recursive: true }).catch(() => undefined);
    },
  };
}

/** How many pixels of what an element shows have a colour `#rrggbb`, give or take what smooth edges mix in. */
export async function pixelsOf(shown: Locator, colour: string): Promise<number> {
  await shown.scrollIntoViewIfNeeded();
  const picture = (await shown.screenshot()).toString("base64");
  return await shown.page().evaluate(async ([base64, hex]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
    const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((channel, k) => Math.abs(channel - data[at + k]) < 24)) count++;
    }
    return count;
  }, [picture, colour]);
}
