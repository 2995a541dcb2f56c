/**
 * `deno task bench:peers`: makes the Python environment of the benchmark's peer, JAX, in results/peers, where `deno task bench` finds
 * it. Needs python3 with venv. Where some of JAX's dependencies cannot be had it is installed without them; whether it runs is tried,
 * not assumed. One line says what came of it; the exit status is 0 if it runs.
 */

import { defineCommand, runCommand } from "../../lib/cli/boundary.ts";
import { printError, printLine } from "../../lib/cli/output.ts";

const FOLDER = new URL("../../results/peers/", import.meta.url).pathname;
/** Compiles and runs something; prints the version. */
const TRIAL = "import jax; jax.jit(lambda x: x + 1)(1.0).block_until_ready(); print(jax.__version__)";
/** Prints what a package asks for, without its extras, one requirement a line. */
const REQUIRES = "import importlib.metadata as m, sys; " +
  "print(*[r for r in m.requires(sys.argv[1]) or [] if 'extra ==' not in r], sep='\\n')";

/** Runs a program of the environment. @returns its output, or why it failed: the last line of its errors, or pip's own word */
async function run(program: string, args: readonly string[], stdout: "inherit" | "piped") {
  const child = new Deno.Command(program, { args: [...args], stdout, stderr: "piped" });
  const output = await child.output();
  const lines = new TextDecoder().decode(output.stderr).trim().split("\n");
  const reason = lines.findLast((line) => line.startsWith("ERROR: ")) ?? lines[lines.length - 1];
  const text = stdout === "piped" ? new TextDecoder().decode(output.stdout).trim() : "";
  return { success: output.success, text, reason: reason.replace("ERROR: ", "") };
}

const install = (...args: string[]) => run(`${FOLDER}bin/pip`, ["install", ...args], "inherit");
const python = (...args: string[]) => run(`${FOLDER}bin/python`, args, "piped");

/** Installs JAX and what it asks for, one by one if need be. @returns what could not be had, or null if that is JAX */
async function installJax(): Promise<{ readonly missing: string[] | null; readonly reason: string }> {
  const requirements = new URL("requirements_jax.txt", import.meta.url).pathname;
  const whole = await install("--requirement", requirements);
  if (whole.success) return { missing: [], reason: "" };
  const alone = await install("--no-deps", "--requirement", requirements);
  if (!alone.success) return { missing: null, reason: alone.reason };
  const missing: string[] = [];
  for (const requirement of (await python("-c", REQUIRES, "jax")).text.split("\n")) {
    if (!(await install(requirement)).success) missing.push(requirement.split(";")[0]);
  }
  return { missing, reason: whole.reason };
}

/** One line on JAX, and whether it runs. */
async function setUp(): Promise<{ readonly runs: boolean; readonly line: string }> {
  const { missing, reason } = await installJax();
  if (missing === null) return { runs: false, line: `JAX could not be installed: ${reason}` };
  const trial = await python("-B", "-c", TRIAL);
  const without = missing.length === 0 ? "" : ` without ${missing.join(", ")}, which pip could not install`;
  if (trial.success) return { runs: true, line: `JAX ${trial.text} is installed${without} and runs` };
  return { runs: false, line: `JAX is installed${without}, and does not run: ${trial.reason}` };
}

/** Makes the environment. @returns why it could not be made, or null */
async function makeEnvironment(): Promise<string | null> {
  try {
    const { success, reason } = await run("python3", ["-m", "venv", FOLDER], "inherit");
    return success ? null : reason;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no python3";
    throw error;
  }
}

const program = defineCommand("bench:peers", "Install the benchmark's peer, JAX, in results/peers", ["bench:peers"]);

/** Sets JAX up; returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const problem = await makeEnvironment();
  if (problem !== null) {
    printError(`No Python environment for JAX (on Debian: apt-get install python3-venv): ${problem}`);
    return 1;
  }
  const { runs, line } = await setUp();
  if (runs) printLine(line);
  else printError(line);
  return runs ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
