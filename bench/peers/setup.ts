/**
 * `deno task bench:peers`: makes the Python environment of the benchmark's peers (jitted JAX and PyTorch) in
 * results/peers, where `deno task bench` finds it. Needs python3 with venv, and some gigabytes for PyTorch. A peer that
 * cannot be installed is named, and the other one is installed all the same.
 */

import { printLine } from "../../lib/cli/output.ts";

const FOLDER = new URL("../../results/peers/", import.meta.url).pathname;

async function run(command: string, args: readonly string[]): Promise<boolean> {
  const child = new Deno.Command(command, { args: [...args], stdout: "inherit", stderr: "inherit" }).spawn();
  return (await child.status).success;
}

if (!await run("python3", ["-m", "venv", FOLDER])) Deno.exit(1);
for (const peer of ["jax", "torch"]) {
  const requirements = new URL(`requirements_${peer}.txt`, import.meta.url).pathname;
  if (await run(`${FOLDER}bin/pip`, ["install", "--requirement", requirements])) continue;
  printLine(`${peer} could not be installed: the benchmarks go on without it`);
  Deno.exitCode = 1;
}
