/** Labelled rows from a policy's own episodes: what the surrogate learns from while the policy is trained. */

import {
  createEnvironment,
  type EpisodeOptions,
  membersOf,
  type Observation,
  observedVariables,
  type Problem,
} from "../../environment/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { hasLinearTarget, totalEffects } from "../../scm/mod.ts";
import { type BeliefSource, type LabelledRows, surrogateFor } from "../../surrogate/mod.ts";

/**
 * Plays each problem once with draws from the policy, which sees the source's beliefs, and cuts every episode after a number
 * of interventions of its own (0 … horizon), so that the surrogate learns to judge histories of every length.
 */
export function collectRows(
  policy: Policy,
  source: BeliefSource,
  problems: readonly Problem[],
  episode: EpisodeOptions,
  stream: Stream,
): LabelledRows[] {
  if (problems.length === 0) return [];
  const environment = createEnvironment(problems, episode);
  const own = problems.map((_, e) => stream.child(e));
  environment.reset(own.map((s) => s.child("start")));
  const tracker = surrogateFor(source, problems).track(
    environment.observation.problems,
    own.map((s) => s.child("beliefs")),
  );
  for (let t = 0; t < episode.horizon; t++) {
    const observation = { ...environment.observation, beliefs: tracker.update(environment.observation) };
    const actions = policy.act(observation, own.map((s) => s.child("choice").child(t)), "sample");
    environment.step(actions, own.map((s) => s.child("noise").child(t)));
  }
  const start = episode.observationalRows + episode.interventionalRows;
  return problems.map((problem, e) => {
    const made = own[e].child("length").integer(episode.horizon + 1);
    return labelledRows(problem, environment.observation, e, start + made * episode.rowsPerIntervention);
  });
}

/** The first `rows` rows of one episode with the truth about its target. */
function labelledRows(
  problem: Problem,
  { history, problems }: Observation,
  episode: number,
  rows: number,
): LabelledRows {
  const { scm } = problem;
  const seen = observedVariables(problem);
  const values = new Float64Array(rows * seen.length);
  for (let row = 0; row < rows; row++) {
    const from = (episode * history.capacity + row) * problems.width;
    values.set(history.values.subarray(from, from + seen.length), row * seen.length);
  }
  const from = episode * history.capacity;
  const mask = history.set === undefined ? undefined : new Uint8Array(rows * seen.length);
  for (let row = 0; mask !== undefined && row < rows; row++) {
    for (const v of membersOf(history, from + row, problems.width)) mask[row * seen.length + v] = 1;
  }
  const parents = scm.variables[scm.target].parents;
  const effects = hasLinearTarget(scm) ? totalEffects(scm) : null;
  return {
    size: seen.length,
    target: problems.targets[episode],
    values,
    intervened: history.intervened.slice(from, from + rows),
    ...(mask === undefined ? {} : { set: mask }),
    parents: Uint8Array.from(seen, (index) => parents.includes(index) ? 1 : 0),
    effects: effects === null ? null : Float64Array.from(seen, (index) => effects[index]),
  };
}
