/** The contest: every method plays the same problems with the same initial rows, budget and noise. */

import {
  collectResults,
  decisionSeconds,
  type EpisodeRecords,
  type MetricName,
  METRICS,
  summarise,
  summariseStructure,
} from "../evaluation/mod.ts";
import { type Say, sayParts } from "../runs/mod.ts";
import type { Arena, Contestant, Played, Role } from "./types.ts";

/**
 * Plays every contestant, one after the other.
 * @param say called before each with its name and place
 */
export function play<Records extends EpisodeRecords>(
  contestants: readonly Contestant<Records>[],
  arena: Arena,
  say: Say = () => {},
): readonly Played<Records>[] {
  const next = sayParts(say, contestants.length);
  const played = contestants.map((contestant): Played<Records> => {
    const { name, role } = contestant;
    next(`playing ${name}`);
    const records = contestant.play(arena);
    const results = collectResults(name, records);
    return {
      name,
      role,
      records,
      results,
      summary: summarise(results),
      structure: summariseStructure(results),
      secondsPerDecision: decisionSeconds(results),
    };
  });
  next();
  return played;
}

/** The order of roles in tables. */
const ORDER: readonly Role[] = ["policy", "untrained", "baseline", "privileged", "bound"];

/** Trained policies as they were played, then what is not trained: by role, the best by a metric first. */
export function ranked<Method extends Pick<Played, "role" | "summary">>(
  methods: readonly Method[],
  metric: MetricName = "meanValue",
): readonly Method[] {
  const sign = METRICS[metric].better === "lower" ? -1 : 1;
  return methods.toSorted((a, b) =>
    ORDER.indexOf(a.role) - ORDER.indexOf(b.role) ||
    (a.role === "policy" ? 0 : sign * (b.summary[metric].value - a.summary[metric].value)) || 0
  );
}

/** Whether a method knows more than an experimenter: its results are no achievement. */
export function isPrivileged({ role, structure }: Pick<Played, "role" | "structure">): boolean {
  return role === "privileged" || role === "bound" || structure?.privileged === true;
}
