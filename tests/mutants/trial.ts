/** Trying mutations in a temporary copy of the project: the working tree is never written to. */

import { join } from "node:path";
import { ROOT } from "../../lib/cli/options.ts";
import { edited, type Mutation, type Verdict, verdictOf } from "./mutation.ts";

/** What tests read: everything else of the project stays where it is. */
const COPIED = ["lib", "tests", "configs", "examples", "deno.json", "deno.lock"];

/** Tests may take so many times as long as without a mutation, and so many seconds in any case, before they count as hanging. */
export interface Patience {
  readonly times: number;
  readonly atLeast: number;
}

const PATIENCE: Patience = { times: 8, atLeast: 60 };
/** Seconds that one file of tests may take without a mutation. */
const UNMUTATED_LIMIT = 600;

/** What became of a mutation, and how long its tests took. */
export interface Trial {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Seconds after which the tests were taken to hang. */
  readonly limit: number;
  /** What the tests printed. */
  readonly output: string;
}

/** How a run of tests ended. */
interface TestRun {
  readonly success: boolean;
  readonly hung: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Every file that mutations edit, as it is, by its path from the project's folder. */
export function readOriginals(mutations: readonly Mutation[]): ReadonlyMap<string, string> {
  const files = new Set(mutations.flatMap(({ edits }) => edits.map(({ file }) => file)));
  return new Map([...files].map((file) => [file, Deno.readTextFileSync(join(ROOT, file))]));
}

/**
 * The contents of the files that a mutation changes.
 * @throws RangeError if a text is not there exactly once, or if nothing would change
 */
export function mutatedFiles(
  { name, edits }: Mutation,
  originals: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  for (const edit of edits) {
    try {
      changed.set(edit.file, edited(changed.get(edit.file) ?? originals.get(edit.file) ?? "", edit));
    } catch (cause) {
      throw cause instanceof RangeError ? new RangeError(`${name}: ${cause.message}`) : cause;
    }
  }
  return changed;
}

/**
 * Tries mutations one after the other; the copy is removed at the end, and when `stop` fires.
 * @param report called with each trial when it is over
 * @throws Error if a file of tests fails without any mutation, naming it
 */
export async function tryMutations(
  mutations: readonly Mutation[],
  stop: AbortSignal,
  report: (trial: Trial) => void = () => {},
  patience = PATIENCE,
): Promise<readonly Trial[]> {
  const originals = readOriginals(mutations);
  const copy = Deno.makeTempDirSync({ prefix: "mutants-" });
  try {
    for (const path of COPIED) copyInto(copy, path);
    const unmutated = await timeUnmutated(copy, mutations, stop);
    const trials: Trial[] = [];
    for (const mutation of mutations) {
      const usual = mutation.tests.reduce((sum, file) => sum + (unmutated.get(file) ?? 0), 0);
      const limit = Math.max(patience.atLeast, patience.times * usual);
      const trial = await tryOne(copy, mutation, originals, limit, stop);
      trials.push(trial);
      report(trial);
    }
    return trials;
  } finally {
    Deno.removeSync(copy, { recursive: true });
  }
}

/** Makes one mutation in the copy, runs its tests and undoes it. */
async function tryOne(
  copy: string,
  mutation: Mutation,
  originals: ReadonlyMap<string, string>,
  limit: number,
  stop: AbortSignal,
): Promise<Trial> {
  const changed = mutatedFiles(mutation, originals);
  changed.forEach((contents, file) => Deno.writeTextFileSync(join(copy, file), contents));
  const run = await runTests(copy, mutation.tests, limit, stop);
  changed.forEach((_, file) => Deno.writeTextFileSync(join(copy, file), originals.get(file) ?? ""));
  const verdict = run.hung ? "killed by a hang" : verdictOf(run);
  return { mutation, verdict, seconds: run.seconds, limit, output: run.output };
}

/** Seconds that each file of tests takes without a mutation. */
async function timeUnmutated(
  copy: string,
  mutations: readonly Mutation[],
  stop: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map<string, number>();
  for (const file of new Set(mutations.flatMap(({ tests }) => tests))) {
    const run = await runTests(copy, [file], UNMUTATED_LIMIT, stop);
    if (!run.success) throw new Error(`${file} fails without any mutation:\n${run.output}`);
    seconds.set(file, run.seconds);
  }
  return seconds;
}

/** Runs files of tests in the copy; a run that takes longer than `limit` seconds is ended. */
async function runTests(copy: string, files: readonly string[], limit: number, stop: AbortSignal): Promise<TestRun> {
  const began = performance.now();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), limit * 1000);
  try {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--quiet", "--fail-fast", ...files],
      cwd: copy,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.any([over.signal, stop]),
    }).output();
    stop.throwIfAborted();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return { success, hung: over.signal.aborted && !success, seconds: (performance.now() - began) / 1000, output };
  } finally {
    clearTimeout(timer);
  }
}

function copyInto(folder: string, path: string): void {
  const from = join(ROOT, path);
  if (!Deno.statSync(from).isDirectory) return Deno.copyFileSync(from, join(folder, path));
  Deno.mkdirSync(join(folder, path));
  for (const { name } of Deno.readDirSync(from)) copyInto(folder, join(path, name));
}
