/**
 * What was played, and how a training went, as tidy data frames: one row an observation, one column a variable, for arquero's
 * verbs and for CSV files. `docs/tables.md` says what the columns hold.
 */

import * as aq from "arquero";
import type { Played, PlayedArm } from "../contest/mod.ts";
import { METRIC_NAMES, stepCurve } from "../evaluation/mod.ts";
import { readJsonLines, readRunConfig, RUN_FILES, type RunConfig, type RunKind } from "../runs/mod.ts";
import { join } from "node:path";
import { type Frame, seedFrame } from "./comparison/frames.ts";

/** One row an episode: a method's training run on a problem, with every metric. */
export function episodeFrame(methods: readonly Played[]): Frame {
  return aq.from(
    methods.flatMap(({ results, role }) =>
      results.seeds.flatMap(({ problems, family, sizes }, run) =>
        Array.from({ length: problems }, (_, p) => ({
          method: results.method,
          role,
          run,
          problem: p,
          family: family[p],
          variables: sizes[p],
          ...Object.fromEntries(METRIC_NAMES.map((name) => [name, results.metrics[run][name][p]])),
        }))
      )
    ),
  );
}

/** One row an intervention. */
export function stepFrame(methods: readonly Played[]): Frame {
  return aq.from(
    methods.flatMap(({ results, role }) =>
      results.seeds.flatMap((records, run) =>
        Array.from({ length: records.problems * records.horizon }, (_, i) => {
          const p = Math.floor(i / records.horizon);
          return {
            method: results.method,
            role,
            run,
            problem: p,
            family: records.family[p],
            variables: records.sizes[p],
            step: i % records.horizon + 1,
            set: records.variable[i],
            setTo: records.rawValue[i],
            setScaled: records.scaledValue[i],
            value: records.normalised[i],
            expected: records.expected[i],
            measured: records.sampled[i],
            parent: records.isParent[i],
            bestVariable: records.isBestVariable[i],
            rightSign: records.isRightSign[i],
          };
        })
      )
    ),
  );
}

/** One row a method and step: the mean normalised value with its 95 % interval over seeds and problems. */
export function curveFrame(methods: readonly Played[]): Frame {
  return aq.from(methods.flatMap(({ results, role }) => {
    const { step, value, low, high } = stepCurve(results, "value");
    return step.map((at, i) => ({
      method: results.method,
      role,
      step: at,
      value: value[i],
      low: low[i],
      high: high[i],
    }));
  }));
}

/** One row an arm of a two-phase study, instance and number of interventions made, from 0 on: what was believed then. */
export function beliefFrame(played: readonly PlayedArm[]): Frame {
  return aq.from(
    played.flatMap(({ arm, records: { own, judged, normalised, problems, horizon } }) =>
      Array.from({ length: problems * (horizon + 1) }, (_, i) => {
        const [problem, step] = [Math.floor(i / (horizon + 1)), i % (horizon + 1)];
        return {
          arm: arm.name,
          privileged: arm.beliefs.privileged ? 1 : 0,
          problem,
          step,
          f1: own.f1[i],
          shd: own.shd[i],
          entropy: own.entropy[i],
          judgedF1: judged.f1[i],
          judgedShd: judged.shd[i],
          value: step === 0 ? NaN : normalised[problem * horizon + step - 1],
        };
      })
    ),
  );
}

/** The tables that an analysis of what was played begins with. */
export interface PlayedFrames {
  readonly episodes: Frame;
  readonly steps: Frame;
  readonly curves: Frame;
  readonly seeds: Frame;
}

/** All frames of methods that have played: {@linkcode episodeFrame}, {@linkcode stepFrame}, {@linkcode curveFrame}, {@linkcode seedFrame}. */
export function framesOf(methods: readonly Played[]): PlayedFrames {
  return {
    episodes: episodeFrame(methods),
    steps: stepFrame(methods),
    curves: curveFrame(methods),
    seeds: seedFrame(methods),
  };
}

/**
 * One row a recorded update of finished or running trainings, with every metric that was logged for it.
 * @param folders run folders of one kind
 * @param kind how their configs are read, e.g. `POLICY_TRAINING`
 * @throws RunError or CorruptLineError naming the file that cannot be read
 */
export function metricFrame<Config extends RunConfig>(folders: readonly string[], kind: RunKind<Config>): Frame {
  const rows = folders.flatMap((folder) => {
    const { name, seed } = readRunConfig(folder, kind);
    return readJsonLines(join(folder, RUN_FILES.metrics)).rows.map((row) => ({ folder, name, seed, ...row }));
  });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return aq.from(
    rows.map((row: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(columns.map((column) => [column, row[column] ?? NaN]))
    ),
  );
}
