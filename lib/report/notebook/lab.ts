/** What this project installs for Jupyter: a kernel of its own Deno, and a drawer of figures. */

import { dirname, join } from "node:path";
import { configError } from "../../input/mod.ts";
import { kernelName } from "../../notebook/mod.ts";
import { writeFileAtomic } from "../../runs/mod.ts";
import { plotlySource } from "../html/figure.ts";
import { plotlyTemplate } from "../theme.ts";
import container from "./lab_extension.js" with { type: "text" };

/** A kernel specification (jupyter-client.readthedocs.io, "Kernel specs"). */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: "typescript";
  readonly interrupt_mode: "signal";
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The specification of this project's kernel. Its stop button sends SIGINT, which `stopSignal` turns into an abort.
 * @param deno the executable, as an absolute path
 */
export function kernelSpec(deno: string, version: string): KernelSpec {
  return {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: `Causal GRPO (Deno ${version})`,
    language: "typescript",
    interrupt_mode: "signal",
    env: { NO_COLOR: "1" },
  };
}

/**
 * The files of a folder that Jupyter reads kernels and prebuilt extensions from (`JUPYTER_PATH`), by their path in it: the
 * kernel, and an extension with which JupyterLab 4 and Notebook 7 draw figures interactively and without network.
 * @param deno the executable, as an absolute path
 */
export async function jupyterFiles(deno: string, version: string): Promise<ReadonlyMap<string, string>> {
  const beside = {
    "remoteEntry.js": container,
    "plotly.min.js": await plotlySource("full"),
    "templates.json": JSON.stringify({ light: plotlyTemplate("light"), dark: plotlyTemplate("dark") }),
  };
  // Browsers keep what lies under a name, so another content has another name.
  const place = `static/${(await digest(Object.values(beside).join("\n"))).slice(0, 16)}`;
  const description = {
    name: kernelName,
    version: "1.0.0",
    description: "Draws Plotly figures in JupyterLab",
    jupyterlab: { _build: { load: `${place}/remoteEntry.js`, mimeExtension: "./mimeExtension" } },
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const extension = `labextensions/${kernelName}`;
  return new Map([
    [`kernels/${kernelName}/kernel.json`, json(kernelSpec(deno, version))],
    [`${extension}/package.json`, json(description)],
    ...Object.entries(beside).map(([file, content]) => [`${extension}/${place}/${file}`, content] as const),
  ]);
}

async function digest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

/**
 * Installs the kernel and the extension in a folder that Jupyter looks into. The extension's folder is written anew, so that no
 * version of it stays beside another.
 */
export async function installJupyter(share: string): Promise<void> {
  await Deno.remove(join(share, "labextensions", kernelName), { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const [path, content] of await jupyterFiles(Deno.execPath(), Deno.version.deno)) {
    await Deno.mkdir(dirname(join(share, path)), { recursive: true });
    writeFileAtomic(join(share, path), content);
  }
}

/**
 * Where Jupyter looks for what a user installed (docs.jupyter.org, "Common Directories and File Locations").
 * @throws ConfigError where the environment does not say where the user's folder is
 */
export function userJupyter(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  if (home === undefined) {
    throw configError("--user", "", "neither HOME nor USERPROFILE is set, so there is no user folder for --user");
  }
  if (Deno.build.os === "windows") return join(Deno.env.get("APPDATA") ?? join(home, "AppData", "Roaming"), "jupyter");
  return Deno.build.os === "darwin" ? join(home, "Library", "Jupyter") : join(home, ".local", "share", "jupyter");
}
