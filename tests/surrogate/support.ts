/** Episodes played at random, and what a surrogate believes along them. */

import {
  type Beliefs,
  createEnvironment,
  type Environment,
  type EpisodeOptions,
  type Problem,
} from "../../lib/environment/mod.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { type BeliefSource, surrogateFor } from "../../lib/surrogate/mod.ts";

export const EPISODE: EpisodeOptions = {
  observationalRows: 20,
  interventionalRows: 0,
  horizon: 20,
  rowsPerIntervention: 1,
};

/** The environment after `steps` random interventions, with streams that hang on the problems' places from `first` on. */
export function playedAtRandom(
  problems: readonly Problem[],
  steps: number,
  options = EPISODE,
  seen: (environment: Environment) => void = () => {},
): Environment {
  const environment = createEnvironment(problems, options);
  const root = createStream(7);
  const streams = problems.map((_, e) => root.child(e));
  environment.reset(streams.map((own) => own.child("start")));
  const policy = BASELINES.random.create({});
  seen(environment);
  for (let t = 0; t < steps; t++) {
    const actions = policy.act(environment.observation, streams.map((own) => own.child("choice").child(t)), "sample");
    environment.step(actions, streams.map((own) => own.child("noise").child(t)));
    seen(environment);
  }
  return environment;
}

/** Beliefs before the first of `steps` random interventions and after each. */
export function beliefsAlong(
  source: BeliefSource,
  problems: readonly Problem[],
  steps: number,
  options = EPISODE,
): { readonly beliefs: readonly Beliefs[]; readonly environment: Environment } {
  const beliefs: Beliefs[] = [];
  const surrogate = surrogateFor(source, problems);
  const streams = problems.map((_, e) => createStream(3).child(e));
  let tracker: ReturnType<typeof surrogate.track> | undefined;
  const environment = playedAtRandom(problems, steps, options, ({ observation }) => {
    tracker ??= surrogate.track(observation.problems, streams);
    beliefs.push(tracker.update(observation));
  });
  return { beliefs, environment };
}
