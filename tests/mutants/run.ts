/**
 * `deno task test:mutants`: makes the library wrong in one small way after the other, in a temporary copy, and fails if the
 * tests do not notice.
 */

import { defineCommand, runCommand, UsageError } from "../../lib/cli/boundary.ts";
import { breathe, exitCodeOf, listenForInterrupt } from "../../lib/runs/mod.ts";
import { wholeNumber } from "../../lib/cli/options.ts";
import { printError, printLine } from "../../lib/cli/output.ts";
import { suggestion } from "../../lib/input/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { isAlive, type Mutation } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";
import { mutatedFiles, readOriginals, type Trial, tryMutations } from "./trial.ts";

const program = defineCommand(
  "test:mutants",
  "Make the library wrong in one small way after the other, in a copy, and fail if the tests do not notice",
  ["test:mutants", "test:mutants --only k3-negated", "test:mutants --sample 8 --seed 3", "test:mutants --list"],
)
  .option("--only <names...>", "these mutations alone")
  .option("--sample <number>", "a random sample of so many", wholeNumber(1))
  .option("--seed <number>", "seed of the sample", wholeNumber(0), 0)
  .option("--list", "say what there is and stop", false);

/**
 * The mutations that are asked for, in the order of the list.
 * @throws UsageError for a name that none has
 */
export function chosenMutations(
  all: readonly Mutation[],
  { only, sample, seed }: { readonly only?: readonly string[]; readonly sample?: number; readonly seed: number },
): readonly Mutation[] {
  const names = all.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no mutation ${unknown}${suggestion(unknown, names)}`);
  const named = only === undefined ? all : all.filter(({ name }) => only.includes(name));
  if (sample === undefined || sample >= named.length) return named;
  const drawn = createStream(seed).child("mutants").permutation(named.length).slice(0, sample).sort();
  return Array.from(drawn, (index) => named[index]);
}

/** Exit code of a list of trials: 0 where every mutation was killed, and there was one. */
export function exitCodeFor(trials: readonly Trial[]): number {
  return trials.length > 0 && !trials.some(({ verdict }) => isAlive(verdict)) ? 0 : 1;
}

function listMutations(mutations: readonly Mutation[]): void {
  for (const { name, breaks, edits, tests } of mutations) {
    printLine(`${name}: ${breaks}\n  ${[...new Set(edits.map(({ file }) => file))].join(", ")}; ${tests.join(", ")}`);
  }
  printLine(`${mutations.length} mutations`);
}

function reportTrial({ mutation: { name, breaks, tests }, verdict, seconds, limit, output }: Trial): void {
  const hang = verdict === "killed by a hang" ? `, not done after ${limit.toFixed(0)} s` : "";
  printLine(`${verdict}  ${name}  (${seconds.toFixed(1)} s${hang})`);
  if (verdict === "survived") printError(`${name}: ${breaks}, and ${tests.join(", ")} pass`);
  if (verdict === "broken") printError(`${name}: no test failed, the mutated code cannot be loaded:\n${output}`);
}

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const { list, ...choice } = program.opts();
  const chosen = chosenMutations(MUTATIONS, choice);
  if (list) {
    listMutations(chosen);
    return 0;
  }
  // A text that moved is found out whatever the sample.
  const originals = readOriginals(MUTATIONS);
  MUTATIONS.forEach((mutation) => mutatedFiles(mutation, originals));
  printLine(
    `${chosen.length} of ${MUTATIONS.length} mutations${choice.sample === undefined ? "" : `, seed ${choice.seed}`}`,
  );
  const stop = new AbortController();
  using interrupt = listenForInterrupt("removing the temporary copy", () => stop.abort());
  while (!interrupt.listening) await breathe();
  try {
    const trials = await tryMutations(chosen, stop.signal, reportTrial);
    printLine(`${trials.filter(({ verdict }) => isAlive(verdict)).length} not killed`);
    return exitCodeFor(trials);
  } catch (error) {
    if (interrupt.signal !== undefined) return exitCodeOf(interrupt.signal);
    throw error;
  }
}

if (import.meta.main) await runCommand(main);
