/**
 * Episodes in which a policy acts on beliefs: the same paired protocol as every evaluation, with a surrogate that reads the
 * rows along. What is believed is scored after each intervention, and never before it.
 */

import { type Beliefs, type Observation, observedVariables, type Problem } from "../environment/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { type BeliefSource, parentSetMetrics, surrogateFor } from "../surrogate/mod.ts";
import { evaluate, type EvaluationOptions, type EvaluationProblem } from "./protocol.ts";
import type { EpisodeRecords } from "./records.ts";

/** What one reader of the rows believed along the episodes: `[problems, horizon + 1]`, column t after t interventions. */
export interface BeliefCurves {
  readonly f1: Float64Array;
  readonly shd: Float64Array;
  /** Entropy of the parent set, nats. */
  readonly entropy: Float64Array;
}

/** One method's episodes, with what was believed along them. */
export interface ReadRecords extends EpisodeRecords {
  /** The beliefs that the policy acted on. */
  readonly own: BeliefCurves;
  /** What `judge` made of the same rows: it compares the interventions apart from who believes. */
  readonly judged: BeliefCurves;
  /** `[problems]` share of the settable variables that were set at least once. */
  readonly coverage: Float64Array;
  /** `[problems]` share of the interventions on the variable that was set most. */
  readonly concentration: Float64Array;
}

/** An evaluation in which readers follow the rows of every episode. */
export interface ReadingOptions extends EvaluationOptions {
  /** Where the policy's beliefs come from. */
  readonly beliefs: BeliefSource;
  /** The common reader. */
  readonly judge: BeliefSource;
}

/**
 * Plays every problem once. Only a privileged source is shown the problems; all else sees observations.
 * @throws RangeError as {@linkcode evaluate}
 */
export function playWithReaders(
  policy: Policy,
  problems: readonly EvaluationProblem[],
  options: ReadingOptions,
): ReadRecords {
  const { horizon } = options.episode;
  const columns = horizon + 1;
  const create = (): BeliefCurves => ({
    f1: new Float64Array(problems.length * columns),
    shd: new Float64Array(problems.length * columns),
    entropy: new Float64Array(problems.length * columns),
  });
  const own = create();
  const judged = create();
  let first = 0;
  const player = {
    create(batch: readonly Problem[]): Policy {
      const from = first;
      first += batch.length;
      return believingPolicy(policy, batch, options, (observation, beliefs, reader) => {
        recordInto(reader === "own" ? own : judged, { from, columns }, batch, observation, beliefs);
      });
    },
  };
  const episodes = evaluate(player, problems, options);
  return { ...episodes, own, judged, ...allocation(episodes, problems) };
}

/** Beliefs of one reader about one state. */
type Listener = (
  observation: Observation,
  beliefs: Beliefs,
  reader: "own" | "judge",
) => void;

/** A policy that sees observations with beliefs, for one batch of problems played once from the start. */
export function believingPolicy(
  policy: Policy,
  batch: readonly Problem[],
  { beliefs, judge, stream }: Pick<ReadingOptions, "beliefs" | "judge" | "stream">,
  listen: Listener,
): Policy {
  const reader = (source: BeliefSource, name: string) => {
    let tracker: ReturnType<ReturnType<typeof surrogateFor>["track"]> | undefined;
    return (observation: Observation) => {
      tracker ??= surrogateFor(source, batch).track(
        observation.problems,
        batch.map((_, e) => stream.child(name).child(e)),
      );
      return tracker.update(observation);
    };
  };
  const own = reader(beliefs, "beliefs");
  const common = reader(judge, "judge");
  const look = (observation: Observation): Observation => {
    const believed = own(observation);
    listen(observation, believed, "own");
    listen(observation, common(observation), "judge");
    return { ...observation, beliefs: believed };
  };
  return {
    name: policy.name,
    act: (observation, streams, mode) => policy.act(look(observation), streams, mode),
    recommend: (observation) => policy.recommend(look(observation)),
  };
}

function recordInto(
  records: BeliefCurves,
  { from, columns }: { readonly from: number; readonly columns: number },
  batch: readonly Problem[],
  { problems, step }: Observation,
  { parent, entropy }: Beliefs,
): void {
  batch.forEach((problem, e) => {
    const seen = observedVariables(problem);
    const parents = problem.scm.variables[problem.scm.target].parents;
    const others = seen.keys().filter((v) => v !== problems.targets[e]).toArray();
    const { f1, shd } = parentSetMetrics(
      Float64Array.from(others, (v) => parent[e * problems.width + v]),
      Uint8Array.from(others, (v) => parents.includes(seen[v]) ? 1 : 0),
    );
    const cell = (from + e) * columns + step;
    records.f1[cell] = f1;
    records.shd[cell] = shd;
    records.entropy[cell] = entropy[e];
  });
}

function allocation(
  { horizon, variable }: EpisodeRecords,
  problems: readonly EvaluationProblem[],
): Pick<ReadRecords, "coverage" | "concentration"> {
  const coverage = new Float64Array(problems.length);
  const concentration = new Float64Array(problems.length);
  problems.forEach((problem, p) => {
    const { variables, target } = problem.scm;
    const settable = observedVariables(problem).filter((i) => i !== target && variables[i].domain !== null).length;
    const times = new Map<number, number>();
    for (let t = 0; t < horizon; t++) {
      const v = variable[p * horizon + t];
      times.set(v, (times.get(v) ?? 0) + 1);
    }
    coverage[p] = times.size / settable;
    concentration[p] = Math.max(...times.values()) / horizon;
  });
  return { coverage, concentration };
}
