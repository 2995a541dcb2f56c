/** Programs behind the tasks that train, with the flags of V8 that those tasks have in deno.json. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  // Keeps garbage from piling up.
  train: ["--v8-flags=--max-semi-space-size=16,--heap-growing-percent=70", "{root}/lib/cli/train.ts"],
  "train:surrogate": ["{root}/lib/cli/train_surrogate.ts"],
  theory: ["{root}/lib/cli/theory.ts"],
};

/**
 * The command of a sweep's jobs: starts a training in the job's folder, or goes on with it.
 * @param task that trains: that of a kind of training
 * @throws RangeError for another task
 */
export function trainingCommand(task: string): readonly string[] {
  const program = PROGRAMS[task];
  if (program === undefined) {
    throw new RangeError(`deno task ${task} runs no jobs; ${Object.keys(PROGRAMS).join(", ")} do`);
  }
  return ["{deno}", "run", "-A", ...program, "--out", "{folder}", "--config", "{config}"];
}
