/** The held-out problems that models are compared on: sampled graphs of several kinds and sizes, and named SCMs. */

import { heldOutProblems, namedProblem, repeatedProblem } from "../../evaluation/mod.ts";
import { alterDistribution, type ScmDistribution, type Track, trackStream } from "../../scm/mod.ts";
import { configError } from "../../input/mod.ts";
import { openScm } from "../../training/mod.ts";
import type { Arena } from "../types.ts";
import { type ComparisonSettings, type GraphName, GRAPHS } from "./settings.ts";

/** Edges per variable of the sparse random graphs: those of a tree, about. */
const SPARSE_EDGES = 1;

/** How a kind of graph changes a track's distribution. In a star every other variable is a cause of the target. */
const FAMILIES: Readonly<Record<GraphName, ScmDistribution["families"]>> = {
  chain: { chain: 1 },
  star: { collider: 1 },
  fork: { fork: 1 },
  sparse: { "erdos-renyi": 1 },
};

/** The test problems of a comparison: the arena that all play in, and the track that they come from. */
export interface TestProblems extends Arena {
  readonly track: Track;
}

type Chosen = Pick<ComparisonSettings, "graphs" | "sizes" | "problems" | "scms" | "repetitions">;

/**
 * Draws the test problems: for every kind and size the same ones whatever else is asked for.
 * @throws ConfigError for a named SCM that does not exist, naming the nearest, or without any problem
 */
export function testProblems(track: Track, chosen: Chosen): TestProblems {
  const root = trackStream(track, "test").child("comparison");
  const kinds = GRAPHS.filter((graph) => chosen.graphs.includes(graph));
  const sampled = kinds.flatMap((graph) =>
    [...new Set(chosen.sizes)].toSorted((a, b) => a - b).flatMap((size) =>
      heldOutProblems(distributionOf(track, graph, size), "test", chosen.problems, root.child(graph).child(size))
        .map((problem, k) => ({ ...problem, key: `${graph}-${size}-${k}`, family: graph }))
    )
  );
  const named = chosen.scms.map((name) => openScm(name).scm).flatMap((scm) => {
    const problem = namedProblem(scm);
    // The name of an SCM may be that of a kind of graph.
    const family = `${scm.name} (named)`;
    return repeatedProblem({ ...problem, family }, chosen.repetitions);
  });
  const problems = [...sampled, ...named];
  if (problems.length === 0) {
    throw configError("comparison", "graphs", `no problems: choose some of ${GRAPHS.join(", ")}, or named SCMs`);
  }
  return { track, problems, episode: track.episode, stream: root.child("episodes") };
}

function distributionOf({ distribution }: Track, graph: GraphName, size: number): ScmDistribution {
  const { density } = distribution;
  return alterDistribution(distribution, {
    families: FAMILIES[graph],
    sizes: { min: size, max: size },
    density: graph === "sparse" ? { ...density, edgesPerVariable: SPARSE_EDGES } : density,
  });
}
