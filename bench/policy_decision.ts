/** Milliseconds that each kind of learned policy takes for one decision, in batches of 8 episodes of the linear track, in turn. */

import { createEnvironment } from "../lib/environment/mod.ts";
import { loadConfig } from "../lib/config/mod.ts";
import { createPolicy } from "../lib/training/policy.ts";
import { createStream } from "../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION, sampleProblem } from "../lib/scm/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";

const EPISODES = 8;
const HORIZON = 20;
/** Of each decision; the shortest counts, since other programs only slow down. */
const REPETITIONS = 5;

await useBackend("simd");
const problems = Array.from({ length: EPISODES }, (_, i) => sampleProblem(LINEAR_DISTRIBUTION, createStream(i)));
const streams = problems.map((_, e) => createStream(e));
const policies = [
  ["statistics", createPolicy(loadConfig("configs/linear.yaml"), createStream(0))],
  ["history", createPolicy(loadConfig("configs/history.yaml"), createStream(0))],
] as const;
const environment = createEnvironment(problems, {
  observationalRows: 20,
  interventionalRows: 0,
  horizon: HORIZON,
  rowsPerIntervention: 1,
});
environment.reset(streams);
const best = policies.map(() => Infinity);
for (let t = 0; t < HORIZON; t++) {
  let action;
  for (const [p, [, policy]] of policies.entries()) {
    for (let r = 0; r < REPETITIONS; r++) {
      const started = performance.now();
      action = policy.act(environment.observation, streams.map((own) => own.child(t)), "mode");
      if (t >= HORIZON / 2) best[p] = Math.min(best[p], (performance.now() - started) / EPISODES);
    }
  }
  if (action !== undefined) environment.step(action, streams.map((own) => own.child("noise").child(t)));
}
printLine(formatTable(
  [{ heading: "policy" }, { heading: "ms a decision", digits: 3 }],
  policies.map(([name], p) => [name, best[p]]),
));
