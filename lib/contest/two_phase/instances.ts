/** The problems of a phase-2 study: instances of one named SCM, or random SCMs of a track. */

import { type EvaluationProblem, heldOutProblems, namedProblem, repeatedProblem } from "../../evaluation/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { type Range, type Scm, trackStream } from "../../scm/mod.ts";
import { configError, isPath, shippedNames, suggestion } from "../../input/mod.ts";
import { openScm, readTrack } from "../../training/mod.ts";

/** Problems with the root of their randomness. */
export interface Instances {
  /** What they are instances of. */
  readonly name: string;
  readonly problems: readonly EvaluationProblem[];
  readonly stream: Stream;
}

/**
 * `easy`, `medium`, `hard` or another file of configs/scms, or a path that ends in .yaml: every instance is that SCM with
 * initial rows and noise of its own. The name of a track: every instance is another held-out SCM.
 * @param sizes numbers of variables in place of the track's
 * @throws ConfigError for a name that is neither, naming the nearest
 */
export function instancesOf(name: string, count: number, seed: number, sizes?: Range): Instances {
  const tracks = shippedNames("tracks");
  if (tracks.includes(name)) {
    const track = readTrack(name);
    const stream = trackStream(track, "test", seed);
    const distribution = sizes === undefined ? track.distribution : { ...track.distribution, sizes };
    const range = sizes === undefined ? "" : sizes.min === sizes.max ? `-${sizes.min}` : `-${sizes.min}-${sizes.max}`;
    return { name: `${name}${range}`, problems: heldOutProblems(distribution, "test", count, stream), stream };
  }
  if (sizes !== undefined) throw configError("--sizes", "", `${name} is one SCM; sizes belong to a track`);
  const problem = namedProblem(instanceScm(name, tracks));
  return {
    name,
    problems: repeatedProblem(problem, count),
    stream: createStream(seed).child("two-phase").child(problem.key),
  };
}

function instanceScm(name: string, tracks: readonly string[]): Scm {
  const named = shippedNames("scms");
  if (isPath(name) || named.includes(name)) return openScm(name).scm;
  throw configError("--scm-type", "", `no SCM or track is named ${name}${suggestion(name, [...named, ...tracks])}`);
}
