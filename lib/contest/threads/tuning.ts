/** Tuning of a baseline over several threads. */

import { type Tuning, type TuningRound, tuningRounds } from "../../evaluation/mod.ts";
import type { ParameterPoint } from "../../policy/mod.ts";
import { baselinePolicy, evaluate } from "../../evaluation/mod.ts";
import { settingsIn } from "../contestants.ts";
import type { Arena, Contestant } from "../types.ts";
import type { Players } from "./players.ts";

/**
 * Finds the best settings of a baseline on validation problems, see {@linkcode tuningRounds}.
 * @param fixed values that parameters of these names have; only the others are tuned
 * @throws RangeError for an unknown baseline, naming those that exist, without problems, or where no point has the fixed values
 */
export async function tuneBaseline(
  players: Players,
  name: string,
  arena: Arena,
  fixed: ParameterPoint = {},
): Promise<Tuning> {
  const rounds = tuningRounds(name, arena.problems.length, fixed);
  let round: IteratorResult<TuningRound, Tuning> = rounds.next([]);
  while (round.done !== true) {
    const { points, problems } = round.value;
    const part = { ...arena, problems: arena.problems.slice(0, problems) };
    const played = await players.ahead(points.map((parameters) => pointContestant(name, parameters)), part);
    round = rounds.next(played.map((contestant) => {
      const [{ normalised }] = contestant.play(part);
      return normalised.reduce((sum, value) => sum + value, 0) / normalised.length;
    }));
  }
  return round.value;
}

function pointContestant(name: string, parameters: ParameterPoint): Contestant {
  return {
    name,
    role: "baseline",
    sources: [{ kind: "point", name, parameters }],
    play: (arena) => [
      evaluate(baselinePolicy(name, parameters), arena.problems, {
        ...settingsIn(arena),
        method: name,
        mode: "sample",
      }),
    ],
  };
}
