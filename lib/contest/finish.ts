/** The end of a policy's run: the held-out comparison. */

import { type Estimate, heldOutProblems } from "../evaluation/mod.ts";
import { trackStream } from "../scm/mod.ts";
import { formatJson, type Row, type Say, writeFileAtomic } from "../runs/mod.ts";
import { join } from "node:path";
import type { Config } from "../config/mod.ts";
import { createPlayers } from "./threads/players.ts";
import { comparePoliciesOn, type PolicyComparison } from "./comparison.ts";
import { baselineContestants, baselineNames, POLICY_NAME, trainedContestant } from "./contestants.ts";
import { createStream } from "../random/mod.ts";
import { tuningNote } from "./scenarios/seeds.ts";
import { createPolicy, loadTrack, openPolicy, readTuned } from "../training/mod.ts";

/**
 * Evaluates the run's best checkpoint and its untrained network against every baseline on test problems.
 * @param clock seconds of a steady clock
 */
export async function compareRun(
  { folder, config }: { readonly folder: string; readonly config: Config },
  clock: () => number,
  say: Say,
): Promise<PolicyComparison> {
  const track = loadTrack(config);
  const stream = trackStream(track, "test");
  const { policy, surrogate, source } = openPolicy(folder);
  const beliefs = surrogate === undefined ? {} : { surrogate };
  const untrained = createPolicy(config, createStream(config.seed).child("policy"));
  const { mode } = config.evaluation;
  const names = namesOf(config);
  const tuned = readTuned(track.name, say);
  const contestants = [
    trainedContestant(POLICY_NAME, [{ policy, source, ...beliefs }], mode),
    trainedContestant("untrained", [{ policy: untrained, source, ...beliefs }], mode, "untrained"),
    ...baselineContestants(names, tuned),
  ];
  const arena = {
    problems: heldOutProblems(track.distribution, "test", config.evaluation.problems, stream),
    episode: track.episode,
    stream: stream.child("episodes"),
    clock,
  };
  const { workers, backend } = config.runtime;
  using players = createPlayers(workers, backend);
  const comparison = await comparePoliciesOn(players, contestants, arena, null, say);
  const known = track.distribution.given === undefined
    ? []
    : ["These are the SCMs of its training: the rows and their noise are new, the systems are not."];
  return { ...comparison, notes: [...known, tuningNote(tuned, names)] };
}

/** An empty list in a config asks for the usual baselines. */
function namesOf({ evaluation: { baselines } }: Config): readonly string[] {
  return baselineNames(baselines.length === 0 ? null : baselines);
}

/**
 * Finds out before a training what its comparison would stumble over.
 * @throws ConfigError for a track that cannot be used, or a baseline that does not exist
 */
export function checkComparison(config: Config): void {
  loadTrack(config);
  namesOf(config);
}

/** Writes every metric of a comparison into the run's folder. */
export function writeComparison(folder: string, comparison: PolicyComparison): void {
  writeFileAtomic(join(folder, "comparison.json"), formatJson(comparisonRow(comparison)));
}

/** A comparison as JSON: every metric of every method with its interval, the paired differences, and what the planned ones show. */
export function comparisonRow({ methods, differences, problems }: PolicyComparison): Row {
  const finite = (x: number) => Number.isFinite(x) ? x : null;
  const estimates = (summary: Readonly<Record<string, Estimate>>) =>
    Object.fromEntries(
      Object.entries(summary).map(([name, { value, low, high }]) => [
        name,
        { value: finite(value), low: finite(low), high: finite(high) },
      ]),
    );
  return {
    problems,
    methods: methods.map(({ name, records, summary, structure, role }) => ({
      method: name,
      role,
      seeds: records.length,
      metrics: estimates(summary),
      ...(structure === null ? {} : {
        structure: {
          surrogate: structure.surrogate,
          privileged: structure.privileged,
          metrics: estimates(structure.metrics),
          calibration_error: structure.calibrationError,
        },
      }),
    })),
    differences: differences.map(({ opponent, difference, judgements }) => ({
      opponent,
      metrics: estimates(difference),
      ...(judgements === null ? {} : {
        planned: Object.fromEntries(
          Object.entries(judgements).map(([metric, { holm, verdict, detectable }]) => [
            metric,
            { adjusted_p: holm, verdict, detectable_difference: detectable },
          ]),
        ),
      }),
    })),
  } as unknown as Row;
}
