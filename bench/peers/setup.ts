/**
 * `deno task bench:peers`: makes the Python environment of the benchmark's peers (jitted JAX and PyTorch) in
 * results/peers, where `deno task bench` finds it. Needs python3 with venv, and some gigabytes for PyTorch. A peer some of
 * whose dependencies cannot be had is installed without them; whether it runs is tried, not assumed. One line says for each
 * peer what came of it; the exit status is 0 if any of them runs.
 */

import { defineCommand, runCommand } from "../../lib/cli/boundary.ts";
import { printError, printLine } from "../../lib/cli/output.ts";

const FOLDER = new URL("../../results/peers/", import.meta.url).pathname;
const PEERS = ["jax", "torch"] as const;
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

/** Installs a peer and what it asks for, one by one if need be. @returns what could not be had, or null if that is the peer */
async function installPeer(peer: string): Promise<{ readonly missing: string[] | null; readonly reason: string }> {
  const requirements = new URL(`requirements_${peer}.txt`, import.meta.url).pathname;
  const whole = await install("--requirement", requirements);
  if (whole.success) return { missing: [], reason: "" };
  const alone = await install("--no-deps", "--requirement", requirements);
  if (!alone.success) return { missing: null, reason: alone.reason };
  const missing: string[] = [];
  for (const requirement of (await python("-c", REQUIRES, peer)).text.split("\n")) {
    if (!(await install(requirement)).success) missing.push(requirement.split(";")[0]);
  }
  return { missing, reason: whole.reason };
}

/** One line on a peer, and whether it runs. */
async function setUp(peer: string): Promise<{ readonly runs: boolean; readonly line: string }> {
  const { missing, reason } = await installPeer(peer);
  if (missing === null) return { runs: false, line: `${peer} could not be installed: ${reason}` };
  const script = new URL(`${peer}_policy_update.py`, import.meta.url).pathname;
  const trial = await python("-B", script, "1");
  const without = missing.length === 0 ? "" : ` without ${missing.join(", ")}, which pip could not install`;
  if (trial.success) return { runs: true, line: `${peer} is installed${without}; it runs: ${trial.text}` };
  return { runs: false, line: `${peer} is installed${without}, and does not run: ${trial.reason}` };
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

const program = defineCommand("bench:peers", "Install the benchmark's peers, JAX and PyTorch, in results/peers", [
  "bench:peers",
]);

/** Sets the peers up; returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const problem = await makeEnvironment();
  if (problem !== null) {
    printError(`No Python environment for the peers (on Debian: apt-get install python3-venv): ${problem}`);
    return 1;
  }
  const results = [];
  for (const peer of PEERS) results.push(await setUp(peer));
  for (const { line } of results) printLine(line);
  if (results.some(({ runs }) => runs)) return 0;
  printError("No peer could be set up: the benchmarks show our own times alone");
  return 1;
}

if (import.meta.main) await runCommand(main);
