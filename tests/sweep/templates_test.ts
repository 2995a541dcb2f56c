import assert from "node:assert/strict";
import { join } from "node:path";
import { freezeManifest, loadSlurmOptions, parallelTemplate } from "../../lib/sweep/mod.ts";
import { createManifest } from "../../lib/sweep/manifest.ts";
import { slurmScript } from "../../lib/sweep/slurm.ts";
import { inFolder, messageOf } from "../training/support.ts";

/** A manifest of two jobs in a folder of this name. */
function manifestIn(root: string, name: string): string {
  const path = join(root, name, "manifest.json");
  Deno.mkdirSync(join(root, name));
  const job = (index: number) => ({
    index,
    id: String(index),
    folder: String(index),
    overrides: [],
    config: "",
    values: {},
  });
  freezeManifest(path, createManifest("test", ["true"], [job(0), job(1)]));
  return path;
}

Deno.test("paths with spaces and quotes reach the job through GNU parallel's script as one word", () =>
  inFolder(async (root) => {
    const path = manifestIn(root, "it's a $(folder)");
    const script = parallelTemplate(path, 2);
    assert.match(script, /parallel --quote --jobs 2 /);
    // A `parallel` that prints the words it is handed, one a line, after the index in the place of {}.
    const spy = join(root, "parallel");
    Deno.writeTextFileSync(spy, '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\n', { mode: 0o755 });
    const shell = new Deno.Command("sh", { args: ["-c", script], env: { PATH: `${root}:${Deno.env.get("PATH")}` } });
    const { stdout } = await shell.output();
    assert.ok(new TextDecoder().decode(stdout).split("\n").includes(`<${path}>`));
  }));

Deno.test("a cluster option that is more than a name is refused, and adds no line to the batch script", () =>
  inFolder((root) => {
    const file = join(root, "slurm.yaml");
    for (const key of ["partition", "account"]) {
      for (const value of ["gpu\n#SBATCH --exclusive", "gpu long", "gpu;ls", ""]) {
        Deno.writeTextFileSync(file, `${key}: ${JSON.stringify(value)}\n`);
        assert.match(
          messageOf(() => loadSlurmOptions(file)),
          new RegExp(`slurm.yaml:1.*${key}: expected a name`),
          value,
        );
      }
    }
    Deno.writeTextFileSync(file, "partition: gpu,long\n");
    const options = loadSlurmOptions(file);
    const script = slurmScript(manifestIn(root, "a folder"), [0, 1], options);
    assert.match(script, /^#SBATCH --partition=gpu,long$/m);
    assert.match(script, /^#SBATCH --output=".*a folder\/logs\/%a\.log"$/m);
    assert.match(
      messageOf(() => slurmScript(manifestIn(root, "two\nlines"), [0], options)),
      /sbatch cannot read this path/,
    );
  }));
