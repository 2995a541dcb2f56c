/** The end of a run: the held-out comparison and the run's summary. */

import { type Estimate, heldOutProblems } from "../evaluation/mod.ts";
import { trackStream } from "../scm/mod.ts";
import { formatJson, type Row, type Run, writeFileAtomic } from "../runs/mod.ts";
import { join } from "node:path";
import type { Config } from "../config/mod.ts";
import { comparePolicies, type PolicyComparison } from "./comparison.ts";
import { baselineContestants, baselineNames, POLICY_NAME, trainedContestant } from "./contestants.ts";
import { createStream } from "../random/mod.ts";
import {
  auditRun,
  createPolicy,
  describeFinding,
  loadTrack,
  openPolicy,
  readTuned,
  rewardKnowledge,
  type TrainingResult,
} from "../training/mod.ts";

/**
 * Evaluates the run's best checkpoint and its untrained network against every baseline on test problems.
 * @param clock seconds of a steady clock
 */
export function compareRun(run: Run, clock: () => number, say: (line: string) => void): PolicyComparison {
  const { config } = run;
  const track = loadTrack(config);
  const stream = trackStream(track, "test");
  const { policy, surrogate } = openPolicy(run.folder);
  const beliefs = surrogate === undefined ? {} : { surrogate };
  const untrained = createPolicy(config, createStream(config.seed).child("policy"));
  const { mode } = config.evaluation;
  return comparePolicies(
    [
      trainedContestant(POLICY_NAME, [{ policy, ...beliefs }], mode),
      trainedContestant("untrained", [{ policy: untrained, ...beliefs }], mode, "untrained"),
      ...baselineContestants(namesOf(config), readTuned(track.name)),
    ],
    {
      problems: heldOutProblems(track.distribution, "test", config.evaluation.problems, stream),
      episode: track.episode,
      stream: stream.child("episodes"),
      clock,
    },
    null,
    say,
  );
}

/** An empty list in a config asks for the usual baselines. */
function namesOf({ evaluation: { baselines } }: Config): readonly string[] {
  return baselineNames(baselines.length === 0 ? null : baselines);
}

/**
 * Finds out before a training what its comparison would stumble over.
 * @throws ConfigError for a track without tuned baselines, or a baseline that does not exist
 */
export function checkComparison(config: Config): void {
  readTuned(loadTrack(config).name);
  namesOf(config);
}

/** Writes the comparison's summaries into the run folder and marks the run as finished. */
export function finishRun(run: Run, result: TrainingResult, comparison: PolicyComparison | null): void {
  const summary: Record<string, unknown> = {
    updates: result.update,
    interventions: result.interventions,
    privileged_rewards: rewardKnowledge(run.config),
    reward_audit: auditRun(run.folder, run.config).map(describeFinding),
  };
  if (comparison !== null) {
    writeFileAtomic(join(run.folder, "comparison.json"), formatJson(comparisonRow(comparison)));
    summary.comparison = Object.fromEntries(
      comparison.methods.map(({ name, summary }) => [name, summary.meanValue.value]),
    );
  }
  run.finish(summary as Row);
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
