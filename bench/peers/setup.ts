/**
 * `deno task bench:peers`: makes the Python environment of the benchmark's peers (jitted JAX and PyTorch) in
 * results/peers, where `deno task bench` finds it. Needs python3 with venv, and some gigabytes for PyTorch.
 */

const FOLDER = new URL("../../results/peers/", import.meta.url).pathname;
const REQUIREMENTS = new URL("requirements.txt", import.meta.url).pathname;

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(command, { args: [...args], stdout: "inherit", stderr: "inherit" }).output();
  if (code !== 0) Deno.exit(code);
}

await run("python3", ["-m", "venv", FOLDER]);
await run(`${FOLDER}bin/pip`, ["install", "--requirement", REQUIREMENTS]);
