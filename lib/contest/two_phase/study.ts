/** Phase 2 of two-phase training: who chooses the interventions, crossed with who believes. */

import { playWithReaders, type ReadRecords } from "../../evaluation/mod.ts";
import type { EpisodeOptions } from "../../environment/mod.ts";
import { type ActMode, BASELINES, type Policy } from "../../policy/mod.ts";
import type { Say } from "../../runs/mod.ts";
import type { BeliefSource } from "../../surrogate/mod.ts";
import { settingsIn } from "../contestants.ts";
import { play } from "../play.ts";
import type { Contestant } from "../types.ts";
import type { Instances } from "./instances.ts";

/** One line of the comparison. */
export interface Arm {
  readonly name: string;
  readonly policy: Policy;
  readonly beliefs: BeliefSource;
}

/** An arm that could not be run, and why. */
export interface MissingArm {
  readonly name: string;
  readonly reason: string;
}

/** How the arms of a two-phase study are played. */
export interface StudyOptions {
  readonly episode: EpisodeOptions;
  /** How trained policies act. */
  readonly mode: ActMode;
  /** The reader that judges the rows of every arm. */
  readonly judge: BeliefSource;
  /** Called before each arm. */
  readonly say?: Say;
}

/** An arm with its episodes. */
export interface PlayedArm {
  readonly arm: Arm;
  readonly records: ReadRecords;
}

/** Uniformly random interventions. */
export function randomPolicy(): Policy {
  return BASELINES.random.create({});
}

/** Random + active, the baseline; GRPO + active; and GRPO with every other source. */
export function comparisonArms(
  policy: Policy,
  active: BeliefSource,
  others: Readonly<Record<string, BeliefSource>>,
): Arm[] {
  return [
    { name: "random + active", policy: randomPolicy(), beliefs: active },
    { name: "GRPO + active", policy, beliefs: active },
    ...Object.entries(others).map(([name, beliefs]) => ({ name: `GRPO + ${name}`, policy, beliefs })),
  ];
}

/** Plays every arm on the same instances with the same initial rows and the same noise. */
export function runStudy(arms: readonly Arm[], instances: Instances, options: StudyOptions): PlayedArm[] {
  const { episode, mode, judge, say } = options;
  const arena = { problems: instances.problems, episode, stream: instances.stream.child("episodes") };
  const played = play(arms.map((arm) => armContestant(arm, mode, judge)), arena, say);
  return played.map(({ records: [records] }, a) => ({ arm: arms[a], records }));
}

function armContestant({ name, policy, beliefs }: Arm, mode: ActMode, judge: BeliefSource): Contestant<ReadRecords> {
  return {
    name,
    role: policy.name === "random" ? "baseline" : "policy",
    play: (arena) => [
      playWithReaders(policy, arena.problems, { ...settingsIn(arena), method: name, mode, beliefs, judge }),
    ],
  };
}
