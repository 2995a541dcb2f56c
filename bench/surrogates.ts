/** Milliseconds that a surrogate takes to update its beliefs about one episode by one more row, in batches of 64 with 40 rows. */

import { createEnvironment } from "../lib/environment/mod.ts";
import { openNeuralSurrogate } from "../lib/training/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION, sampleProblem } from "../lib/scm/mod.ts";
import { createActiveSurrogate, createExactSurrogate, EXACT_LIMIT, type Surrogate } from "../lib/surrogate/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";

const EPISODES = 64;
const REPETITIONS = 5;

await useBackend("simd");
const surrogates = [openNeuralSurrogate(null).surrogate, createActiveSurrogate(), createExactSurrogate()];

/** The shortest of several updates. */
function milliseconds(surrogate: Surrogate, variables: number): number {
  const scms = { ...LINEAR_DISTRIBUTION, sizes: { min: variables, max: variables } };
  const problems = Array.from({ length: EPISODES }, (_, i) => sampleProblem(scms, createStream(i)));
  const streams = problems.map((_, e) => createStream(e));
  const environment = createEnvironment(problems, {
    observationalRows: 20,
    interventionalRows: 20,
    horizon: REPETITIONS,
    rowsPerIntervention: 1,
  });
  environment.reset(streams);
  const tracker = surrogate.track(environment.observation.problems, streams);
  tracker.update(environment.observation);
  let best = Infinity;
  const { settable, width } = environment.observation.problems;
  const variable = Int32Array.from(problems, (_, e) => settable.indexOf(1, e * width) - e * width);
  for (let r = 0; r < REPETITIONS; r++) {
    environment.step({ variable, value: new Float64Array(EPISODES).fill(1) }, streams.map((own) => own.child(r)));
    const started = performance.now();
    tracker.update(environment.observation);
    best = Math.min(best, performance.now() - started);
  }
  return best / EPISODES;
}

printLine(formatTable(
  [{ heading: "variables" }, ...surrogates.map(({ name }) => ({ heading: `${name}, ms`, digits: 3 }))],
  [5, 8, 10, 20].map((variables) => [
    variables,
    ...surrogates.map((surrogate) =>
      surrogate.name === "exact" && variables > EXACT_LIMIT ? null : milliseconds(surrogate, variables)
    ),
  ]),
));
