/** `deno task lab`: install this project's kernel and drawer of figures for Jupyter, and say how to open the notebooks. */

import { join } from "node:path";
import { projectPath } from "../input/mod.ts";
import { installJupyter, userJupyter } from "../report/mod.ts";
import { shellWord } from "../runs/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { RESULTS } from "./options.ts";
import { printLine } from "./output.ts";

const program = defineCommand(
  "lab",
  "Install the project's kernel and drawer of figures for Jupyter, and say how to open the notebooks",
  [
    "lab",
    "lab --user",
  ],
).option("--user", "install for every project of this user", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  const { user } = program.opts();
  const share = user ? userJupyter() : join(RESULTS, "jupyter");
  await installJupyter(share);
  const prefix = user ? "" : environmentPrefix(share);
  printLine(`Installed in ${share}:
- the kernel "Causal GRPO (Deno ${Deno.version.deno})", in which cells run with all permissions;
- an extension that draws figures in JupyterLab 4 and Notebook 7, interactively and without network. Every other front
  end shows them as pictures.

Open the notebooks with one of

  ${prefix}jupyter lab ${projectPath("notebooks")}
  ${prefix}jupyter notebook ${projectPath("notebooks")}
  ${prefix}code .      (VS Code with its Jupyter extension: choose the kernel in the notebook's upper right corner)

JupyterLab and Notebook are Python packages: pipx install jupyterlab, or pip install jupyterlab.
The stop button aborts cells that use stopSignal(), as the trainings of the notebooks do; other cells end with their kernel.
Under heavy load Deno's kernel sends what a cell shows after it says that the cell is done, and front ends then show it below
a later cell or not at all: run the cell again. deno task notebook loses nothing.`);
}

/** What stands before a command so that it finds the folder. */
function environmentPrefix(share: string): string {
  if (Deno.build.os === "windows") return `set "JUPYTER_PATH=${share}" && `;
  return `JUPYTER_PATH=${shellWord(share)} `;
}

if (import.meta.main) await runCommand(main);
