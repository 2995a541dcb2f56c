/** `deno task lab`: install this project's kernel for Jupyter and say how to open the notebooks. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../runs/mod.ts";
import { kernelName, kernelSpec } from "../report/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { RESULTS } from "./options.ts";
import { printLine } from "./output.ts";

const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));

const program = defineCommand(
  "lab",
  "Install the project's Jupyter kernel and say how to open JupyterLab, Notebook or VS Code",
  [
    "lab",
    "lab --user",
  ],
).option("--user", "install the kernel for every project of this user", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  const { user } = program.opts();
  const share = user ? userShare() : join(RESULTS, "jupyter");
  const folder = join(share, "kernels", kernelName);
  await Deno.mkdir(folder, { recursive: true });
  const spec = kernelSpec(Deno.execPath(), Deno.version.deno);
  writeFileAtomic(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  const prefix = user ? "" : `JUPYTER_PATH=${share} `;
  printLine(`The kernel "${spec.display_name}" is in ${folder}

JupyterLab:  ${prefix}jupyter lab ${NOTEBOOKS}
Notebook:    ${prefix}jupyter notebook ${NOTEBOOKS}
VS Code:     ${prefix}code .   then open a notebook and select the kernel "${spec.display_name}" (Jupyter extension)

JupyterLab is a Python package: pipx install jupyterlab. Cells run with all permissions.
The stop button aborts cells that use stopSignal(); other cells end with their kernel.`);
}

/** Where Jupyter looks for the user's own kernels (docs.jupyter.org, "Common Directories and File Locations"). */
function userShare(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  if (home === undefined) {
    throw new UsageError("neither HOME nor USERPROFILE is set, so there is no user folder for --user");
  }
  if (Deno.build.os === "windows") return join(Deno.env.get("APPDATA") ?? join(home, "AppData", "Roaming"), "jupyter");
  return Deno.build.os === "darwin" ? join(home, "Library", "Jupyter") : join(home, ".local", "share", "jupyter");
}

if (import.meta.main) await runCommand(main);
