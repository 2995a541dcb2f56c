// deno-lint-ignore-file no-console
/**
 * A baseline of one's own: `commit` tries random interventions for the first steps of an episode, and then repeats the best one
 * that it has seen. One record says its name, the parameters that it is tuned over and how it is made. Inside the library it would
 * be a file in `lib/policy/baselines/` and a name in the list of `registry.ts`; from outside it plays wherever a policy does.
 *
 *     deno run -A examples/baseline.ts
 *
 * @module
 */

import { collectResults, evaluate, heldOutProblems, summarise } from "../lib/evaluation/mod.ts";
import { type Baseline, baseline, BASELINES } from "../lib/policy/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION } from "../lib/scm/mod.ts";

/** Random interventions for a share of the episode, then the best of them again and again. */
export const commit: Baseline = baseline({
  name: "commit",
  describe: "Random interventions first, then the best of them",
  tunables: { share: [0.5, 0.25, 0.75] }, // the first is the default; deno task tune tries them all
  create({ share }) {
    const random = BASELINES.random.create({});
    return {
      name: "commit",
      act(observation, streams, mode) {
        if (observation.step < share * observation.horizon) return random.act(observation, streams, mode);
        return { ...random.recommend(observation), logProb: new Float64Array(observation.problems.episodes) };
      },
      recommend: random.recommend, // the intervention with the best outcome so far
    };
  },
});

/** Mean normalised value of an intervention, of each baseline on the same held-out systems: 0 is doing nothing, 1 the best. */
export function compare(baselines: readonly Baseline[], problems: number): ReadonlyMap<string, number> {
  const stream = createStream(4);
  const drawn = heldOutProblems(LINEAR_DISTRIBUTION, "validation", problems, stream);
  const episode = { observationalRows: 20, interventionalRows: 0, horizon: 20, rowsPerIntervention: 1 };
  return new Map(baselines.map(({ name, grid, create }) => {
    const records = evaluate(create(grid[0]), drawn, {
      episode,
      stream: stream.child("play"),
      method: name,
      mode: "sample",
    });
    return [name, summarise(collectResults(name, [records])).meanValue.value];
  }));
}

if (import.meta.main) {
  for (const [name, value] of compare([BASELINES.random, commit, BASELINES["blr-obs-ucb"]], 100)) {
    console.log(name.padEnd(12), value.toFixed(3));
  }
}
