/**
 * `deno task bench`: every benchmark of speed, one after the other, each a process of its own. One that fails does not keep the
 * others from running: it is named at the end, and the exit status is then 1. A peer that is not installed is no failure.
 */

import { printError, printLine } from "../lib/cli/output.ts";

const PARTS = ["matmul", "policy_update", "growth", "end_to_end", "scm_sampling"] as const;

const failed: string[] = [];
for (const part of PARTS) {
  printLine(`== ${part}`);
  const script = new URL(`${part}.ts`, import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script] }).spawn().status;
  if (!success) failed.push(part);
  printLine();
}
if (failed.length > 0) {
  printError(`These benchmarks failed: ${failed.join(", ")}`);
  Deno.exitCode = 1;
}
