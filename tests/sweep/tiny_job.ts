/**
 * A training of a second that is nothing but a recurrence: starts or resumes the run in a folder, as the real command does.
 * Arguments: folder, config, and how many updates to do before stopping (0: all of `grpo.updates`).
 */

import { isLocked, Run, runState } from "../../lib/runs/mod.ts";
import { loadConfig } from "../../lib/config/mod.ts";
import { exitCodeOf, listenForInterrupt } from "../../lib/runs/mod.ts";
import { options, tensors } from "../training/support.ts";

const [folder = "", file = "", stopAt = "0"] = Deno.args;
if (runState(folder, false) === "finished") Deno.exit(0);
const started = exists(`${folder}/config.yaml`);
const resumed = started && !isLocked(folder) ? Run.resume(folder, options) : undefined;
using run = resumed?.run ?? Run.createIn(folder, loadConfig(file), options);
using interrupt = listenForInterrupt("saving");
let x = resumed?.checkpoint?.policy.get("w")?.data[0] ?? run.config.seed;
const last = run.config.grpo.updates;
const until = Number(stopAt) === 0 ? last : Math.min(last, Number(stopAt));
let update = resumed?.checkpoint?.update ?? 0;

function save(): void {
  const contents = { update, policy: tensors(x), optimizer: tensors(), state: {}, metrics: { x } };
  run.saveCheckpoint(contents, x);
}

while (update < until) {
  update++;
  x = Math.fround(Math.sin(x * 1.7 + update) * run.config.optimizer.learning_rate);
  run.log(update, { x, normalised_value: run.config.optimizer.learning_rate });
  if (update % run.config.checkpoint.every === 0) save();
  await new Promise((resolve) => setTimeout(resolve, Number(Deno.env.get("TINY_PAUSE") ?? 0)));
  if (interrupt.signal !== undefined) {
    save();
    Deno.exit(exitCodeOf(interrupt.signal));
  }
}
if (until === last) run.finish({ x });
else save();
// The signal listener would keep the process alive.
Deno.exit(0);

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
